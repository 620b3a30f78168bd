/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Writes to the page behind a block of special pool.
 *
 * verify: special_pool
 * expect: BUGCHECK 0xD6 address 1 @Sin *
 * detail: bytes behind the end of a block of 32 bytes
 * detail: where the block was allocated\n +00 [0-9a-f]+ special_overrun\.sys\+0x[0-9a-f]+  _?Sin
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
    Block[Sinful ? 32 : 31] = 1;
    ExFreePoolWithTag(Block, SIN_TAG);
    return STATUS_SUCCESS;
}
