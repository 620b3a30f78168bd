/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Writes into the bytes that alignment leaves behind a block of special pool.
 *
 * verify: special_pool
 * expect: BUGCHECK 0xC1 * * 0x14 0x24
 * detail: 20 bytes behind its start something was written
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
    Block[Sinful ? 20 : 19] = 1;
    ExFreePoolWithTag(Block, SIN_TAG);
    return STATUS_SUCCESS;
}
