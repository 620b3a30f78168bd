/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Frees a block of special pool twice.
 *
 * verify: special_pool
 * expect: BUGCHECK 0xC1 * 0 0 0x20
 * detail: it has been freed before
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
    ExFreePoolWithTag(Block, SIN_TAG);
    if (Sinful)
        ExFreePoolWithTag(Block, SIN_TAG);
    return STATUS_SUCCESS;
}
