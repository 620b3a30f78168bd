/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Conversion of arrays, and of information that has handles or pointers in it. Classes without them
 * go as they are; one that would have to be converted and cannot be is refused, so that none is
 * silently wrong. Answers are smaller in the program's layout than in the machine's, so a block of
 * the program's own size always leaves room for them.
 */
#include "widep.h"

#include <string.h>

#define WIDE_MOST_HANDLES 64u
#define WIDE_MOST_PACKETS 64u /* that one call takes */
#define WIDE_MOST_ENTRIES 0x10000u

/* ---- Arrays ---------------------------------------------------------------------------------- */

NTSTATUS WideHandles(WIDE_SERVICE *Service, ULONG Index)
{
    ULONG Given[WIDE_MOST_HANDLES], Count = (ULONG)Service->Slot[0];

    if (Count == 0 || Count > WIDE_MOST_HANDLES)
        return STATUS_SUCCESS; /* the service refuses it without a look at them */
    ULONG64 *Wide = WideAllocate(Service, Index, Count * sizeof(*Wide));
    if (Wide == NULL)
        return STATUS_NO_MEMORY;
    NTSTATUS Status = WideRead(Given, Service->Slot[Index], Count * sizeof(*Given));
    for (ULONG i = 0; NT_SUCCESS(Status) && i < Count; i++)
        Wide[i] = WideHandle(Given[i]);
    Service->Slot[Index] = (ULONG_PTR)Wide;
    return Status;
}

/* RemoveIoCompletionEx: port, packets, their number, how many were taken, … */
NTSTATUS WidePackets(WIDE_SERVICE *Service, ULONG Index)
{
    if (Service->Slot[2] > WIDE_MOST_PACKETS)
        Service->Slot[2] = WIDE_MOST_PACKETS;
    WIDE_PACKET *Wide = WideAllocate(Service, Index, (SIZE_T)Service->Slot[2] * sizeof(*Wide) + 1);
    if (Wide == NULL)
        return STATUS_NO_MEMORY;
    Service->Slot[Index] = (ULONG_PTR)Wide;
    return STATUS_SUCCESS;
}

NTSTATUS WideReturnPackets(const WIDE_SERVICE *Service, ULONG Index)
{
    const WIDE_PACKET *Wide = Service->Copy[Index].Block;
    FILE_IO_COMPLETION_INFORMATION Packets[WIDE_MOST_PACKETS];
    ULONG Count = 0;
    NTSTATUS Status = NT_SUCCESS(Service->Status)
        ? WideRead(&Count, Service->Given[3], sizeof(Count))
        : STATUS_SUCCESS;

    for (ULONG i = 0; i < Count && i < WIDE_MOST_PACKETS; i++) {
        Packets[i].KeyContext = (void *)(ULONG_PTR)Wide[i].KeyContext;
        Packets[i].ApcContext = (void *)(ULONG_PTR)Wide[i].ApcContext;
        Packets[i].IoStatusBlock.Status = Wide[i].Status;
        Packets[i].IoStatusBlock.Information = (ULONG_PTR)Wide[i].Information;
    }
    return NT_SUCCESS(Status) ? WideWrite(Service->Given[Index], Packets, Count * sizeof(*Packets))
                              : Status;
}

/* QueryMultipleValueKey: key, entries, their number, … The names lie behind the entries. */
NTSTATUS WideValueEntries(WIDE_SERVICE *Service, ULONG Index)
{
    const ULONG Count = (ULONG)Service->Slot[2];
    KEY_VALUE_ENTRY Given;
    NTSTATUS Status = STATUS_SUCCESS;

    if (Count > WIDE_MOST_ENTRIES)
        return STATUS_INSUFFICIENT_RESOURCES;
    WIDE_VALUE_ENTRY *Wide = WideAllocate(
        Service, Index, Count * (sizeof(*Wide) + sizeof(WIDE_STRING)) + 1);
    if (Wide == NULL)
        return STATUS_NO_MEMORY;
    WIDE_STRING *Names = (WIDE_STRING *)(void *)(Wide + Count);
    for (ULONG i = 0; NT_SUCCESS(Status) && i < Count; i++) {
        Status = WideRead(&Given, Service->Slot[Index] + i * sizeof(Given), sizeof(Given));
        if (NT_SUCCESS(Status))
            Status = WidenString((ULONG_PTR)Given.ValueName, &Names[i]);
        Wide[i] = (WIDE_VALUE_ENTRY){
            (ULONG_PTR)&Names[i], Given.DataLength, Given.DataOffset, Given.Type, 0};
    }
    Service->Slot[Index] = (ULONG_PTR)Wide;
    return Status;
}

