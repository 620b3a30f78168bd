/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Frees a block and goes on using it.
 *
 * class: use after free
 */
#include "broken.h"

#define RESET BROKEN_CODE(0, METHOD_BUFFERED)
#define COUNT BROKEN_CODE(1, METHOD_BUFFERED)

static PULONG Counter;
static BOOLEAN Freed;

static NTSTATUS Control(BROKEN_REQUEST *Request)
{
    switch (Request->Code) {
    case RESET:
        if (Counter == NULL) {
            Counter = ExAllocatePoolWithTag(NonPagedPool, sizeof(*Counter), BROKEN_TAG);
            if (Counter == NULL)
                return STATUS_INSUFFICIENT_RESOURCES;
            *Counter = 0;
            return STATUS_SUCCESS;
        }
        if (!Freed)
            ExFreePoolWithTag(Counter, BROKEN_TAG);
        Freed = TRUE;
        return STATUS_SUCCESS;
    case COUNT:
        if (Counter == NULL)
            return STATUS_INVALID_DEVICE_STATE;
        ++*Counter;
        return STATUS_SUCCESS;
    default:
        return STATUS_INVALID_DEVICE_REQUEST;
    }
}
