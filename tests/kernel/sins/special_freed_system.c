/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Has the system copy to a block of special pool that it has freed.
 *
 * verify: special_pool
 * expect: BUGCHECK 0xCC block 1 * *
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
    SinTell("block", Block);
    ExFreePoolWithTag(Block, SIN_TAG);
    if (Sinful)
        RtlMoveMemory(Block, (PVOID)(ULONG_PTR)DriverEntry, 16);
    return STATUS_SUCCESS;
}
