/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Lists of services. The kernel gives the whole list; what the caller wants of it, and how much of
 * that fits into its buffer this time, is decided here. Structures come from the front of the
 * buffer, texts from its end.
 */
#include "service.h"

#include <stdlib.h>
#include <string.h>

#define BASEP_TYPES 0x3Fu

typedef struct BASEP_LIST {
    UCHAR *Block; /* malloc; SCM_ENTRYs */
    ULONG Count;
} BASEP_LIST;

/* What is wanted, and in which form. */
typedef struct BASEP_ENUM {
    DWORD Type, State;
    const WCHAR *Group; /* NULL: of any group and none */
    BOOLEAN Wide;
    BOOLEAN Extended; /* ENUM_SERVICE_STATUS_PROCESS */
    UCHAR *Buffer;
    DWORD Room;
    LPDWORD Needed, Returned, Resume;
} BASEP_ENUM;

typedef NTSTATUS (*BASEP_LIST_CALL)(HANDLE, void *, ULONG, ULONG *, ULONG *);

static NTSTATUS BasepGetList(SC_HANDLE Handle, BASEP_LIST_CALL Call, BASEP_LIST *List)
{
    ULONG Bytes = 8192;

    for (;;) {
        ULONG Needed = 0;
        List->Block = malloc(Bytes);
        if (List->Block == NULL)
            return STATUS_NO_MEMORY;
        NTSTATUS Status = Call(Handle, List->Block, Bytes, &Needed, &List->Count);
        if (NT_SUCCESS(Status))
            return STATUS_SUCCESS;
        free(List->Block);
        if (Status != STATUS_BUFFER_TOO_SMALL)
            return Status;
        Bytes = Needed;
    }
}

static const WCHAR *BasepEntryText(const SCM_ENTRY *Entry, ULONG Offset)
{
    return (const WCHAR *)(const void *)((const UCHAR *)Entry + Offset);
}

static BOOLEAN BasepSameGroup(const WCHAR *First, const WCHAR *Second)
{
    for (;; First++, Second++) {
        WCHAR A = *First >= u'a' && *First <= u'z' ? (WCHAR)(*First - 32) : *First;
        WCHAR B = *Second >= u'a' && *Second <= u'z' ? (WCHAR)(*Second - 32) : *Second;
        if (A != B || A == 0)
            return A == B;
    }
}

static BOOLEAN BasepIsWanted(const BASEP_ENUM *Enum, const SCM_ENTRY *Entry)
{
    DWORD State = Entry->Status.State == SERVICE_STOPPED ? SERVICE_INACTIVE : SERVICE_ACTIVE;

    return (Entry->Status.Type & Enum->Type) != 0 && (State & Enum->State) != 0 &&
        (Enum->Group == NULL || BasepSameGroup(Enum->Group, BasepEntryText(Entry, Entry->Group)));
}

static SIZE_T BasepStructBytes(const BASEP_ENUM *Enum)
{
    return Enum->Extended ? sizeof(ENUM_SERVICE_STATUS_PROCESSW) : sizeof(ENUM_SERVICE_STATUSW);
}

static SIZE_T BasepTextBytes(const BASEP_ENUM *Enum, const SCM_ENTRY *Entry, ULONG Offset)
{
    const WCHAR *Text = BasepEntryText(Entry, Offset);

    return BasepPackedBytes(Text, BasepWideLength(Text), Enum->Wide);
}

/* Puts a text before End; where it is now. */
static UCHAR *BasepPutText(const BASEP_ENUM *Enum, const SCM_ENTRY *Entry, ULONG Offset, UCHAR *End)
{
    const WCHAR *Text = BasepEntryText(Entry, Offset);
    SIZE_T Bytes = BasepTextBytes(Enum, Entry, Offset);
    BASEP_PACK Pack = {.Buffer = End - Bytes, .Room = Bytes, .Wide = Enum->Wide};

    BasepPackText(&Pack, Text, BasepWideLength(Text));
    return End - Bytes;
}

