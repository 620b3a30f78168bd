/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Frees a block it has freed.
 *
 * class: double free
 */
#include "broken.h"

#define MAKE BROKEN_CODE(0, METHOD_BUFFERED)
#define DROP BROKEN_CODE(1, METHOD_BUFFERED)

static PVOID Block;

static NTSTATUS Control(BROKEN_REQUEST *Request)
{
    switch (Request->Code) {
    case MAKE:
        if (Block != NULL)
            return STATUS_DEVICE_BUSY;
        Block = ExAllocatePoolWithTag(NonPagedPool, 32, BROKEN_TAG);
        return Block != NULL ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
    case DROP:
        if (Block == NULL)
            return STATUS_INVALID_DEVICE_STATE;
        ExFreePoolWithTag(Block, BROKEN_TAG);
        return STATUS_SUCCESS;
    default:
        return STATUS_INVALID_DEVICE_REQUEST;
    }
}
