/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Writes to what an allocation returned without looking whether it did.
 *
 * verify: systematic
 * expect: BUGCHECK 0x3B 0xC0000005 @Sin * 0
 * detail: when this allocation fails, of tag dSin:
 * detail: 01 low_resources_unchecked.sys\+0x[0-9a-f]+  Sin \(.*low_resources_unchecked.c:\d+\)
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    PULONG Block;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    Block = ExAllocatePoolWithTag(NonPagedPool, 64, SIN_TAG);
    if (!Sinful && Block == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Block[0] = 1;
    ExFreePoolWithTag(Block, SIN_TAG);
    return STATUS_SUCCESS;
}
