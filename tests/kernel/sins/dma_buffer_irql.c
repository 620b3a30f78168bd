/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Allocates a common buffer at DISPATCH_LEVEL.
 *
 * verify: dma
 * expect: BUGCHECK 0xE6 0x13 2 0 2
 */
#include "dma.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    SIN_DMA Dma;
    PDMA_OPERATIONS Routines;
    PHYSICAL_ADDRESS Logical;
    PUCHAR Buffer;
    KIRQL Irql;

    UNREFERENCED_PARAMETER(Irp);
    if (!SinGetAdapter(&Dma, DeviceObject))
        return STATUS_INSUFFICIENT_RESOURCES;
    KeRaiseIrql(Sinful ? DISPATCH_LEVEL : PASSIVE_LEVEL, &Irql);
    Routines = Dma.Adapter->DmaOperations;
    Buffer = Routines->AllocateCommonBuffer(Dma.Adapter, 100, &Logical, TRUE);
    KeLowerIrql(Irql);
    if (Buffer != NULL)
        Routines->FreeCommonBuffer(Dma.Adapter, 100, Logical, Buffer, TRUE);
    SinPutAdapter(&Dma);
    return STATUS_SUCCESS;
}
