/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Allocates pool that can be executed.
 *
 * verify: code_integrity
 * expect: BUGCHECK 0xC4 0x2000 @Sin 0 0x6E695364
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    PVOID Block = ExAllocatePoolWithTag(Sinful ? NonPagedPool : NonPagedPoolNx, 64, SIN_TAG);

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    if (Block == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    ExFreePoolWithTag(Block, SIN_TAG);
    return STATUS_SUCCESS;
}
