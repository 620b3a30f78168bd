/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Byte-range locks, kept with the open file and gone with the handle: the host is not told. A lock
 * belongs to a file object, a process and a key; the same owner may hold a shared lock beside an
 * exclusive one. Locks are under FspLock; requests that wait for one are in a queue with a spin
 * lock of its own, taken inside. Whenever locks of their file go, those that can have what they
 * wait for leave the queue and get it while FspLock is held, first come first: none is on its way
 * between the two.
 */
#include "fs/fsp.h"

typedef struct FSP_LOCK {
    LIST_ENTRY Link; /* FSP_FILE.Locks */
    ULONG64 Start, Length;
    ULONG Key;
    BOOLEAN Exclusive;
    const FILE_OBJECT *Owner;
    const EPROCESS *Process;
} FSP_LOCK;

static IO_CSQ FspWaiting;
static LIST_ENTRY FspWaitingList;
static KSPIN_LOCK FspWaitingLock;

/* ---- requests that wait ---------------------------------------------------------------------- */

static void NTAPI FspInsertWaiting(IO_CSQ *Csq, IRP *Irp)
{
    (void)Csq;
    InsertTailList(&FspWaitingList, &Irp->Tail.Overlay.ListEntry);
}

static void NTAPI FspRemoveWaiting(IO_CSQ *Csq, IRP *Irp)
{
    (void)Csq;
    RemoveEntryList(&Irp->Tail.Overlay.ListEntry);
}

/* Which of them is wanted. */
typedef struct FSP_WANTED {
    const FILE_OBJECT *Owner; /* any of this one; NULL: */
    FSP_FILE *File;           /* one of this file that need not wait any more. FspLock held */
} FSP_WANTED;

static BOOLEAN FspIsWanted(IRP *Irp, const FSP_WANTED *Wanted);

/* Context: an FSP_WANTED. */
static IRP *NTAPI FspPeekWaiting(IO_CSQ *Csq, IRP *Irp, void *Context)
{
    (void)Csq;
    LIST_ENTRY *Entry = Irp != NULL ? Irp->Tail.Overlay.ListEntry.Flink : FspWaitingList.Flink;
    for (; Entry != &FspWaitingList; Entry = Entry->Flink) {
        IRP *Next = CONTAINING_RECORD(Entry, IRP, Tail.Overlay.ListEntry);
        if (Context == NULL || FspIsWanted(Next, Context))
            return Next;
    }
    return NULL;
}

static void NTAPI FspAcquireWaiting(IO_CSQ *Csq, KIRQL *Irql)
{
    (void)Csq;
    *Irql = KiAcquireLock(&FspWaitingLock);
}

static void NTAPI FspReleaseWaiting(IO_CSQ *Csq, KIRQL Irql)
{
    (void)Csq;
    KiReleaseLock(&FspWaitingLock, Irql);
}

static void FspCompleteWaiting(IRP *Irp, NTSTATUS Status)
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = 0;
    IofCompleteRequest(Irp, IO_NO_INCREMENT);
}

static void NTAPI FspCancelWaiting(IO_CSQ *Csq, IRP *Irp)
{
    (void)Csq;
    FspCompleteWaiting(Irp, STATUS_CANCELLED);
}

void FspBeginLocks(void)
{
    FspWaitingLock = 0;
    InitializeListHead(&FspWaitingList);
    IoCsqInitialize(&FspWaiting, FspInsertWaiting, FspRemoveWaiting, FspPeekWaiting,
        FspAcquireWaiting, FspReleaseWaiting, FspCancelWaiting);
}

/* ---- what goes together ---------------------------------------------------------------------- */

static BOOLEAN FspOverlaps(const FSP_LOCK *Lock, ULONG64 Start, ULONG64 Length)
{
    return Lock->Length != 0 && Length != 0 &&
        (Start - Lock->Start < Lock->Length || Lock->Start - Start < Length);
}

static BOOLEAN FspIsOwner(
    const FSP_LOCK *Lock, const FILE_OBJECT *File, const EPROCESS *Process, ULONG Key)
{
    return Lock->Owner == File && Lock->Process == Process && Lock->Key == Key;
}

static BOOLEAN FspMayLock(FSP_FILE *File, const FSP_LOCK *Wanted)
{
    for (LIST_ENTRY *Entry = File->Locks.Flink; Entry != &File->Locks; Entry = Entry->Flink) {
        const FSP_LOCK *Lock = CONTAINING_RECORD(Entry, FSP_LOCK, Link);
        if (!FspOverlaps(Lock, Wanted->Start, Wanted->Length))
            continue;
        if (Wanted->Exclusive ||
            (Lock->Exclusive && !FspIsOwner(Lock, Wanted->Owner, Wanted->Process, Wanted->Key)))
            return FALSE;
    }
    return TRUE;
}

