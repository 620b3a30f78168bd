/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Has the system copy to the page behind a block of special pool.
 *
 * verify: special_pool
 * expect: BUGCHECK 0xCD address 1 * *
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
    SinTell("address", Block + 32);
    RtlMoveMemory(Block, (PVOID)(ULONG_PTR)DriverEntry, Sinful ? 48 : 32);
    ExFreePoolWithTag(Block, SIN_TAG);
    return STATUS_SUCCESS;
}
