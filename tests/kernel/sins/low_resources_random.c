/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Does not look whether it got memory, many times.
 *
 * verify: low_resources
 * expect: BUGCHECK 0x3B 0xC0000005 @Sin * 0
 * detail: low resources: --seed [0-9]+ makes the same allocations fail again
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    PULONG Block;
    ULONG Index;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    for (Index = 0; Index < 1000; Index++) {
        Block = ExAllocatePoolWithTag(NonPagedPool, 64, SIN_TAG);
        if (!Sinful && Block == NULL)
            continue;
        Block[0] = 1;
        ExFreePoolWithTag(Block, SIN_TAG);
    }
    return STATUS_SUCCESS;
}