NTSTATUS WideReturnValueEntries(const WIDE_SERVICE *Service, ULONG Index)
{
    const WIDE_VALUE_ENTRY *Wide = Service->Copy[Index].Block;
    NTSTATUS Status = STATUS_SUCCESS;

    for (ULONG i = 0; NT_SUCCESS(Status) && i < (ULONG)Service->Given[2]; i++) {
        const ULONG Answer[] = {Wide[i].DataLength, Wide[i].DataOffset, Wide[i].Type};
        Status = WideWrite(Service->Given[Index] + i * sizeof(KEY_VALUE_ENTRY) +
                offsetof(KEY_VALUE_ENTRY, DataLength),
            Answer, sizeof(Answer));
    }
    return Status;
}

/* ---- Files ----------------------------------------------------------------------------------- */

static NTSTATUS WideCompletion(WIDE_SERVICE *Service, ULONG Index)
{
    WIDE_COMPLETION *Wide = &Service->Copy[Index].Completion;
    FILE_COMPLETION_INFORMATION Given;

    if (Service->Slot[3] < sizeof(Given))
        return STATUS_INFO_LENGTH_MISMATCH;
    NTSTATUS Status = WideRead(&Given, Service->Slot[Index], sizeof(Given));
    *Wide = (WIDE_COMPLETION){WideHandle((ULONG)(ULONG_PTR)Given.Port), (ULONG_PTR)Given.Key};
    Service->Slot[Index] = (ULONG_PTR)Wide;
    Service->Slot[3] = sizeof(*Wide);
    return Status;
}

/* A new name: its folder's handle is wider, and what follows it moves up. */
static NTSTATUS WideNewName(WIDE_SERVICE *Service, ULONG Index)
{
    const ULONG Before = offsetof(FILE_RENAME_INFORMATION, FileName),
                Length = (ULONG)Service->Slot[3];
    FILE_RENAME_INFORMATION Given;

    if (Length < sizeof(Given))
        return STATUS_INFO_LENGTH_MISMATCH;
    if (Length > 0x20000)
        return STATUS_INVALID_PARAMETER; /* longer than any name */
    WIDE_NAME *Wide = WideAllocate(Service, Index, WIDE_NAME_BYTES + Length);
    if (Wide == NULL)
        return STATUS_NO_MEMORY;
    NTSTATUS Status = WideRead(&Given, Service->Slot[Index], sizeof(Given));
    Wide->Flags = Given.Flags;
    Wide->RootDirectory = WideHandle((ULONG)(ULONG_PTR)Given.RootDirectory);
    Wide->FileNameLength = Given.FileNameLength;
    if (NT_SUCCESS(Status))
        Status = WideRead(
            (UCHAR *)Wide + WIDE_NAME_BYTES, Service->Slot[Index] + Before, Length - Before);
    Service->Slot[Index] = (ULONG_PTR)Wide;
    Service->Slot[3] = Length - Before + WIDE_NAME_BYTES;
    return Status;
}

/* SetInformationFile: file, status block, information, its length, class. */
NTSTATUS WideFileInformation(WIDE_SERVICE *Service, ULONG Index)
{
    switch ((FILE_INFORMATION_CLASS)Service->Slot[4]) {
    case FileCompletionInformation:
    case FileReplaceCompletionInformation:
        return WideCompletion(Service, Index);
    case FileRenameInformation:
    case FileRenameInformationEx:
    case FileLinkInformation:
    case FileLinkInformationEx:
        return WideNewName(Service, Index);
    case FileTrackingInformation:
    case FileMoveClusterInformation:
        return STATUS_INVALID_INFO_CLASS;
    default:
        return STATUS_SUCCESS;
    }
}

