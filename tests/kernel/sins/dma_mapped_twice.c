/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Maps what is mapped already.
 *
 * verify: dma
 * expect: BUGCHECK 0xE6 0x1D * * *
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
    SinMapTransfer(&Dma, Sinful ? Dma.Va + 8 : Dma.Va + PAGE_SIZE, &Length);
    SinFlush(&Dma, Dma.Va, SIN_DMA_BYTES);
    SinFreeRegisters(&Dma);
    SinEnd(&Dma, Irql);
    return STATUS_SUCCESS;
}
