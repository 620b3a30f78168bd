/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Writes before a block of special pool that begins its page.
 *
 * verify: special_pool_start
 * expect: BUGCHECK 0xD6 address 1 @Sin *
 * detail: 1 bytes before a block of 20 bytes
 * detail: where the block was allocated\n +00 [0-9a-f]+ special_underrun\.sys\+0x[0-9a-f]+  _?Sin
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
    SinTell("address", Block - 1);
    *(volatile UCHAR *)(Sinful ? Block - 1 : Block) = 1;
    ExFreePoolWithTag(Block, SIN_TAG);
    return STATUS_SUCCESS;
}
