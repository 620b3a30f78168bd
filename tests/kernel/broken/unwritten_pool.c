/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Returns a block of which it has filled in a part.
 *
 * class: uninitialised memory
 */
#include "broken.h"

#define QUERY BROKEN_CODE(0, METHOD_BUFFERED)
#define SIZE  64

static NTSTATUS Control(BROKEN_REQUEST *Request)
{
    PULONG Block;

    if (Request->Code != QUERY)
        return STATUS_INVALID_DEVICE_REQUEST;
    if (Request->OutputLength < SIZE)
        return STATUS_BUFFER_TOO_SMALL;
    Block = ExAllocatePoolWithTag(NonPagedPool, SIZE, BROKEN_TAG);
    if (Block == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Block[0] = SIZE;
    RtlCopyMemory(Request->Buffer, Block, SIZE);
    ExFreePoolWithTag(Block, BROKEN_TAG);
    Request->Returned = SIZE;
    return STATUS_SUCCESS;
}
