/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Takes an object of one kind for one of another.
 *
 * class: type confusion
 */
#include "broken.h"

#define KEEP_NUMBER BROKEN_CODE(0, METHOD_BUFFERED)
#define KEEP_ACTION BROKEN_CODE(1, METHOD_BUFFERED)
#define PERFORM     BROKEN_CODE(2, METHOD_BUFFERED)

typedef struct OBJECT {
    BOOLEAN IsAction;
    union {
        ULONG64 Number;
        NTSTATUS (*Action)(void);
    };
} OBJECT;

static OBJECT Object;
static BOOLEAN Kept;

static NTSTATUS Act(void)
{
    return STATUS_SUCCESS;
}

static NTSTATUS Control(BROKEN_REQUEST *Request)
{
    switch (Request->Code) {
    case KEEP_NUMBER:
        if (Request->InputLength < sizeof(ULONG64))
            return STATUS_BUFFER_TOO_SMALL;
        Object.IsAction = FALSE;
        Object.Number = *(ULONG64 *)(PVOID)Request->Buffer;
        Kept = TRUE;
        return STATUS_SUCCESS;
    case KEEP_ACTION:
        Object.IsAction = TRUE;
        Object.Action = Act;
        Kept = TRUE;
        return STATUS_SUCCESS;
    case PERFORM:
        return Kept ? Object.Action() : STATUS_INVALID_DEVICE_STATE;
    default:
        return STATUS_INVALID_DEVICE_REQUEST;
    }
}
