/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Events. Named ones live in \BaseNamedObjects; the prefixes Global\ and Local\ mean the same place: there is one session. */
#include "client.h"

#include <string.h>

#define BASEP_DIRECTORY u"\\BaseNamedObjects\\"

typedef struct BASEP_OBJECT_NAME {
    UNICODE_STRING Path;
    WCHAR Buffer[RTL_NUMBER_OF(BASEP_DIRECTORY) + MAX_PATH];
} BASEP_OBJECT_NAME;

static SIZE_T BasepSkipPrefix(const WCHAR *Name, const WCHAR *Prefix)
{
    SIZE_T Length = BasepWideLength(Prefix);

    for (SIZE_T i = 0; i < Length; i++) {
        if (Name[i] != Prefix[i])
            return 0;
    }
    return Length;
}

/* FALSE: the name is too long and the last error is set. */
static BOOL BasepObjectPath(const WCHAR *Name, BASEP_OBJECT_NAME *Result)
{
    SIZE_T Length, Directory = RTL_NUMBER_OF(BASEP_DIRECTORY) - 1;

    Name += BasepSkipPrefix(Name, u"Global\\");
    Name += BasepSkipPrefix(Name, u"Local\\");
    Length = BasepWideLength(Name);
    if (Length >= MAX_PATH)
        return BasepFailWin32(ERROR_FILENAME_EXCED_RANGE);
    memcpy(Result->Buffer, BASEP_DIRECTORY, Directory * sizeof(WCHAR));
    memcpy(Result->Buffer + Directory, Name, Length * sizeof(WCHAR));
    Result->Path.Buffer = Result->Buffer;
    Result->Path.Length = Result->Path.MaximumLength = (USHORT)((Directory + Length) * sizeof(WCHAR));
    return TRUE;
}

HANDLE WINAPI CreateEventW(
    LPSECURITY_ATTRIBUTES lpEventAttributes, BOOL bManualReset, BOOL bInitialState, LPCWSTR lpName)
{
    BASEP_OBJECT_NAME Name;
    OBJECT_ATTRIBUTES Object;
    HANDLE Event = NULL;
    BOOL Named = lpName != NULL && lpName[0] != 0;

    if (Named && !BasepObjectPath(lpName, &Name))
        return NULL;
    InitializeObjectAttributes(&Object, Named ? &Name.Path : NULL, Named ? OBJ_OPENIF : 0, NULL, NULL);
    if (lpEventAttributes != NULL) {
        Object.SecurityDescriptor = lpEventAttributes->lpSecurityDescriptor;
        Object.Attributes |= lpEventAttributes->bInheritHandle ? OBJ_INHERIT : 0;
    }
    NTSTATUS Status = SysCreateEvent(&Event, EVENT_ALL_ACCESS, &Object,
        bManualReset ? NotificationEvent : SynchronizationEvent, bInitialState != FALSE);
    if (!NT_SUCCESS(Status)) {
        /* Another kind of object has the name. */
        Status == STATUS_OBJECT_TYPE_MISMATCH ? BasepFailWin32(ERROR_INVALID_HANDLE) : BasepFail(Status);
        return NULL;
    }
    SetLastError(Status == STATUS_OBJECT_NAME_EXISTS ? ERROR_ALREADY_EXISTS : ERROR_SUCCESS);
    return Event;
}

HANDLE WINAPI CreateEventA(
    LPSECURITY_ATTRIBUTES lpEventAttributes, BOOL bManualReset, BOOL bInitialState, LPCSTR lpName)
{
    BASEP_WIDE Name;
    NTSTATUS Status = BasepWiden(lpName, &Name);

    if (!NT_SUCCESS(Status)) {
        BasepFail(Status);
        return NULL;
    }
    HANDLE Event = CreateEventW(lpEventAttributes, bManualReset, bInitialState, Name.Text);
    BasepFreeWide(&Name);
    return Event;
}

HANDLE WINAPI OpenEventW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName)
{
    BASEP_OBJECT_NAME Name;
    OBJECT_ATTRIBUTES Object;
    HANDLE Event = NULL;

    if (lpName == NULL) {
        BasepFailWin32(ERROR_INVALID_PARAMETER);
        return NULL;
    }
    if (!BasepObjectPath(lpName, &Name))
        return NULL;
    InitializeObjectAttributes(&Object, &Name.Path, bInheritHandle ? OBJ_INHERIT : 0, NULL, NULL);
    NTSTATUS Status = SysOpenEvent(&Event, dwDesiredAccess, &Object);
    if (NT_SUCCESS(Status))
        return Event;
    Status == STATUS_OBJECT_TYPE_MISMATCH ? BasepFailWin32(ERROR_INVALID_HANDLE) : BasepFail(Status);
    return NULL;
}

HANDLE WINAPI OpenEventA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpName)
{
    BASEP_WIDE Name;
    NTSTATUS Status = BasepWiden(lpName, &Name);

    if (!NT_SUCCESS(Status)) {
        BasepFail(Status);
        return NULL;
    }
    HANDLE Event = OpenEventW(dwDesiredAccess, bInheritHandle, Name.Text);
    BasepFreeWide(&Name);
    return Event;
}

BOOL WINAPI SetEvent(HANDLE hEvent)
{
    NTSTATUS Status = SysSetEvent(hEvent, NULL);

    return NT_SUCCESS(Status) ? TRUE : BasepFail(Status);
}

BOOL WINAPI ResetEvent(HANDLE hEvent)
{
    NTSTATUS Status = SysResetEvent(hEvent, NULL);

    return NT_SUCCESS(Status) ? TRUE : BasepFail(Status);
}

BOOL WINAPI PulseEvent(HANDLE hEvent)
{
    NTSTATUS Status = SysPulseEvent(hEvent, NULL);

    return NT_SUCCESS(Status) ? TRUE : BasepFail(Status);
}
