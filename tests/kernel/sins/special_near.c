/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Writes before a block of special pool, on its page.
 *
 * verify: special_pool
 * expect: BUGCHECK 0xC1 block address 0x14 0x23
 * detail: 8 bytes before its start something was written
 * detail: where the block was allocated\n +00 [0-9a-f]+ special_near\.sys\+0x[0-9a-f]+  _?Sin
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
    SinTell("address", Block - 8);
    if (Sinful)
        Block[-8] = 1;
    ExFreePoolWithTag(Block, SIN_TAG);
    return STATUS_SUCCESS;
}
