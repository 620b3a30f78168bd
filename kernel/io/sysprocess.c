/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The processes and their threads. An entry is the process, its threads, its name; the next begins
 * where NextEntryOffset says. First comes what Windows has for its idle threads, one a processor.
 */
#include <string.h>

#include "io/sysinfo.h"
#include "ke/processor.h"
#include "ps/export.h"

#define IOP_PROCESS_LIMIT 4096
#define IOP_NORMAL_PRIORITY 8

/* The image's file name: from its path, or as much of it as a process object always has. */
static void IopBaseName(EPROCESS *Process, WCHAR *Name, USHORT *LengthBytes)
{
    const USHORT Length = __atomic_load_n(&Process->ImagePath.Length, __ATOMIC_ACQUIRE);
    USHORT First = Length / sizeof(WCHAR), Count = 0;
    while (First != 0 && Process->ImagePath.Buffer[First - 1] != '\\')
        First--;
    for (USHORT Index = First; Index < Length / sizeof(WCHAR) && Count < 255; Index++)
        Name[Count++] = Process->ImagePath.Buffer[Index];
    for (USHORT Index = 0;
         Count == Index && Index < 15 && Process->ImageName[Index] != 0 && Length == 0; Index++)
        Name[Count++] = (UCHAR)Process->ImageName[Index];
    Name[Count] = 0;
    *LengthBytes = (USHORT)(Count * sizeof(WCHAR));
}

static void IopDescribeThread(ETHREAD *Thread, ULONG Bytes, void *To)
{
    SYSTEM_EXTENDED_THREAD_INFORMATION Told;
    memset(&Told, 0, sizeof(Told));
    Told.ThreadInfo.CreateTime.QuadPart = Thread->CreateTime;
    Told.ThreadInfo.StartAddress = (void *)(ULONG_PTR)Thread->StartRoutine;
    Told.ThreadInfo.ClientId = Thread->Cid;
    Told.ThreadInfo.Priority = Thread->Tcb.Priority;
    Told.ThreadInfo.BasePriority = Thread->Tcb.Priority;
    Told.ThreadInfo.ThreadState = Thread->Tcb.Waiting ? SYSTEM_THREAD_WAITING
                                                      : SYSTEM_THREAD_RUNNING;
    Told.StackBase = Thread->Tcb.StackBase;
    Told.StackLimit = Thread->Tcb.StackLimit;
    Told.Win32StartAddress = Told.ThreadInfo.StartAddress;
    memcpy(To, &Told, Bytes);
}

static ULONG IopAddThreads(IOP_ANSWER *Answer, EPROCESS *Process, ULONG Bytes)
{
    ULONG Count = 0;
    ETHREAD *Thread = PsiNextThread(Process, NULL);
    while (Thread != NULL) {
        void *To = IopExtendAnswer(Answer, Bytes);
        if (To != NULL)
            IopDescribeThread(Thread, Bytes, To);
        Count++;
        ETHREAD *Next = PsiNextThread(Process, Thread);
        ObfDereferenceObject(Thread);
        Thread = Next;
    }
    return Count;
}

/* Returns where the name lies in the answer; 0: none. */
static ULONG IopAddName(IOP_ANSWER *Answer, const WCHAR *Name, USHORT LengthBytes)
{
    const ULONG Place = Answer->Needed;
    if (LengthBytes == 0)
        return 0;
    void *To = IopExtendAnswer(Answer, LengthBytes + sizeof(WCHAR));
    if (To != NULL)
        memcpy(To, Name, LengthBytes + sizeof(WCHAR));
    return Place;
}

/* The next entry begins at a multiple of eight; the last is not padded for one. */
static void IopLinkEntry(IOP_ANSWER *Answer, ULONG Last)
{
    if (Last == MAXULONG)
        return;
    (void)IopExtendAnswer(Answer, (8 - Answer->Needed % 8) % 8);
    SYSTEM_PROCESS_INFORMATION *Entry = IopAnswerAt(Answer, Last, sizeof(*Entry));
    if (Entry != NULL)
        Entry->NextEntryOffset = Answer->Needed - Last;
}

static void IopAddIdle(IOP_ANSWER *Answer, ULONG ThreadBytes)
{
    SYSTEM_PROCESS_INFORMATION *Entry = IopExtendAnswer(Answer, sizeof(*Entry));
    if (Entry != NULL)
        Entry->NumberOfThreads = KiProcessorCount;
    for (ULONG Index = 0; Index < KiProcessorCount; Index++) {
        SYSTEM_THREAD_INFORMATION *Thread = IopExtendAnswer(Answer, ThreadBytes);
        if (Thread != NULL)
            Thread->ThreadState = SYSTEM_THREAD_RUNNING;
    }
}

