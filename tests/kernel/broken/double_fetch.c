/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Reads a length from memory its caller has too, checks it, and reads it again to use it.
 *
 * class: double fetch
 */
#include "broken.h"

#define PASS  BROKEN_CODE(0, METHOD_OUT_DIRECT)
#define LIMIT 64

static NTSTATUS Control(BROKEN_REQUEST *Request)
{
    const volatile ULONG *Shared = Request->Output;
    PUCHAR Block;
    NTSTATUS Status = STATUS_INVALID_PARAMETER;

    if (Request->Code != PASS)
        return STATUS_INVALID_DEVICE_REQUEST;
    if (Request->OutputLength < 4096 || Shared == NULL)
        return STATUS_BUFFER_TOO_SMALL;
    Block = ExAllocatePoolWithTag(NonPagedPool, LIMIT, BROKEN_TAG);
    if (Block == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    if (Shared[0] <= LIMIT) {
        RtlZeroMemory(Block, Shared[0] <= 4096 ? Shared[0] : 4096);
        Status = STATUS_SUCCESS;
    }
    ExFreePoolWithTag(Block, BROKEN_TAG);
    return Status;
}