static UCHAR *BasepPutEntry(const BASEP_ENUM *Enum, const SCM_ENTRY *Entry, DWORD Index, UCHAR *End)
{
    ENUM_SERVICE_STATUS_PROCESSW Result;

    _Static_assert(offsetof(ENUM_SERVICE_STATUS_PROCESSW, ServiceStatusProcess) ==
            offsetof(ENUM_SERVICE_STATUSW, ServiceStatus),
        "the shorter structure is the beginning of the longer");
    memset(&Result, 0, sizeof(Result));
    End = BasepPutText(Enum, Entry, Entry->Display, End);
    Result.lpDisplayName = (WCHAR *)(void *)End;
    End = BasepPutText(Enum, Entry, Entry->Name, End);
    Result.lpServiceName = (WCHAR *)(void *)End;
    memcpy(&Result.ServiceStatusProcess, &Entry->Status, sizeof(Entry->Status));
    memcpy(Enum->Buffer + Index * BasepStructBytes(Enum), &Result, BasepStructBytes(Enum));
    return End;
}

/* FALSE: some did not fit. */
static BOOLEAN BasepFillEnum(const BASEP_ENUM *Enum, const BASEP_LIST *List)
{
    DWORD Skip = Enum->Resume != NULL ? *Enum->Resume : 0, Seen = 0, Count = 0;
    SIZE_T Needed = 0, Left = Enum->Buffer != NULL ? Enum->Room : 0;
    UCHAR *End = Enum->Buffer;
    BOOLEAN Full = FALSE;
    const UCHAR *At = List->Block;

    if (End != NULL)
        End += Enum->Room & ~(SIZE_T)1;
    Left &= ~(SIZE_T)1;
    for (ULONG i = 0; i < List->Count; i++, At += ((const SCM_ENTRY *)(const void *)At)->Bytes) {
        const SCM_ENTRY *Entry = (const SCM_ENTRY *)(const void *)At;
        if (!BasepIsWanted(Enum, Entry) || Seen++ < Skip)
            continue;
        SIZE_T Bytes = BasepStructBytes(Enum) + BasepTextBytes(Enum, Entry, Entry->Name) +
            BasepTextBytes(Enum, Entry, Entry->Display);
        if (Full || Bytes > Left) {
            Full = TRUE;
            Needed += Bytes;
            continue;
        }
        Left -= Bytes;
        End = BasepPutEntry(Enum, Entry, Count++, End);
    }
    *Enum->Needed = (DWORD)Needed;
    *Enum->Returned = Count;
    if (Enum->Resume != NULL)
        *Enum->Resume = Full ? Skip + Count : 0;
    return !Full;
}

static BOOL BasepEnumerate(SC_HANDLE Handle, BASEP_LIST_CALL Call, const BASEP_ENUM *Enum)
{
    BASEP_LIST List;

    if (Enum->Needed == NULL || Enum->Returned == NULL)
        return BasepFailWin32(ERROR_INVALID_ADDRESS);
    if ((Enum->Type & BASEP_TYPES) == 0 || Enum->State == 0 || Enum->State > SERVICE_STATE_ALL)
        return BasepFailWin32(ERROR_INVALID_PARAMETER);
    NTSTATUS Status = BasepGetList(Handle, Call, &List);
    if (!NT_SUCCESS(Status))
        return BasepFail(Status);
    BOOLEAN Whole = BasepFillEnum(Enum, &List);
    free(List.Block);
    return Whole ? TRUE : BasepFailWin32(ERROR_MORE_DATA);
}

BOOL WINAPI EnumServicesStatusW(SC_HANDLE hSCManager, DWORD dwServiceType, DWORD dwServiceState,
    LPENUM_SERVICE_STATUSW lpServices, DWORD cbBufSize, LPDWORD pcbBytesNeeded,
    LPDWORD lpServicesReturned, LPDWORD lpResumeHandle)
{
    const BASEP_ENUM Enum = {dwServiceType, dwServiceState, NULL, TRUE, FALSE, (UCHAR *)lpServices,
        cbBufSize, pcbBytesNeeded, lpServicesReturned, lpResumeHandle};

    return BasepEnumerate(hSCManager, SysScmEnumServices, &Enum);
}