static ULONG IopAddProcess(IOP_ANSWER *Answer, EPROCESS *Process, ULONG ThreadBytes, ULONG Last)
{
    WCHAR Name[256];
    USHORT NameBytes;
    IopLinkEntry(Answer, Last);
    const ULONG Place = Answer->Needed;
    (void)IopExtendAnswer(Answer, sizeof(SYSTEM_PROCESS_INFORMATION));
    const ULONG Threads = IopAddThreads(Answer, Process, ThreadBytes);
    IopBaseName(Process, Name, &NameBytes);
    const ULONG NamePlace = IopAddName(Answer, Name, NameBytes);
    SYSTEM_PROCESS_INFORMATION *Entry = IopAnswerAt(Answer, Place, sizeof(*Entry));
    if (Entry == NULL)
        return Place;
    Entry->NumberOfThreads = Threads;
    Entry->CreateTime.QuadPart = Process->CreateTime;
    Entry->ImageName.Length = NameBytes;
    Entry->ImageName.MaximumLength = (USHORT)(NameBytes != 0 ? NameBytes + sizeof(WCHAR) : 0);
    Entry->ImageName.Buffer = NamePlace != 0 ? (WCHAR *)(void *)(Answer->Caller + NamePlace) : NULL;
    Entry->BasePriority = IOP_NORMAL_PRIORITY;
    Entry->UniqueProcessId = Process->UniqueProcessId;
    Entry->InheritedFromUniqueProcessId = Process->ParentId;
    Entry->HandleCount = Process->HandleTable != NULL ? ObiCountHandles(Process->HandleTable) : 0;
    Entry->SessionId = PsGetProcessSessionId(Process);
    return Place;
}

NTSTATUS IopQueryProcesses(IOP_ANSWER *Answer)
{
    const ULONG ThreadBytes = Answer->Class == SystemExtendedProcessInformation
        ? sizeof(SYSTEM_EXTENDED_THREAD_INFORMATION)
        : sizeof(SYSTEM_THREAD_INFORMATION);
    EPROCESS **List = ExiAllocate(NonPagedPoolNx, IOP_PROCESS_LIMIT * sizeof(*List),
        IOP_TAG_SYSTEM_INFORMATION, EX_KERNEL_SITE);
    if (List == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    ULONG Count = PsiReferenceProcesses(List, IOP_PROCESS_LIMIT), Last = 0;
    if (Count > IOP_PROCESS_LIMIT)
        Count = IOP_PROCESS_LIMIT;
    IopAddIdle(Answer, ThreadBytes);
    for (ULONG Index = 0; Index < Count; Index++) {
        Last = IopAddProcess(Answer, List[Index], ThreadBytes, Last);
        ObfDereferenceObject(List[Index]);
    }
    ExiFree(List);
    return STATUS_SUCCESS;
}

/* The whole path of the image of the process of that number, into the buffer the structure points
 * to. */
NTSTATUS IopQueryProcessId(IOP_ANSWER *Answer)
{
    SYSTEM_PROCESS_ID_INFORMATION Asked;
    EPROCESS *Process;
    UNICODE_STRING *Path;
    memcpy(&Asked, Answer->Input, sizeof(Asked));
    if (Asked.ImageName.Length != 0 || Asked.ImageName.MaximumLength % sizeof(WCHAR) != 0)
        return STATUS_INVALID_PARAMETER;
    NTSTATUS Status = PsLookupProcessByProcessId(Asked.ProcessId, &Process);
    if (!NT_SUCCESS(Status))
        return STATUS_INVALID_CID;
    Status = SeLocateProcessImageName(Process, &Path);
    ObfDereferenceObject(Process);
    if (!NT_SUCCESS(Status))
        return Status;
    const USHORT Whole = (USHORT)(Path->Length + sizeof(WCHAR));
    if (Whole > Asked.ImageName.MaximumLength)
        Status = STATUS_INFO_LENGTH_MISMATCH;
    else
        Status = ObiWriteCaller(Asked.ImageName.Buffer, Path->Buffer, Whole, KiPreviousMode());
    Asked.ImageName.Length = Path->Length;
    Asked.ImageName.MaximumLength = Whole;
    ExFreePool(Path);
    if (Status == STATUS_INFO_LENGTH_MISMATCH)
        (void)ObiWriteCaller(Answer->Caller, &Asked, sizeof(Asked), KiPreviousMode());
    if (!NT_SUCCESS(Status))
        return Status;
    void *To = IopExtendAnswer(Answer, sizeof(Asked));
    if (To != NULL)
        memcpy(To, &Asked, sizeof(Asked));
    return STATUS_SUCCESS;
}
