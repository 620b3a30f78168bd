/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Writes behind a common buffer.
 *
 * verify: dma
 * expect: BUGCHECK 0xE6 0x0F 2 0x64 *
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
    if (Sinful)
        Buffer[100] = 1;
    Routines->FreeCommonBuffer(Dma.Adapter, 100, Logical, Buffer, TRUE);
    SinPutAdapter(&Dma);
    return STATUS_SUCCESS;
}
