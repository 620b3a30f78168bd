/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Reads from the page behind a block of special pool.
 *
 * verify: special_pool
 * expect: BUGCHECK 0xD6 address 0 @Sin *
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
    *Block = 1;
    if (*(volatile UCHAR *)(Block + (Sinful ? 32 : 0)) == 255)
        *Block = 2;
    ExFreePoolWithTag(Block, SIN_TAG);
    return STATUS_SUCCESS;
}