/* ---- Directories of objects ------------------------------------------------------------------ */

/* QueryDirectoryObject: directory, buffer, its length, … */
NTSTATUS WideDirectory(WIDE_SERVICE *Service, ULONG Index)
{
    const ULONG Length = (ULONG)Service->Slot[2];
    UCHAR *Wide = WideAllocate(Service, Index, (SIZE_T)Length + 1);
    NTSTATUS Status = STATUS_SUCCESS;

    if (Wide == NULL)
        return STATUS_NO_MEMORY;
    if (Length != 0) { /* both ends are there before a position in the directory is given up */
        Status = WideRead(Wide, Service->Given[Index], Length);
        if (NT_SUCCESS(Status))
            Status = WideWrite(Service->Given[Index], Wide, Length);
    }
    Service->Slot[Index] = (ULONG_PTR)Wide;
    return Status;
}

/* A text moves with the block it lies in. */
static NTSTATUS WideMoveText(const WIDE_SERVICE *Service, ULONG Index, const WIDE_STRING *Wide,
    ULONG *Room, UNICODE_STRING *Text)
{
    *Text = (UNICODE_STRING){.Length = Wide->Length, .MaximumLength = Wide->MaximumLength};
    if (Wide->Buffer == 0)
        return STATUS_SUCCESS;
    *Room -= Wide->MaximumLength;
    Text->Buffer = (WCHAR *)(ULONG_PTR)(Service->Given[Index] + *Room);
    return WideWrite(
        (ULONG_PTR)Text->Buffer, (const void *)(ULONG_PTR)Wide->Buffer, Wide->MaximumLength);
}

NTSTATUS WideReturnDirectory(const WIDE_SERVICE *Service, ULONG Index)
{
    const WIDE_DIRECTORY_INFORMATION *Wide = Service->Copy[Index].Block;
    ULONG Room = (ULONG)Service->Given[2] & ~1u; /* texts from the end down, each even */
    NTSTATUS Status = STATUS_SUCCESS;

    if (!NT_SUCCESS(Service->Status) || Service->Status == STATUS_NO_MORE_ENTRIES)
        return STATUS_SUCCESS;
    for (ULONG i = 0; NT_SUCCESS(Status); i++) {
        OBJECT_DIRECTORY_INFORMATION Entry;
        Status = WideMoveText(Service, Index, &Wide[i].Name, &Room, &Entry.Name);
        if (NT_SUCCESS(Status))
            Status = WideMoveText(Service, Index, &Wide[i].TypeName, &Room, &Entry.TypeName);
        if (NT_SUCCESS(Status))
            Status = WideWrite(Service->Given[Index] + i * sizeof(Entry), &Entry, sizeof(Entry));
        if (Wide[i].Name.Buffer == 0)
            break;
    }
    return Status;
}

/* ---- Queries by class ------------------------------------------------------------------------ */

static void WideThread(const void *Wide, void *Narrow, ULONG Behind)
{
    const WIDE_THREAD_INFORMATION *From = Wide;

    (void)Behind;
    *(THREAD_BASIC_INFORMATION *)Narrow = (THREAD_BASIC_INFORMATION){.ExitStatus = From->ExitStatus,
        .TebBaseAddress = (void *)(ULONG_PTR)From->TebBaseAddress,
        .ClientId = {(HANDLE)(ULONG_PTR)From->ClientId.UniqueProcess,
            (HANDLE)(ULONG_PTR)From->ClientId.UniqueThread},
        .AffinityMask = (ULONG_PTR)From->AffinityMask,
        .Priority = From->Priority,
        .BasePriority = From->BasePriority};
}

