/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Frees an address that was never allocated.
 *
 * verify: pool_tracking
 * expect: BUGCHECK 0xC4 0x10 irp 0 0
 * detail: is no pool block
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    PUCHAR Block;

    UNREFERENCED_PARAMETER(DeviceObject);
    Block = ExAllocatePoolWithTag(NonPagedPool, 20, SIN_TAG);
    if (Block == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    SinTell("irp", Irp);
    if (Sinful)
        ExFreePoolWithTag(Irp, SIN_TAG);
    ExFreePoolWithTag(Block, SIN_TAG);
    return STATUS_SUCCESS;
}