NTSTATUS FspCheckLocks(const IRP *Irp, const IO_STACK_LOCATION *Stack, FSP_FILE *File,
    ULONG64 Start, ULONG Length, BOOLEAN Write)
{
    NTSTATUS Status = STATUS_SUCCESS;
    if (__atomic_load_n(&File->LockCount, __ATOMIC_ACQUIRE) == 0)
        return STATUS_SUCCESS;
    const EPROCESS *Process = (const EPROCESS *)IoGetRequestorProcess((IRP *)(ULONG_PTR)Irp);
    FspAcquireLock();
    for (LIST_ENTRY *Entry = File->Locks.Flink; Entry != &File->Locks; Entry = Entry->Flink) {
        const FSP_LOCK *Lock = CONTAINING_RECORD(Entry, FSP_LOCK, Link);
        if (!FspOverlaps(Lock, Start, Length))
            continue;
        const BOOLEAN Own = FspIsOwner(
            Lock, Stack->FileObject, Process, Stack->Parameters.Read.Key);
        if (Lock->Exclusive ? !Own : Write)
            Status = STATUS_FILE_LOCK_CONFLICT;
    }
    FspUnlock();
    return Status;
}

/* ---- locking and unlocking: under FspLock ---------------------------------------------------- */

static void FspDescribeLock(IRP *Irp, const IO_STACK_LOCATION *Stack, FSP_LOCK *Lock)
{
    Lock->Start = (ULONG64)Stack->Parameters.LockControl.ByteOffset.QuadPart;
    Lock->Length = (ULONG64)Stack->Parameters.LockControl.Length->QuadPart;
    Lock->Key = Stack->Parameters.LockControl.Key;
    Lock->Exclusive = (Stack->Flags & SL_EXCLUSIVE_LOCK) != 0;
    Lock->Owner = Stack->FileObject;
    Lock->Process = (const EPROCESS *)IoGetRequestorProcess(Irp);
}

/* Under the queue's lock as well. */
static BOOLEAN FspIsWanted(IRP *Irp, const FSP_WANTED *Wanted)
{
    const IO_STACK_LOCATION *Stack = IoGetCurrentIrpStackLocation(Irp);
    FSP_LOCK Lock;
    if (Wanted->Owner != NULL)
        return Stack->FileObject == Wanted->Owner;
    const FSP_OPEN *Open = FspOpenOf(Stack->FileObject);
    if (Open == NULL || Open->File != Wanted->File)
        return FALSE;
    FspDescribeLock(Irp, Stack, &Lock);
    return FspMayLock(Wanted->File, &Lock);
}

