/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Writes to a block of special pool that it has freed.
 *
 * verify: special_pool
 * expect: BUGCHECK 0xD5 address 1 @Sin *
 * detail: 4 bytes into a block of 20 bytes that has been freed
 * detail: where the block was freed\n +00 [0-9a-f]+ special_freed\.sys\+0x[0-9a-f]+  _?Sin
 * detail: where the block was allocated\n +00 [0-9a-f]+ special_freed\.sys\+0x[0-9a-f]+  _?Sin
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
    Block[0] = 1;
    ExFreePoolWithTag(Block, SIN_TAG);
    if (Sinful)
        *(volatile UCHAR *)(Block + 4) = 2;
    return STATUS_SUCCESS;
}
