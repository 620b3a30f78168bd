/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Writes before a block of special pool, on its page.
 *
 * verify: special_pool
 * expect: BUGCHECK 0xC1 * * 0x14 0x23
 * detail: 8 bytes before its start something was written
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
    if (Sinful)
        Block[-8] = 1;
    ExFreePoolWithTag(Block, SIN_TAG);
    return STATUS_SUCCESS;
}