BOOL WINAPI EnumServicesStatusA(SC_HANDLE hSCManager, DWORD dwServiceType, DWORD dwServiceState,
    LPENUM_SERVICE_STATUSA lpServices, DWORD cbBufSize, LPDWORD pcbBytesNeeded,
    LPDWORD lpServicesReturned, LPDWORD lpResumeHandle)
{
    const BASEP_ENUM Enum = {dwServiceType, dwServiceState, NULL, FALSE, FALSE, (UCHAR *)lpServices,
        cbBufSize, pcbBytesNeeded, lpServicesReturned, lpResumeHandle};

    return BasepEnumerate(hSCManager, SysScmEnumServices, &Enum);
}

BOOL WINAPI EnumServicesStatusExW(SC_HANDLE hSCManager, SC_ENUM_TYPE InfoLevel, DWORD dwServiceType,
    DWORD dwServiceState, BYTE *lpServices, DWORD cbBufSize, LPDWORD pcbBytesNeeded,
    LPDWORD lpServicesReturned, LPDWORD lpResumeHandle, LPCWSTR pszGroupName)
{
    const BASEP_ENUM Enum = {dwServiceType, dwServiceState, pszGroupName, TRUE, TRUE, lpServices,
        cbBufSize, pcbBytesNeeded, lpServicesReturned, lpResumeHandle};

    if (InfoLevel != SC_ENUM_PROCESS_INFO)
        return BasepFailWin32(ERROR_INVALID_LEVEL);
    return BasepEnumerate(hSCManager, SysScmEnumServices, &Enum);
}

BOOL WINAPI EnumServicesStatusExA(SC_HANDLE hSCManager, SC_ENUM_TYPE InfoLevel, DWORD dwServiceType,
    DWORD dwServiceState, BYTE *lpServices, DWORD cbBufSize, LPDWORD pcbBytesNeeded,
    LPDWORD lpServicesReturned, LPDWORD lpResumeHandle, LPCSTR pszGroupName)
{
    BASEP_WIDE Group;

    if (InfoLevel != SC_ENUM_PROCESS_INFO)
        return BasepFailWin32(ERROR_INVALID_LEVEL);
    NTSTATUS Status = BasepWiden(pszGroupName, &Group);
    if (!NT_SUCCESS(Status))
        return BasepFail(Status);
    const BASEP_ENUM Enum = {dwServiceType, dwServiceState, Group.Text, FALSE, TRUE, lpServices,
        cbBufSize, pcbBytesNeeded, lpServicesReturned, lpResumeHandle};
    BOOL Done = BasepEnumerate(hSCManager, SysScmEnumServices, &Enum);
    BasepFreeWide(&Group);
    return Done;
}

BOOL WINAPI EnumDependentServicesW(SC_HANDLE hService, DWORD dwServiceState,
    LPENUM_SERVICE_STATUSW lpServices, DWORD cbBufSize, LPDWORD pcbBytesNeeded,
    LPDWORD lpServicesReturned)
{
    const BASEP_ENUM Enum = {BASEP_TYPES, dwServiceState, NULL, TRUE, FALSE, (UCHAR *)lpServices,
        cbBufSize, pcbBytesNeeded, lpServicesReturned, NULL};

    return BasepEnumerate(hService, SysScmEnumDependents, &Enum);
}

BOOL WINAPI EnumDependentServicesA(SC_HANDLE hService, DWORD dwServiceState,
    LPENUM_SERVICE_STATUSA lpServices, DWORD cbBufSize, LPDWORD pcbBytesNeeded,
    LPDWORD lpServicesReturned)
{
    const BASEP_ENUM Enum = {BASEP_TYPES, dwServiceState, NULL, FALSE, FALSE, (UCHAR *)lpServices,
        cbBufSize, pcbBytesNeeded, lpServicesReturned, NULL};

    return BasepEnumerate(hService, SysScmEnumDependents, &Enum);
}
