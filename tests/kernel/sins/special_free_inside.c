/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Frees an address inside a block of special pool.
 *
 * verify: special_pool
 * expect: BUGCHECK 0xC1 address 0x14 * 0x21
 * detail: the block begins at
 * detail: where the block was allocated\n +00 [0-9a-f]+ special_free_inside\.sys\+0x[0-9a-f]+  _?Sin
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
    SinTell("address", Block + 16);
    ExFreePoolWithTag(Sinful ? Block + 16 : Block, SIN_TAG);
    return STATUS_SUCCESS;
}
