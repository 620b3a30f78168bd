/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Asks for the channel at PASSIVE_LEVEL.
 *
 * verify: dma
 * expect: BUGCHECK 0xE6 0x13 1 2 0
 */
#include "dma.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    SIN_DMA Dma;
    KIRQL Irql;

    UNREFERENCED_PARAMETER(Irp);
    if (!SinBegin(&Dma, DeviceObject, &Irql))
        return STATUS_INSUFFICIENT_RESOURCES;
    if (Sinful)
        KeLowerIrql(Irql);
    SinTakeChannel(&Dma, KeepObject, SIN_DMA_REGISTERS);
    SinFreeChannel(&Dma);
    SinEnd(&Dma, Irql);
    return STATUS_SUCCESS;
}
