/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Frees contiguous memory above DISPATCH_LEVEL.
 *
 * verify: ddi
 * expect: BUGCHECK 0xC4 0x2001A * @Sin 3
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    PHYSICAL_ADDRESS Highest = {.QuadPart = -1};
    PVOID Memory = MmAllocateContiguousMemory(PAGE_SIZE, Highest);
    KIRQL Irql;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    if (Memory == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    KeRaiseIrql(Sinful ? DISPATCH_LEVEL + 1 : DISPATCH_LEVEL, &Irql);
    MmFreeContiguousMemory(Memory);
    KeLowerIrql(Irql);
    return STATUS_SUCCESS;
}
