/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Copies what it is given into an array on its stack.
 *
 * class: stack buffer overflow
 */
#include "broken.h"

#define SUM BROKEN_CODE(0, METHOD_BUFFERED)

static __attribute__((noinline)) ULONG Sum(const UCHAR *Data, ULONG Length)
{
    UCHAR Copy[32];
    ULONG Total, Index;

    RtlCopyMemory(Copy, Data, Length);
    Total = 0;
    for (Index = 0; Index < sizeof(Copy); Index++)
        Total += Copy[Index];
    return Total;
}

static NTSTATUS Control(BROKEN_REQUEST *Request)
{
    if (Request->Code != SUM)
        return STATUS_INVALID_DEVICE_REQUEST;
    if (Request->InputLength > 512) /* the limit of another buffer */
        return STATUS_INVALID_BUFFER_SIZE;
    return Sum(Request->Buffer, Request->InputLength) != 0 ? STATUS_SUCCESS
                                                           : STATUS_INVALID_PARAMETER;
}
