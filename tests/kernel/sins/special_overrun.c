/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Writes to the page behind a block of special pool.
 *
 * verify: special_pool
 * expect: BUGCHECK 0xD6 * 1 * *
 * detail: bytes behind the end of a block of 32 bytes
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    PUCHAR Block;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    Block = ExAllocatePoolWithTag(NonPagedPool, 32, SIN_TAG);
    if (Block == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Block[Sinful ? 32 : 31] = 1;
    ExFreePoolWithTag(Block, SIN_TAG);
    return STATUS_SUCCESS;
}
