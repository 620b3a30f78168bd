/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Frees map registers before it has flushed the transfer.
 *
 * verify: dma
 * expect: BUGCHECK 0xE6 0x10 1 * *
 */
#include "dma.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    SIN_DMA Dma;
    ULONG Length = 16;
    KIRQL Irql;

    UNREFERENCED_PARAMETER(Irp);
    if (!SinBegin(&Dma, DeviceObject, &Irql))
        return STATUS_INSUFFICIENT_RESOURCES;
    SinTakeChannel(&Dma, DeallocateObjectKeepRegisters, SIN_DMA_REGISTERS);
    SinMapTransfer(&Dma, Dma.Va, &Length);
    if (!Sinful)
        SinFlush(&Dma, Dma.Va, 16);
    SinFreeRegisters(&Dma);
    SinEnd(&Dma, Irql);
    return STATUS_SUCCESS;
}
