/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Is unloaded without freeing a block of either kind, from Windows 2000, which tells how many
 * bytes.
 *
 * verify: pool_tracking
 * options: --os win2000
 * expect: BUGCHECK 0xC4 0x60 0x1E 0x14 2
 */
#include "sin.h"

static NTSTATUS SinAllocate(POOL_TYPE Type, SIZE_T Bytes, BOOLEAN Sinful)
{
    PVOID Block = ExAllocatePoolWithTag(Type, Bytes, SIN_TAG);

    if (Block != NULL && !Sinful)
        ExFreePoolWithTag(Block, SIN_TAG);
    return Block != NULL ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
}

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    NTSTATUS Status = SinAllocate(NonPagedPool, 20, Sinful);

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    return NT_SUCCESS(Status) ? SinAllocate(PagedPool, 30, Sinful) : Status;
}
