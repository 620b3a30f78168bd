/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Allocates pages above DISPATCH_LEVEL.
 *
 * verify: misc
 * expect: BUGCHECK 0xC4 0x7E 3 2 0
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    PHYSICAL_ADDRESS Low, High, Skip;
    KIRQL Irql;
    PMDL Mdl;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    Low.QuadPart = Skip.QuadPart = 0;
    High.QuadPart = 0xFFFFFFFF;
    KeRaiseIrql(Sinful ? DISPATCH_LEVEL + 1 : PASSIVE_LEVEL, &Irql);
    Mdl = MmAllocatePagesForMdl(Low, High, Skip, PAGE_SIZE);
    KeLowerIrql(Irql);
    if (Mdl == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    MmFreePagesFromMdl(Mdl);
    ExFreePool(Mdl);
    return STATUS_SUCCESS;
}
