/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Writes to a block it has freed; found when the driver is unloaded at the latest.
 *
 * verify: pool_tracking
 * expect: BUGCHECK 0xC6 address 1 0 0
 * detail: where the block was freed
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
    SinTell("address", Block + 4);
    ExFreePoolWithTag(Block, SIN_TAG);
    if (Sinful)
        *(volatile UCHAR *)(Block + 4) = 2;
    return STATUS_SUCCESS;
}
