/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Asks for the channel while it has it.
 *
 * verify: dma
 * expect: BUGCHECK 0xE6 0x0B 2 * *
 */
#include "dma.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    SIN_DMA Dma;
    KIRQL Irql;

    UNREFERENCED_PARAMETER(Irp);
    if (!SinBegin(&Dma, DeviceObject, &Irql))
        return STATUS_INSUFFICIENT_RESOURCES;
    SinTakeChannel(&Dma, KeepObject, SIN_DMA_REGISTERS);
    if (!Sinful)
        SinFreeChannel(&Dma);
    SinTakeChannel(&Dma, KeepObject, SIN_DMA_REGISTERS);
    SinFreeChannel(&Dma);
    SinEnd(&Dma, Irql);
    return STATUS_SUCCESS;
}
