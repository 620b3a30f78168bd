/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Processes and threads by their identifiers. PspTableLock guards the buckets, PspLock (thread.c)
 * the list of threads. The table has a reference to a process that runs and that drivers may have
 * been told of; one whose end was told stays in it, as on Windows, for as long as somebody else has
 * a reference. An identifier Linux uses again stands for the newest.
 */
#include <stdatomic.h>
#include <string.h>

#include "ps/psp.h"
#include "rtl/rtl.h"

#define PSP_BUCKETS 256u

static KSPIN_LOCK PspTableLock;
static LIST_ENTRY PspTable[PSP_BUCKETS];
_Atomic LONG PspHostProcesses;

void PspInitializeTable(void)
{
    PspTableLock = 0;
    PspHostProcesses = 0;
    for (ULONG Index = 0; Index < PSP_BUCKETS; Index++)
        InitializeListHead(&PspTable[Index]);
}

static LIST_ENTRY *PspBucket(HANDLE Id)
{
    return &PspTable[(ULONG_PTR)Id % PSP_BUCKETS];
}

static void PspInsertLocked(EPROCESS *Process, BOOLEAN Hold)
{
    if (Hold) {
        ObiReference(Process);
        Process->Flags |= PSI_PROCESS_HELD;
    }
    InsertHeadList(PspBucket(Process->UniqueProcessId), &Process->Link);
}

void PspInsertProcess(EPROCESS *Process, BOOLEAN Hold)
{
    KIRQL Old = KiAcquireLock(&PspTableLock);
    PspInsertLocked(Process, Hold);
    KiReleaseLock(&PspTableLock, Old);
}

void PspRemoveProcess(EPROCESS *Process)
{
    KIRQL Old = KiAcquireLock(&PspTableLock);
    RemoveEntryList(&Process->Link);
    InitializeListHead(&Process->Link);
    KiReleaseLock(&PspTableLock, Old);
}

void PspReleaseProcess(EPROCESS *Process)
{
    if (atomic_fetch_and_explicit(&Process->Flags, ~PSI_PROCESS_HELD, memory_order_acq_rel) &
        PSI_PROCESS_HELD)
        ObfDereferenceObject(Process);
}

static EPROCESS *PspFindLocked(HANDLE Id, BOOLEAN Running)
{
    LIST_ENTRY *Head = PspBucket(Id);
    for (LIST_ENTRY *Entry = Head->Flink; Entry != Head; Entry = Entry->Flink) {
        EPROCESS *Process = CONTAINING_RECORD(Entry, EPROCESS, Link);
        if (Process->UniqueProcessId == Id &&
            !(Running && (Process->Flags & PSI_PROCESS_EXITING)) && ObiReferenceSafe(Process))
            return Process;
    }
    return NULL;
}

EPROCESS *PspFindProcess(HANDLE Id, BOOLEAN Running)
{
    KIRQL Old = KiAcquireLock(&PspTableLock);
    EPROCESS *Process = PspFindLocked(Id, Running);
    KiReleaseLock(&PspTableLock, Old);
    return Process;
}

static NTSTATUS PspCreateHostProcess(const struct host_process *Host, EPROCESS **Result)
{
    EPROCESS *Process;
    NTSTATUS Status = PspCreateProcess(
        (HANDLE)(ULONG_PTR)Host->id, Host->name, SeiUserToken, NULL, &Process);
    if (!NT_SUCCESS(Status))
        return Status;
    Process->ParentId = (HANDLE)(ULONG_PTR)Host->parent;
    Process->CreateTime = (LONG64)Host->started;
    Process->Flags = PSI_PROCESS_HOST;
    PspHostProcesses++;
    *Result = Process;
    return STATUS_SUCCESS;
}

