/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Frees a common buffer as one of another length.
 *
 * verify: dma
 * expect: FINDING
 * detail: 99 bytes at logical address .*, of a buffer of 100
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
    Buffer = Routines->AllocateCommonBuffer(Dma.Adapter, 100, &Logical, TRUE);
    if (Buffer == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Routines->FreeCommonBuffer(Dma.Adapter, Sinful ? 99 : 100, Logical, Buffer, TRUE);
    SinPutAdapter(&Dma);
    return STATUS_SUCCESS;
}
