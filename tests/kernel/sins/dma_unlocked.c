/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Has a device use a buffer that is not locked.
 *
 * verify: dma
 * expect: BUGCHECK 0xE6 0x0E * * *
 */
#include "dma.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    SIN_DMA Dma;
    ULONG Length = 16;
    PVOID Block = ExAllocatePoolWithTag(PagedPool, PAGE_SIZE, SIN_TAG);
    KIRQL Irql;

    UNREFERENCED_PARAMETER(Irp);
    if (Block == NULL || !SinBegin(&Dma, DeviceObject, &Irql))
        return STATUS_INSUFFICIENT_RESOURCES;
    KeLowerIrql(Irql);
    MmInitializeMdl(Dma.Mdl, Block, PAGE_SIZE);
    if (!Sinful)
        MmProbeAndLockPages(Dma.Mdl, KernelMode, IoWriteAccess);
    KeRaiseIrql(DISPATCH_LEVEL, &Irql);
    SinTakeChannel(&Dma, DeallocateObjectKeepRegisters, SIN_DMA_REGISTERS);
    SinMapTransfer(&Dma, Block, &Length);
    SinFlush(&Dma, Block, 16);
    SinFreeRegisters(&Dma);
    MmUnlockPages(Dma.Mdl);
    SinEnd(&Dma, Irql);
    ExFreePoolWithTag(Block, SIN_TAG);
    return STATUS_SUCCESS;
}