NTSTATUS PspObtainProcess(const struct host_process *Host, EPROCESS **Result)
{
    const HANDLE Id = (HANDLE)(ULONG_PTR)Host->id;
    EPROCESS *Made, *Found = PspFindProcess(Id, TRUE);
    if (Found == NULL) {
        NTSTATUS Status = PspCreateHostProcess(Host, &Made);
        if (!NT_SUCCESS(Status))
            return Status;
        KIRQL Old = KiAcquireLock(&PspTableLock);
        Found = PspFindLocked(Id, TRUE);
        if (Found == NULL)
            PspInsertLocked(Made, TRUE);
        KiReleaseLock(&PspTableLock, Old);
        if (Found == NULL)
            Found = Made;
        else
            ObfDereferenceObject(Made);
    }
    *Result = Found;
    return STATUS_SUCCESS;
}

/* The next one after Index of the host's that is held, referenced. */
static EPROCESS *PspNextUnused(ULONG Bucket)
{
    EPROCESS *Found = NULL;
    KIRQL Old = KiAcquireLock(&PspTableLock);
    for (LIST_ENTRY *Entry = PspTable[Bucket].Flink; Entry != &PspTable[Bucket] && Found == NULL;
         Entry = Entry->Flink) {
        EPROCESS *Process = CONTAINING_RECORD(Entry, EPROCESS, Link);
        const OBJECT_HEADER *Header = OBJECT_TO_HEADER(Process);
        if ((Process->Flags & (PSI_PROCESS_HOST | PSI_PROCESS_HELD)) ==
                (PSI_PROCESS_HOST | PSI_PROCESS_HELD) &&
            __atomic_load_n(&Header->PointerCount, __ATOMIC_RELAXED) == 1)
            Found = Process;
    }
    /* Out of the table first: nobody finds it any more, so the table's reference is the last. */
    if (Found != NULL) {
        RemoveEntryList(&Found->Link);
        InitializeListHead(&Found->Link);
    }
    KiReleaseLock(&PspTableLock, Old);
    return Found;
}

BOOLEAN PspReleaseUnused(void)
{
    EPROCESS *Process;
    for (ULONG Bucket = 0; Bucket < PSP_BUCKETS; Bucket++) {
        while ((Process = PspNextUnused(Bucket)) != NULL)
            PspReleaseProcess(Process);
    }
    return PspHostProcesses == 0;
}

/* ---- lookups --------------------------------------------------------------------------------- */

static ETHREAD *PspFindThread(HANDLE Id)
{
    ETHREAD *Found = NULL;
    KIRQL Old = KiAcquireLock(&PspLock);
    for (LIST_ENTRY *Entry = PspThreadList.Flink; Entry != &PspThreadList && Found == NULL;
         Entry = Entry->Flink) {
        ETHREAD *Thread = CONTAINING_RECORD(Entry, ETHREAD, Link);
        if (Thread->Cid.UniqueThread == Id && ObiReferenceSafe(Thread))
            Found = Thread;
    }
    KiReleaseLock(&PspLock, Old);
    return Found;
}

/* How long a thread may take from its last words to its end. */
#define PSP_MOMENT_100NS 10000
#define PSP_MOMENTS 200u

/* Those that have left their routine do not come back to it. */
static ULONG PspCountThreadsIn(ULONG_PTR Start, SIZE_T SizeBytes, ULONG_PTR *Routine)
{
    ULONG Count = 0;
    KIRQL Old = KiAcquireLock(&PspLock);
    for (LIST_ENTRY *Entry = PspThreadList.Flink; Entry != &PspThreadList; Entry = Entry->Flink) {
        const ETHREAD *Thread = CONTAINING_RECORD(Entry, ETHREAD, Link);
        if (!Thread->Tcb.SystemThread || Thread->Terminating ||
            (ULONG_PTR)Thread->StartRoutine - Start >= SizeBytes)
            continue;
        if (Count++ == 0)
            *Routine = (ULONG_PTR)Thread->StartRoutine;
    }
    KiReleaseLock(&PspLock, Old);
    return Count;
}

