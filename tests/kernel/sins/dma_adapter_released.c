/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Uses an adapter it has put back.
 *
 * verify: dma
 * expect: BUGCHECK 0xE6 0x18 * * *
 */
#include "dma.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    SIN_DMA Dma;
    PDMA_OPERATIONS Routines;
    PHYSICAL_ADDRESS Logical;
    PUCHAR Buffer;

    UNREFERENCED_PARAMETER(Irp);
    if (!SinGetAdapter(&Dma, DeviceObject))
        return STATUS_INSUFFICIENT_RESOURCES;
    Routines = Dma.Adapter->DmaOperations;
    if (Sinful)
        SinPutAdapter(&Dma);
    Buffer = Routines->AllocateCommonBuffer(Dma.Adapter, 100, &Logical, TRUE);
    if (Buffer != NULL)
        Routines->FreeCommonBuffer(Dma.Adapter, 100, Logical, Buffer, TRUE);
    SinPutAdapter(&Dma);
    return STATUS_SUCCESS;
}