/* LOCK_NOT_GRANTED: somebody else has some of it. */
static NTSTATUS FspTryLock(IRP *Irp, const IO_STACK_LOCATION *Stack, FSP_FILE *File)
{
    FSP_LOCK Wanted;
    FspDescribeLock(Irp, Stack, &Wanted);
    if (Wanted.Length != 0 && Wanted.Start + Wanted.Length - 1 < Wanted.Start)
        return STATUS_INVALID_LOCK_RANGE;
    if (!FspMayLock(File, &Wanted))
        return STATUS_LOCK_NOT_GRANTED;
    FSP_LOCK *Lock = ExiAllocate(PagedPool, sizeof(*Lock), FSP_TAG, EX_KERNEL_SITE);
    if (Lock == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    *Lock = Wanted;
    InsertTailList(&File->Locks, &Lock->Link);
    __atomic_store_n(&File->LockCount, File->LockCount + 1, __ATOMIC_RELEASE);
    return STATUS_SUCCESS;
}

static void FspFreeLock(FSP_FILE *File, FSP_LOCK *Lock)
{
    RemoveEntryList(&Lock->Link);
    __atomic_store_n(&File->LockCount, File->LockCount - 1, __ATOMIC_RELEASE);
    ExiFree(Lock);
}

/* The exclusive one goes first where an owner has both. */
static NTSTATUS FspUnlockOne(IRP *Irp, const IO_STACK_LOCATION *Stack, FSP_FILE *File)
{
    FSP_LOCK Wanted, *Found = NULL;
    FspDescribeLock(Irp, Stack, &Wanted);
    for (LIST_ENTRY *Entry = File->Locks.Flink; Entry != &File->Locks; Entry = Entry->Flink) {
        FSP_LOCK *Lock = CONTAINING_RECORD(Entry, FSP_LOCK, Link);
        if (Lock->Start == Wanted.Start && Lock->Length == Wanted.Length &&
            FspIsOwner(Lock, Wanted.Owner, Wanted.Process, Wanted.Key) &&
            (Found == NULL || Lock->Exclusive))
            Found = Lock;
    }
    if (Found == NULL)
        return STATUS_RANGE_NOT_LOCKED;
    FspFreeLock(File, Found);
    return STATUS_SUCCESS;
}

/* Of a file object, of any process. Key: NULL for any. */
static void FspUnlockAll(FSP_FILE *File, const FILE_OBJECT *Owner, const ULONG *Key)
{
    for (LIST_ENTRY *Entry = File->Locks.Flink, *Next; Entry != &File->Locks; Entry = Next) {
        FSP_LOCK *Lock = CONTAINING_RECORD(Entry, FSP_LOCK, Link);
        Next = Entry->Flink;
        if (Lock->Owner == Owner && (Key == NULL || Lock->Key == *Key))
            FspFreeLock(File, Lock);
    }
}

/* ---- without FspLock ------------------------------------------------------------------------- */

/* Those that can have what they wait for, get it; the others wait on. */
static void FspRetryLocks(FSP_FILE *File)
{
    for (;;) {
        NTSTATUS Status = STATUS_SUCCESS;
        FspAcquireLock();
        IRP *Irp = IoCsqRemoveNextIrp(&FspWaiting, &(FSP_WANTED){.File = File});
        if (Irp != NULL)
            Status = FspTryLock(Irp, IoGetCurrentIrpStackLocation(Irp), File);
        FspUnlock();
        if (Irp == NULL)
            return;
        FspCompleteWaiting(Irp, Status);
    }
}

void FspEndLocks(FSP_FILE *File, FILE_OBJECT *Owner)
{
    LIST_ENTRY Ended;
    IRP *Irp;
    InitializeListHead(&Ended);
    FspAcquireLock();
    while ((Irp = IoCsqRemoveNextIrp(&FspWaiting, &(FSP_WANTED){.Owner = Owner})) != NULL)
        InsertTailList(&Ended, &Irp->Tail.Overlay.ListEntry);
    const BOOLEAN Locked = File->LockCount != 0;
    FspUnlockAll(File, Owner, NULL);
    FspUnlock();
    while (!IsListEmpty(&Ended))
        FspCompleteWaiting(CONTAINING_RECORD(RemoveHeadList(&Ended), IRP, Tail.Overlay.ListEntry),
            STATUS_RANGE_NOT_LOCKED);
    if (Locked)
        FspRetryLocks(File);
}

/* IRP_MJ_LOCK_CONTROL */
NTSTATUS FspLockControl(IRP *Irp, const IO_STACK_LOCATION *Stack, ULONG_PTR *Information)
{
    FSP_OPEN *Open = FspOpenOf(Stack->FileObject);
    NTSTATUS Status = STATUS_SUCCESS;
    *Information = 0;
    if (Open == NULL || Open->Volume || Open->File->Folder)
        return STATUS_INVALID_PARAMETER;
    FSP_FILE *File = Open->File;
    FspAcquireLock();
    switch (Stack->MinorFunction) {
    case IRP_MN_LOCK:
        Status = FspTryLock(Irp, Stack, File);
        break;
    case IRP_MN_UNLOCK_SINGLE:
        Status = FspUnlockOne(Irp, Stack, File);
        break;
    case IRP_MN_UNLOCK_ALL:
        FspUnlockAll(File, Stack->FileObject, NULL);
        break;
    case IRP_MN_UNLOCK_ALL_BY_KEY:
        FspUnlockAll(File, Stack->FileObject, &Stack->Parameters.LockControl.Key);
        break;
    default:
        Status = STATUS_INVALID_DEVICE_REQUEST;
        break;
    }
    FspUnlock();
    if (Stack->MinorFunction == IRP_MN_LOCK && Status == STATUS_LOCK_NOT_GRANTED &&
        !(Stack->Flags & SL_FAIL_IMMEDIATELY)) {
        IoCsqInsertIrp(&FspWaiting, Irp, NULL); /* marks it pending */
        FspRetryLocks(File);                    /* what held it may have gone meanwhile */
        return STATUS_PENDING;
    }
    if (Stack->MinorFunction != IRP_MN_LOCK && NT_SUCCESS(Status))
        FspRetryLocks(File);
    return Status;
}
