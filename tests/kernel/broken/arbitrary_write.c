/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Writes where its caller says.
 *
 * class: arbitrary write
 */
#include "broken.h"

#define POKE BROKEN_CODE(0, METHOD_BUFFERED)

typedef struct WHERE {
    ULONG64 Address;
    ULONG64 Value;
} WHERE;

static NTSTATUS Control(BROKEN_REQUEST *Request)
{
    const WHERE *Where = (const WHERE *)(PVOID)Request->Buffer;

    if (Request->Code != POKE)
        return STATUS_INVALID_DEVICE_REQUEST;
    if (Request->InputLength < sizeof(WHERE))
        return STATUS_BUFFER_TOO_SMALL;
    *(volatile ULONG64 *)(ULONG_PTR)Where->Address = Where->Value;
    return STATUS_SUCCESS;
}
