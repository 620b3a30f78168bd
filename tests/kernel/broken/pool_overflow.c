/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Copies what it is given into a block that is made for less.
 *
 * class: pool overflow
 */
#include "broken.h"

#define KEEP  BROKEN_CODE(0, METHOD_BUFFERED)
#define LIMIT 64

static NTSTATUS Control(BROKEN_REQUEST *Request)
{
    PUCHAR Block;

    if (Request->Code != KEEP)
        return STATUS_INVALID_DEVICE_REQUEST;
    Block = ExAllocatePoolWithTag(NonPagedPool, LIMIT, BROKEN_TAG);
    if (Block == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    RtlCopyMemory(Block, Request->Buffer, Request->InputLength);
    ExFreePoolWithTag(Block, BROKEN_TAG);
    return STATUS_SUCCESS;
}
