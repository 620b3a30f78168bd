/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Questions about services: configurations, lists, names. Answers larger than the caller's buffer
 * say how large they are. */
#include <string.h>

#include "scm/scmp.h"

static NTSTATUS ScmReturnBlock(const void *Block, ULONG Bytes, void *To, ULONG Room, ULONG *Needed)
{
    KPROCESSOR_MODE Mode = KiPreviousMode();
    NTSTATUS Status = ObiWriteCaller(Needed, &Bytes, sizeof(Bytes), Mode);
    if (!NT_SUCCESS(Status))
        return Status;
    return Bytes <= Room ? ObiWriteCaller(To, Block, Bytes, Mode) : STATUS_BUFFER_TOO_SMALL;
}

NTSTATUS NTAPI NtScmQueryConfig(HANDLE Service, void *Buffer, ULONG Bytes, ULONG *Needed)
{
    SCM_RECORD *Record;
    SCM_CONFIG *Config;
    void *Object;
    NTSTATUS Status = ScmReferenceService(Service, SERVICE_QUERY_CONFIG, &Object, &Record);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ScmReadConfig(&Record->Name, &Config);
    if (NT_SUCCESS(Status)) {
        Status = ScmReturnBlock(Config, Config->Bytes, Buffer, Bytes, Needed);
        ExiFree(Config);
    }
    ObfDereferenceObject(Object);
    return Status;
}

/* ---- lists ----------------------------------------------------------------------------------- */

/* What a service is called to people. */
static UNICODE_STRING ScmShownName(const SCM_CONFIG *Config)
{
    const UNICODE_STRING Display = ScmText(Config, SCM_DISPLAY);
    return Display.Length != 0 ? Display : ScmText(Config, SCM_NAME);
}

static ULONG ScmEntryBytes(const SCM_CONFIG *Config)
{
    ULONG Bytes = sizeof(SCM_ENTRY) + ScmText(Config, SCM_NAME).Length +
        ScmShownName(Config).Length + ScmText(Config, SCM_GROUP).Length + 3 * (ULONG)sizeof(WCHAR);
    return (Bytes + 7) & ~7u;
}

static ULONG ScmPutText(UCHAR *Entry, ULONG Offset, const UNICODE_STRING *Text)
{
    if (Text->Length != 0)
        memcpy(Entry + Offset, Text->Buffer, Text->Length);
    return Offset + Text->Length + (ULONG)sizeof(WCHAR);
}

static void ScmPutEntry(SCM_ENTRY *Entry, const SCM_CONFIG *Config)
{
    const UNICODE_STRING Name = ScmText(Config, SCM_NAME), Display = ScmShownName(Config),
                         Group = ScmText(Config, SCM_GROUP);
    Entry->Bytes = ScmEntryBytes(Config);
    ScmQueryState(&Name, Config->Type, &Entry->Status);
    Entry->Name = sizeof(*Entry);
    Entry->Display = ScmPutText((UCHAR *)Entry, Entry->Name, &Name);
    Entry->Group = ScmPutText((UCHAR *)Entry, Entry->Display, &Display);
    ScmPutText((UCHAR *)Entry, Entry->Group, &Group);
}

