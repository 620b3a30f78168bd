/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Is unloaded without freeing a block.
 *
 * verify: pool_tracking
 * expect: BUGCHECK 0xC4 0x62 * 0 1
 * detail: finding: pool_left: pool leak: 20 bytes of non-paged pool
 * detail: 01 pool_left.sys\+0x[0-9a-f]+  Sin \(.*pool_left.c:\d+\)
 * detail: 1 pool blocks that are not freed
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    PVOID Block;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    Block = ExAllocatePoolWithTag(NonPagedPool, 20, SIN_TAG);
    if (Block == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    if (!Sinful)
        ExFreePoolWithTag(Block, SIN_TAG);
    return STATUS_SUCCESS;
}
