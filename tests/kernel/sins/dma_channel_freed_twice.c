/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Frees the adapter's channel twice.
 *
 * verify: dma
 * expect: BUGCHECK 0xE6 0x04 1 * *
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
    SinFreeChannel(&Dma);
    if (Sinful)
        SinFreeChannel(&Dma);
    SinEnd(&Dma, Irql);
    return STATUS_SUCCESS;
}
