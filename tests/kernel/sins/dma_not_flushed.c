/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Maps a second transfer with registers that the first one still needs.
 *
 * verify: dma
 * expect: BUGCHECK 0xE6 0x0D 0x1000 0x1000 *
 */
#include "dma.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    SIN_DMA Dma;
    ULONG Length = PAGE_SIZE;
    KIRQL Irql;

    UNREFERENCED_PARAMETER(Irp);
    if (!SinBegin(&Dma, DeviceObject, &Irql))
        return STATUS_INSUFFICIENT_RESOURCES;
    SinTakeChannel(&Dma, DeallocateObjectKeepRegisters, 1);
    SinMapTransfer(&Dma, Dma.Va, &Length);
    if (!Sinful)
        SinFlush(&Dma, Dma.Va, PAGE_SIZE);
    SinMapTransfer(&Dma, Dma.Va + PAGE_SIZE, &Length);
    SinFlush(&Dma, Dma.Va + PAGE_SIZE, PAGE_SIZE);
    Dma.Adapter->DmaOperations->FreeMapRegisters(Dma.Adapter, Dma.Base, 1);
    SinEnd(&Dma, Irql);
    return STATUS_SUCCESS;
}
