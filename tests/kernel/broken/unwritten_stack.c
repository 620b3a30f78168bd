/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Returns a structure of its stack of which it has filled in a part.
 *
 * class: uninitialised memory
 */
#include "broken.h"

#define QUERY BROKEN_CODE(0, METHOD_BUFFERED)

typedef struct ANSWER {
    ULONG Size;
    ULONG Value[15];
} ANSWER;

static __attribute__((noinline)) void Answer(PVOID Output)
{
    ANSWER Mine;

    Mine.Size = sizeof(Mine);
    RtlCopyMemory(Output, &Mine, sizeof(Mine));
}

static NTSTATUS Control(BROKEN_REQUEST *Request)
{
    if (Request->Code != QUERY)
        return STATUS_INVALID_DEVICE_REQUEST;
    if (Request->OutputLength < sizeof(ANSWER))
        return STATUS_BUFFER_TOO_SMALL;
    Answer(Request->Buffer);
    Request->Returned = sizeof(ANSWER);
    return STATUS_SUCCESS;
}
