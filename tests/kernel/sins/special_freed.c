/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Writes to a block of special pool that it has freed.
 *
 * verify: special_pool
 * expect: BUGCHECK 0xD5 * 1 * *
 * detail: 4 bytes into a block of 20 bytes that has been freed
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    PUCHAR Block;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    Block = ExAllocatePoolWithTag(NonPagedPool, 20, SIN_TAG);
    if (Block == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Block[0] = 1;
    ExFreePoolWithTag(Block, SIN_TAG);
    if (Sinful)
        *(volatile UCHAR *)(Block + 4) = 2;
    return STATUS_SUCCESS;
}
