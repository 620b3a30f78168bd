/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Writes before a block that it asked to have at the start of its page.
 *
 * verify: special_pool
 * expect: BUGCHECK 0xD6 address 1 @Sin *
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    PUCHAR Block;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    Block = ExAllocatePoolWithTagPriority(
        NonPagedPool, 20, SIN_TAG, NormalPoolPrioritySpecialPoolUnderrun);
    if (Block == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    SinTell("address", Block - 1);
    *(volatile UCHAR *)(Sinful ? Block - 1 : Block) = 1;
    ExFreePoolWithTag(Block, SIN_TAG);
    return STATUS_SUCCESS;
}