ULONG PsCountThreadsIn(ULONG_PTR Start, SIZE_T SizeBytes, ULONG_PTR *Routine)
{
    LARGE_INTEGER Moment = {.QuadPart = -PSP_MOMENT_100NS};
    ULONG Count;
    for (ULONG Tries = 0;
         (Count = PspCountThreadsIn(Start, SizeBytes, Routine)) != 0 && Tries < PSP_MOMENTS;
         Tries++)
        KeDelayExecutionThread(KernelMode, FALSE, &Moment);
    return Count;
}

/*
 * PsLookupProcessByProcessId - the process of that number, one of the machine or of the host.
 *
 * For a process of the host an object is made if there is none yet; from then on the host is
 * watched, so that the object is signalled when the process ends.
 * IRQL:    up to APC_LEVEL
 * Returns: SUCCESS; INVALID_CID, before Vista INVALID_PARAMETER: there is no such process;
 *          INSUFFICIENT_RESOURCES.
 * Owner:   caller; ObDereferenceObject.
 * Source:  DOC ntifs/PsLookupProcessByProcessId; OBS tests/kernel/ps/PsLookupProcessByProcessId.c
 */
NTSTATUS NTAPI PsLookupProcessByProcessId(HANDLE ProcessId, EPROCESS **Process)
{
    ULONG_PTR Site = EX_CALLER;
    const NTSTATUS Missing = RtlpIsSince(6, 0) ? STATUS_INVALID_CID : STATUS_INVALID_PARAMETER;
    struct host_process Host;
    if (ProcessId == NULL || (ULONG_PTR)ProcessId > 0x7FFFFFFF)
        return Missing;
    EPROCESS *Found = PspFindProcess(ProcessId, FALSE);
    if (Found == NULL) {
        if (host_process_query((uint32_t)(ULONG_PTR)ProcessId, &Host) != 0)
            return Missing;
        NTSTATUS Status = PspStartWatch(); /* before the object is there: its end must not be missed
                                            */
        if (NT_SUCCESS(Status))
            Status = PspObtainProcess(&Host, &Found);
        if (!NT_SUCCESS(Status))
            return Status;
        /* What ended in between was not in the table yet. */
        if (host_process_query(Host.id, &Host) != 0)
            PspReportExit(Found, STATUS_SUCCESS, (LONG64)host_clock_utc());
    }
    /* the last of them is as good as any */
    __atomic_store_n(&Found->LookupSite, Site, __ATOMIC_RELAXED);
    *Process = Found;
    return STATUS_SUCCESS;
}

/*
 * PsLookupThreadByThreadId - the thread of that number. Only threads of the machine have objects:
 * system threads and threads of clients that have called it.
 * IRQL: up to APC_LEVEL. Returns: SUCCESS; INVALID_PARAMETER: no such thread. Owner: caller;
 * ObDereferenceObject.
 * Source: DOC ntifs/PsLookupThreadByThreadId; OBS tests/kernel/ps/PsLookupThreadByThreadId.c
 */
NTSTATUS NTAPI PsLookupThreadByThreadId(HANDLE ThreadId, ETHREAD **Thread)
{
    ETHREAD *Found = PspFindThread(ThreadId);
    if (Found == NULL)
        return STATUS_INVALID_PARAMETER;
    *Thread = Found;
    return STATUS_SUCCESS;
}

/*
 * PsLookupProcessThreadByCid - a thread by both its numbers, and its process if Process is not
 * NULL.
 * IRQL: up to APC_LEVEL. Returns: SUCCESS; INVALID_CID: no such thread in that process. Owner:
 * caller; ObDereferenceObject of each.
 * Source: INF: undocumented; OBS tests/kernel/ps/PsLookupProcessThreadByCid.c
 */
NTSTATUS NTAPI PsLookupProcessThreadByCid(CLIENT_ID *Cid, EPROCESS **Process, ETHREAD **Thread)
{
    ETHREAD *Found = PspFindThread(Cid->UniqueThread);
    if (Found == NULL || Found->Cid.UniqueProcess != Cid->UniqueProcess) {
        if (Found != NULL)
            ObfDereferenceObject(Found);
        return STATUS_INVALID_CID;
    }
    if (Process != NULL) {
        ObiReference(Found->Owner);
        *Process = Found->Owner;
    }
    *Thread = Found;
    return STATUS_SUCCESS;
}

