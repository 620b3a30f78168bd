/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Frees a block twice.
 *
 * verify: pool_tracking
 * expect: BUGCHECK 0xC4 0x13 0 block *
 * detail: was freed twice
 * detail: where the block was freed first
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
    SinTell("block", Block);
    ExFreePoolWithTag(Block, SIN_TAG);
    if (Sinful)
        ExFreePoolWithTag(Block, SIN_TAG);
    return STATUS_SUCCESS;
}
