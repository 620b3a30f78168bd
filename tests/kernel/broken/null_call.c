/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Calls a routine of a table that has gaps.
 *
 * class: call of NULL
 */
#include "broken.h"

#define PERFORM BROKEN_CODE(0, METHOD_BUFFERED)

typedef NTSTATUS (*ACTION)(void);

static NTSTATUS Start(void)
{
    return STATUS_SUCCESS;
}

static NTSTATUS Stop(void)
{
    return STATUS_DEVICE_BUSY;
}

static NTSTATUS Control(BROKEN_REQUEST *Request)
{
    const ACTION Actions[] = {Start, NULL, NULL, Stop};
    ULONG Number;

    if (Request->Code != PERFORM)
        return STATUS_INVALID_DEVICE_REQUEST;
    if (Request->InputLength < sizeof(ULONG))
        return STATUS_BUFFER_TOO_SMALL;
    Number = *(PULONG)(PVOID)Request->Buffer;
    return Number < sizeof(Actions) / sizeof(Actions[0]) ? Actions[Number]()
                                                         : STATUS_INVALID_PARAMETER;
}