static NTSTATUS ScmReturnList(
    const SCM_LIST *List, void *Buffer, ULONG Room, ULONG *Needed, ULONG *Count)
{
    ULONG Bytes = 0, At = 0;
    for (ULONG Index = 0; Index < List->Count; Index++)
        Bytes += ScmEntryBytes(List->Config[Index]);
    UCHAR *Block = ExiAllocateZero(PagedPool, Bytes + 1, SCM_TAG, EX_KERNEL_SITE);
    if (Block == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    ScmAcquire();
    for (ULONG Index = 0; Index < List->Count; Index++) {
        ScmPutEntry((SCM_ENTRY *)(void *)(Block + At), List->Config[Index]);
        At += ScmEntryBytes(List->Config[Index]);
    }
    ScmRelease();
    NTSTATUS Status = ScmReturnBlock(Block, Bytes, Buffer, Room, Needed);
    if (NT_SUCCESS(Status))
        Status = ObiWriteCaller(Count, &List->Count, sizeof(*Count), KiPreviousMode());
    ExiFree(Block);
    return Status;
}

NTSTATUS NTAPI NtScmEnumServices(
    HANDLE Manager, void *Buffer, ULONG Bytes, ULONG *Needed, ULONG *Count)
{
    SCM_LIST All;
    NTSTATUS Status = ScmReferenceManager(Manager, SC_MANAGER_ENUMERATE_SERVICE);
    if (NT_SUCCESS(Status))
        Status = ScmReadAll(&All);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ScmReturnList(&All, Buffer, Bytes, Needed, Count);
    ScmFreeList(&All);
    return Status;
}

static BOOLEAN ScmDependsOn(const SCM_CONFIG *Config, const UNICODE_STRING *Name)
{
    UNICODE_STRING At = {0};
    while (ScmNextDependency(Config, &At)) {
        if (ScmSameName(&At, Name))
            return TRUE;
    }
    return FALSE;
}

/* Adds what depends on Name to Found, which has room for all; what would have to stop first comes
 * first. */
static void ScmAddDependents(
    const SCM_LIST *All, const UNICODE_STRING *Name, SCM_LIST *Found, ULONG Depth)
{
    for (ULONG Index = All->Count; Index-- > 0;) {
        SCM_CONFIG *Config = All->Config[Index];
        const UNICODE_STRING Other = ScmText(Config, SCM_NAME);
        if (!ScmDependsOn(Config, Name) || ScmFindInList(Found, &Other) != NULL)
            continue;
        if (Depth != 0)
            ScmAddDependents(All, &Other, Found, Depth - 1);
        if (ScmFindInList(Found, &Other) == NULL)
            Found->Config[Found->Count++] = Config;
    }
}

NTSTATUS NTAPI NtScmEnumDependents(
    HANDLE Service, void *Buffer, ULONG Bytes, ULONG *Needed, ULONG *Count)
{
    SCM_LIST All, Found = {0};
    SCM_RECORD *Record;
    void *Object;
    NTSTATUS Status = ScmReferenceService(Service, SERVICE_ENUMERATE_DEPENDENTS, &Object, &Record);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ScmReadAll(&All);
    if (!NT_SUCCESS(Status))
        goto Dereference;
    Status = ScmSortList(&All);
    if (!NT_SUCCESS(Status))
        goto FreeAll;
    Found.Config = ExiAllocate(
        PagedPool, (All.Count + 1) * sizeof(*Found.Config), SCM_TAG, EX_KERNEL_SITE);
    if (Found.Config == NULL) {
        Status = STATUS_INSUFFICIENT_RESOURCES;
        goto FreeAll;
    }
    ScmAddDependents(&All, &Record->Name, &Found, All.Count < 64 ? All.Count : 64);
    Status = ScmReturnList(&Found, Buffer, Bytes, Needed, Count);
    ExiFree(Found.Config);

FreeAll:
    ScmFreeList(&All);
Dereference:
    ObfDereferenceObject(Object);
    return Status;
}

/* ---- names ----------------------------------------------------------------------------------- */

NTSTATUS NTAPI NtScmTranslateName(HANDLE Manager, BOOLEAN ToKeyName, UNICODE_STRING *From,
    void *Buffer, ULONG Bytes, ULONG *Needed)
{
    UNICODE_STRING Name;
    SCM_LIST All;
    NTSTATUS Status = ScmReferenceManager(Manager, SC_MANAGER_CONNECT);
    if (NT_SUCCESS(Status))
        Status = ObiCaptureString(From, KiPreviousMode(), &Name);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ScmReadAll(&All);
    if (NT_SUCCESS(Status)) {
        UNICODE_STRING Found = {0};
        for (ULONG Index = 0; Index < All.Count && Found.Buffer == NULL; Index++) {
            const UNICODE_STRING Key = ScmText(All.Config[Index], SCM_NAME),
                                 Shown = ScmShownName(All.Config[Index]);
            if (ScmSameName(ToKeyName ? &Shown : &Key, &Name))
                Found = ToKeyName ? Key : Shown;
        }
        Status = Found.Buffer == NULL
            ? SCM_ERROR(SCM_DOES_NOT_EXIST)
            : ScmReturnBlock(
                  Found.Buffer, Found.Length + (ULONG)sizeof(WCHAR), Buffer, Bytes, Needed);
        ScmFreeList(&All);
    }
    if (Name.Buffer != NULL)
        ExiFree(Name.Buffer);
    return Status;
}