/* ---- what a driver left ---------------------------------------------------------------------- */

/* References that are not the table's, a handle's or ours. */
static BOOLEAN PspIsReferenced(EPROCESS *Process)
{
    LONG_PTR Known = (Process->Flags & PSI_PROCESS_HELD ? 1 : 0) +
        (Process == PspDelivering ? 1 : 0) + OBJECT_TO_HEADER(Process)->HandleCount;
    return ObiCountReferences(Process) > Known;
}

EPROCESS *PsTakeReferencedProcess(ULONG_PTR Start, SIZE_T SizeBytes, ULONG_PTR *Site)
{
    EPROCESS *Found = NULL;
    KIRQL Old = KiAcquireLock(&PspTableLock);
    for (ULONG Bucket = 0; Bucket < PSP_BUCKETS && Found == NULL; Bucket++) {
        for (LIST_ENTRY *Entry = PspTable[Bucket].Flink;
             Entry != &PspTable[Bucket] && Found == NULL; Entry = Entry->Flink) {
            EPROCESS *Process = CONTAINING_RECORD(Entry, EPROCESS, Link);
            if ((Process->Flags & PSI_PROCESS_HOST) && Process->LookupSite - Start < SizeBytes &&
                PspIsReferenced(Process))
                Found = Process;
        }
    }
    if (Found != NULL) {
        *Site = Found->LookupSite;
        Found->LookupSite = 0;
    }
    KiReleaseLock(&PspTableLock, Old);
    return Found;
}

ULONG PsiListClients(PSI_CLIENT *List, ULONG Room)
{
    ULONG Count = 0;
    KIRQL Old = KiAcquireLock(&PspTableLock);
    for (ULONG Index = 0; Index < PSP_BUCKETS; Index++) {
        for (LIST_ENTRY *Entry = PspTable[Index].Flink; Entry != &PspTable[Index];
             Entry = Entry->Flink) {
            const EPROCESS *Process = CONTAINING_RECORD(Entry, EPROCESS, Link);
            if ((Process->Flags & (PSI_PROCESS_HOST | PSI_PROCESS_EXITING)) != 0 || Count == Room)
                continue;
            PSI_CLIENT *Client = &List[Count++];
            Client->Id = Process->UniqueProcessId;
            Client->ParentId = Process->ParentId;
            Client->CreateTime = Process->CreateTime;
            Client->Administrator = SeTokenIsAdmin(Process->Token);
            memcpy(Client->ImageName, Process->ImageName, sizeof(Client->ImageName));
        }
    }
    KiReleaseLock(&PspTableLock, Old);
    return Count;
}

static BOOLEAN PspIsOlder(const EPROCESS *First, const EPROCESS *Second)
{
    if (First == PsiSystemProcess || Second == PsiSystemProcess)
        return First == PsiSystemProcess;
    return First->CreateTime < Second->CreateTime;
}

static void PspInsertByAge(EPROCESS **List, ULONG Count, EPROCESS *Process)
{
    for (; Count != 0 && PspIsOlder(Process, List[Count - 1]); Count--)
        List[Count] = List[Count - 1];
    List[Count] = Process;
}

ULONG PsiReferenceProcesses(EPROCESS **List, ULONG Room)
{
    ULONG Count = 0;
    KIRQL Old = KiAcquireLock(&PspTableLock);
    for (ULONG Index = 0; Index < PSP_BUCKETS; Index++) {
        for (LIST_ENTRY *Entry = PspTable[Index].Flink; Entry != &PspTable[Index];
             Entry = Entry->Flink) {
            EPROCESS *Process = CONTAINING_RECORD(Entry, EPROCESS, Link);
            if (Process->ExitTime != 0 || Count >= Room) {
                Count += Process->ExitTime == 0;
            } else if (ObiReferenceSafe(Process)) {
                PspInsertByAge(List, Count, Process);
                Count++;
            }
        }
    }
    KiReleaseLock(&PspTableLock, Old);
    return Count;
}