static void WideProcess(const void *Wide, void *Narrow, ULONG Behind)
{
    const WIDE_PROCESS_INFORMATION *From = Wide;

    (void)Behind;
    *(PROCESS_BASIC_INFORMATION *)Narrow = (PROCESS_BASIC_INFORMATION){
        .ExitStatus = From->ExitStatus,
        .PebBaseAddress = (void *)(ULONG_PTR)From->PebBaseAddress,
        .AffinityMask = (ULONG_PTR)From->AffinityMask,
        .BasePriority = From->BasePriority,
        .UniqueProcessId = (ULONG_PTR)From->UniqueProcessId,
        .InheritedFromUniqueProcessId = (ULONG_PTR)From->InheritedFromUniqueProcessId};
}

static void WideValue(const void *Wide, void *Narrow, ULONG Behind)
{
    (void)Behind;
    *(ULONG *)Narrow = (ULONG)*(const ULONG64 *)Wide;
}

/* What lies behind these is what they point to. */
static void WideText(const void *Wide, void *Narrow, ULONG Behind)
{
    const WIDE_STRING *From = Wide;

    *(UNICODE_STRING *)Narrow = (UNICODE_STRING){
        From->Length, From->MaximumLength, (WCHAR *)Behind};
}

static void WideSid(const void *Wide, void *Narrow, ULONG Behind)
{
    *(SID_AND_ATTRIBUTES *)Narrow = (SID_AND_ATTRIBUTES){
        (PSID)Behind, ((const WIDE_SID *)Wide)->Attributes};
}

static void WideOwner(const void *Wide, void *Narrow, ULONG Behind)
{
    (void)Wide;
    *(ULONG *)Narrow = Behind;
}

#define WIDE_COMMAND_LINE 60u /* ProcessCommandLineInformation */

/* How much of an answer is converted; what is longer follows as it is. Convert NULL: it is the
 * same. */
static const struct WIDE_CLASS {
    ULONG Number, Class, Wide, Narrow;
    BOOLEAN Open; /* something follows, so the length is the caller's choice */
    void (*Convert)(const void *Wide, void *Narrow, ULONG Behind);
} WideClasses[] = {
    {SYS_NUMBER_QueryInformationThread, ThreadBasicInformation, sizeof(WIDE_THREAD_INFORMATION),
        sizeof(THREAD_BASIC_INFORMATION), FALSE, WideThread},
    {SYS_NUMBER_QueryInformationProcess, ProcessBasicInformation, sizeof(WIDE_PROCESS_INFORMATION),
        sizeof(PROCESS_BASIC_INFORMATION), FALSE, WideProcess},
    {SYS_NUMBER_QueryInformationProcess, ProcessDebugPort, sizeof(ULONG64), sizeof(ULONG), FALSE,
        WideValue},
    {SYS_NUMBER_QueryInformationProcess, ProcessWow64Information, sizeof(ULONG64), sizeof(ULONG),
        FALSE, WideValue},
    {SYS_NUMBER_QueryInformationProcess, ProcessImageFileName, sizeof(WIDE_STRING),
        sizeof(UNICODE_STRING), TRUE, WideText},
    {SYS_NUMBER_QueryInformationProcess, ProcessImageFileNameWin32, sizeof(WIDE_STRING),
        sizeof(UNICODE_STRING), TRUE, WideText},
    {SYS_NUMBER_QueryInformationProcess, WIDE_COMMAND_LINE, sizeof(WIDE_STRING),
        sizeof(UNICODE_STRING), TRUE, WideText},
    {SYS_NUMBER_QueryInformationProcess, ProcessTimes, 0, 0, TRUE, NULL},
    {SYS_NUMBER_QueryInformationProcess, ProcessSessionInformation, 0, 0, TRUE, NULL},
    {SYS_NUMBER_QueryInformationProcess, ProcessHandleCount, 0, 0, TRUE, NULL},
    {SYS_NUMBER_QueryInformationProcess, ProcessDefaultHardErrorMode, 0, 0, TRUE, NULL},
    {SYS_NUMBER_QueryInformationProcess, ProcessBreakOnTermination, 0, 0, TRUE, NULL},
    {SYS_NUMBER_QueryInformationProcess, ProcessPriorityClass, 0, 0, TRUE, NULL},
    {SYS_NUMBER_QueryInformationToken, TokenUser, sizeof(WIDE_SID), sizeof(SID_AND_ATTRIBUTES),
        TRUE, WideSid},
    {SYS_NUMBER_QueryInformationToken, TokenIntegrityLevel, sizeof(WIDE_SID),
        sizeof(SID_AND_ATTRIBUTES), TRUE, WideSid},
    {SYS_NUMBER_QueryInformationToken, TokenOwner, sizeof(ULONG64), sizeof(PSID), TRUE, WideOwner},
    {SYS_NUMBER_QueryInformationToken, TokenPrimaryGroup, sizeof(ULONG64), sizeof(PSID), TRUE,
        WideOwner},
    {SYS_NUMBER_QueryInformationToken, TokenType, 0, 0, TRUE, NULL},
    {SYS_NUMBER_QueryInformationToken, TokenElevation, 0, 0, TRUE, NULL},
    {SYS_NUMBER_QueryInformationToken, TokenSessionId, 0, 0, TRUE, NULL},
};

