/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Describes its device in a version there is not.
 *
 * verify: dma
 * expect: BUGCHECK 0xE6 0x25 * * *
 */
#include "dma.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    DEVICE_DESCRIPTION Description = SinDescription();
    ULONG Registers;
    PDMA_ADAPTER Adapter;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    if (Sinful)
        Description.Version = 77;
    Adapter = IoGetDmaAdapter(NULL, &Description, &Registers);
    if (Adapter != NULL)
        Adapter->DmaOperations->PutDmaAdapter(Adapter);
    return STATUS_SUCCESS;
}
