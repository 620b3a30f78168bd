/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Allocates no bytes.
 *
 * verify: pool_tracking
 * expect: BUGCHECK 0xC4 0x00 0 0 0
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    PVOID Block;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    Block = ExAllocatePoolWithTag(NonPagedPool, Sinful ? 0 : 1, SIN_TAG);
    if (Block != NULL)
        ExFreePoolWithTag(Block, SIN_TAG);
    return STATUS_SUCCESS;
}