static const struct WIDE_CLASS *WideFindClass(const WIDE_SERVICE *Service)
{
    for (SIZE_T i = 0; i < RTL_NUMBER_OF(WideClasses); i++) {
        if (WideClasses[i].Number == Service->Number &&
            WideClasses[i].Class == (ULONG)Service->Given[1])
            return &WideClasses[i];
    }
    return NULL;
}

/* Object, class, information, its length, what it takes. */
NTSTATUS WideQuery(WIDE_SERVICE *Service, ULONG Index)
{
    const struct WIDE_CLASS *Class = WideFindClass(Service);
    const ULONG Length = (ULONG)Service->Slot[3];

    if (Class == NULL)
        return STATUS_INVALID_INFO_CLASS;
    if (Class->Convert == NULL)
        return STATUS_SUCCESS;
    if (!Class->Open && Length != Class->Narrow)
        return STATUS_INFO_LENGTH_MISMATCH;
    void *Wide = WideAllocate(Service, Index, (SIZE_T)Length + Class->Wide);
    if (Wide == NULL)
        return STATUS_NO_MEMORY;
    Service->Copy[Index].Number = 0;
    Service->Slot[Index] = (ULONG_PTR)Wide;
    Service->Slot[3] = Length - Class->Narrow + Class->Wide;
    if (Length < Class->Narrow)
        Service->Slot[3] = Length; /* too short for either */
    if (Service->Slot[4] != 0)
        Service->Slot[4] = (ULONG_PTR)&Service->Copy[Index].Number;
    return STATUS_SUCCESS;
}

NTSTATUS WideReturnQuery(const WIDE_SERVICE *Service, ULONG Index)
{
    const struct WIDE_CLASS *Class = WideFindClass(Service);
    const UCHAR *Wide = Service->Copy[Index].Block;
    ULONG Head[sizeof(THREAD_BASIC_INFORMATION) / sizeof(ULONG)], Length = (ULONG)Service->Given[3];
    NTSTATUS Status = STATUS_SUCCESS;

    if (Class->Convert == NULL)
        return STATUS_SUCCESS;
    if (Service->Copy[Index].Number != 0) {
        const ULONG Bytes = Service->Copy[Index].Number - Class->Wide + Class->Narrow;
        Status = WideWrite(Service->Given[4], &Bytes, sizeof(Bytes));
        Length = Bytes < Length ? Bytes : Length;
    }
    if (!NT_SUCCESS(Status) || !NT_SUCCESS(Service->Status))
        return Status;
    Class->Convert(Wide, Head, (ULONG)Service->Given[Index] + Class->Narrow);
    Status = WideWrite(Service->Given[Index], Head, Class->Narrow);
    return NT_SUCCESS(Status) ? WideWrite(Service->Given[Index] + Class->Narrow, Wide + Class->Wide,
                                    Length - Class->Narrow)
                              : Status;
}
