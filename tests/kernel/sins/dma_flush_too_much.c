/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Flushes more than the MDL has.
 *
 * verify: dma
 * expect: BUGCHECK 0xE6 0x00 1 0x2000 0x2001
 */
#include "dma.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    SIN_DMA Dma;
    ULONG Length = SIN_DMA_BYTES;
    KIRQL Irql;

    UNREFERENCED_PARAMETER(Irp);
    if (!SinBegin(&Dma, DeviceObject, &Irql))
        return STATUS_INSUFFICIENT_RESOURCES;
    SinTakeChannel(&Dma, DeallocateObjectKeepRegisters, SIN_DMA_REGISTERS);
    SinMapTransfer(&Dma, Dma.Va, &Length);
    SinFlush(&Dma, Dma.Va, Sinful ? SIN_DMA_BYTES + 1 : SIN_DMA_BYTES);
    SinFreeRegisters(&Dma);
    SinEnd(&Dma, Irql);
    return STATUS_SUCCESS;
}
