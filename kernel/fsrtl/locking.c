/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Locking and unlocking byte ranges. A request that cannot be granted waits, when it is an IRP,
 * until what it collides with is undone or it is cancelled; then it gets the lock, in the order
 * requests came.
 */
#include "fsrtl/lock.h"

NTSTATUS FsrtlpCompleteLock(FILE_LOCK *FileLock, IRP *Irp, void *Context, NTSTATUS Status)
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = 0;
    if (FileLock->CompleteLockIrpRoutine != NULL)
        return FileLock->CompleteLockIrpRoutine(Context, Irp);
    IofCompleteRequest(Irp, IO_DISK_INCREMENT);
    return Status;
}

static void FsrtlpNoteHeldLocked(FILE_LOCK *FileLock, const FSRTLP_LOCKS *Locks)
{
    FileLock->FastIoIsQuestionable = !IsListEmpty(&Locks->Held);
}

/* A lock whose completion failed is none. */
static void FsrtlpUndo(FILE_LOCK *FileLock, FSRTLP_LOCKS *Locks, FSRTLP_LOCK *Lock)
{
    KIRQL Old = KiAcquireLock(&Locks->Guard);
    RemoveEntryList(&Lock->Link);
    FsrtlpNoteHeldLocked(FileLock, Locks);
    KiReleaseLock(&Locks->Guard, Old);
    ExiFree(Lock);
}

/* ---- waiting --------------------------------------------------------------------------------- */

static void NTAPI FsrtlpCancelLock(DEVICE_OBJECT *Device, IRP *Irp)
{
    FILE_LOCK *FileLock = Irp->Tail.Overlay.DriverContext[0];
    FSRTLP_LOCK *Lock = Irp->Tail.Overlay.DriverContext[1];
    FSRTLP_LOCKS *Locks = FileLock->LockInformation;
    (void)Device;
    IoReleaseCancelSpinLock(Irp->CancelIrql);
    KIRQL Old = KiAcquireLock(&Locks->Guard);
    RemoveEntryList(&Lock->Link);
    KiReleaseLock(&Locks->Guard, Old);
    FsrtlpCompleteLock(FileLock, Irp, Lock->Context, STATUS_CANCELLED);
    ExiFree(Lock);
}

/* Locked. FALSE: the request is cancelled already: it is not in the list, and is to be completed;
 * as it is marked pending. */
static BOOLEAN FsrtlpWaitLocked(FILE_LOCK *FileLock, FSRTLP_LOCKS *Locks, FSRTLP_LOCK *Lock)
{
    IRP *Irp = Lock->Irp;
    Irp->Tail.Overlay.DriverContext[0] = FileLock;
    Irp->Tail.Overlay.DriverContext[1] = Lock;
    InsertTailList(&Locks->Waiting, &Lock->Link);
    IoMarkIrpPending(Irp); /* from the next line on it may be completed */
    IoSetCancelRoutine(Irp, FsrtlpCancelLock);
    if (Irp->Cancel && IoSetCancelRoutine(Irp, NULL) != NULL) {
        RemoveEntryList(&Lock->Link);
        return FALSE;
    }
    return TRUE;
}

/* The first that waits and can be granted, moved to what is held; NULL: none. */
static FSRTLP_LOCK *FsrtlpGrantOne(FILE_LOCK *FileLock, FSRTLP_LOCKS *Locks, IRP **Irp)
{
    FSRTLP_LOCK *Granted = NULL;
    KIRQL Old = KiAcquireLock(&Locks->Guard);
    for (LIST_ENTRY *Link = Locks->Waiting.Flink; Link != &Locks->Waiting && Granted == NULL;
         Link = Link->Flink) {
        FSRTLP_LOCK *Lock = CONTAINING_RECORD(Link, FSRTLP_LOCK, Link);
        if (!FsrtlpCollides(Locks, &Lock->Info) && IoSetCancelRoutine(Lock->Irp, NULL) != NULL)
            Granted = Lock;
    }
    if (Granted != NULL) {
        RemoveEntryList(&Granted->Link);
        InsertTailList(&Locks->Held, &Granted->Link);
        *Irp = Granted->Irp;
        Granted->Irp = NULL;
        FsrtlpNoteHeldLocked(FileLock, Locks);
    }
    KiReleaseLock(&Locks->Guard, Old);
    return Granted;
}

void FsrtlpGrantWaiting(FILE_LOCK *FileLock)
{
    FSRTLP_LOCKS *Locks = FsrtlpLocksOf(FileLock, FALSE);
    FSRTLP_LOCK *Lock;
    IRP *Irp = NULL;
    while (Locks != NULL && (Lock = FsrtlpGrantOne(FileLock, Locks, &Irp)) != NULL) {
        void *Context = Lock->Context;
        if (!NT_SUCCESS(FsrtlpCompleteLock(FileLock, Irp, Context, STATUS_SUCCESS)))
            FsrtlpUndo(FileLock, Locks, Lock);
    }
}

/* ---- locking --------------------------------------------------------------------------------- */

/* What becomes of a request. PENDING: it waits. *Held: the lock when it was granted. */
static NTSTATUS FsrtlpLock(FILE_LOCK *FileLock, const FILE_LOCK_INFO *Info, IRP *Irp, void *Context,
    BOOLEAN FailImmediately, FSRTLP_LOCK **Held)
{
    NTSTATUS Status = STATUS_SUCCESS;
    BOOLEAN Cancelled = FALSE;
    if (Info->Length.QuadPart != 0 &&
        (ULONG64)Info->EndingByte.QuadPart < (ULONG64)Info->StartingByte.QuadPart)
        return STATUS_INVALID_LOCK_RANGE;
    FSRTLP_LOCKS *Locks = FsrtlpLocksOf(FileLock, TRUE);
    FSRTLP_LOCK *Lock = ExiAllocateZero(NonPagedPoolNx, sizeof(*Lock), FSRTL_TAG, EX_KERNEL_SITE);
    if (Locks == NULL || Lock == NULL) {
        if (Lock != NULL)
            ExiFree(Lock);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    Lock->Info = *Info;
    Lock->Context = Context;
    KIRQL Old = KiAcquireLock(&Locks->Guard);
    if (!FsrtlpCollides(Locks, Info)) {
        InsertTailList(&Locks->Held, &Lock->Link);
        FsrtlpNoteHeldLocked(FileLock, Locks);
        *Held = Lock;
    } else if (FailImmediately || Irp == NULL) {
        Status = STATUS_LOCK_NOT_GRANTED;
    } else {
        Lock->Irp = Irp;
        Cancelled = !FsrtlpWaitLocked(FileLock, Locks, Lock);
        Status = STATUS_PENDING;
    }
    KiReleaseLock(&Locks->Guard, Old);
    if (Cancelled)
        FsrtlpCompleteLock(FileLock, Irp, Context, STATUS_CANCELLED);
    if (!NT_SUCCESS(Status) || Cancelled)
        ExiFree(Lock);
    return Status;
}

/*
 * FsRtlPrivateLock - lock a range, for FsRtlProcessFileLock and for fast I/O (FsRtlFastLock).
 *
 * Irp:     the request, which is completed or waits; NULL: there is none.
 * IRQL:    up to APC_LEVEL
 * Returns: FALSE: without a request it would have to wait, and may be tried again with one. TRUE:
 *          IoStatus->Status says: SUCCESS; LOCK_NOT_GRANTED: it collides, and FailImmediately;
 *          PENDING: the request waits, or has been cancelled; INVALID_LOCK_RANGE: it goes beyond
 *          the largest offset; INSUFFICIENT_RESOURCES; what CompleteLockIrpRoutine returned.
 * Source:  DOC ntifs/FsRtlPrivateLock
 */
BOOLEAN NTAPI FsRtlPrivateLock(FILE_LOCK *FileLock, FILE_OBJECT *FileObject,
    LARGE_INTEGER *FileOffset, LARGE_INTEGER *Length, EPROCESS *Process, ULONG Key,
    BOOLEAN FailImmediately, BOOLEAN ExclusiveLock, IO_STATUS_BLOCK *IoStatus, IRP *Irp,
    void *Context, BOOLEAN AlreadySynchronized)
{
    FILE_LOCK_INFO Info = {.StartingByte = *FileOffset,
        .Length = *Length,
        .ExclusiveLock = ExclusiveLock,
        .Key = Key,
        .FileObject = FileObject,
        .ProcessId = Process};
    FSRTLP_LOCK *Held = NULL;
    (void)AlreadySynchronized;
    Info.EndingByte.QuadPart = (LONGLONG)((ULONG64)FileOffset->QuadPart +
        (ULONG64)Length->QuadPart - 1);
    NTSTATUS Status = FsrtlpLock(FileLock, &Info, Irp, Context, FailImmediately, &Held);
    if (Status == STATUS_LOCK_NOT_GRANTED && Irp == NULL && !FailImmediately)
        return FALSE;
    if (Irp != NULL && Status != STATUS_PENDING) {
        NTSTATUS Completed = FsrtlpCompleteLock(FileLock, Irp, Context, Status);
        if (Held != NULL && !NT_SUCCESS(Completed))
            FsrtlpUndo(FileLock, FileLock->LockInformation, Held);
        Status = Completed;
    }
    IoStatus->Status = Status;
    IoStatus->Information = 0;
    return TRUE;
}

/* ---- unlocking ------------------------------------------------------------------------------- */

/* What is to be unlocked: of a file object and a process; one range, those of a key, or all. */
typedef struct FSRTLP_UNLOCK {
    const FILE_OBJECT *FileObject;
    const void *Process;
    const ULONG *Key; /* NULL: whatever it is */
    const LARGE_INTEGER *Offset, *Length; /* NULL: all ranges */
} FSRTLP_UNLOCK;

static BOOLEAN FsrtlpIsMeant(const FSRTLP_UNLOCK *Unlock, const FILE_LOCK_INFO *Info)
{
    return Info->FileObject == Unlock->FileObject && Info->ProcessId == Unlock->Process &&
           (Unlock->Key == NULL || Info->Key == *Unlock->Key) &&
           (Unlock->Offset == NULL || (Info->StartingByte.QuadPart == Unlock->Offset->QuadPart &&
                                          Info->Length.QuadPart == Unlock->Length->QuadPart));
}

static FSRTLP_LOCK *FsrtlpTakeMeant(
    FILE_LOCK *FileLock, FSRTLP_LOCKS *Locks, const FSRTLP_UNLOCK *Unlock)
{
    FSRTLP_LOCK *Found = NULL;
    KIRQL Old = KiAcquireLock(&Locks->Guard);
    for (LIST_ENTRY *Link = Locks->Held.Flink; Link != &Locks->Held && Found == NULL;
         Link = Link->Flink) {
        FSRTLP_LOCK *Lock = CONTAINING_RECORD(Link, FSRTLP_LOCK, Link);
        if (FsrtlpIsMeant(Unlock, &Lock->Info))
            Found = Lock;
    }
    if (Found != NULL) {
        RemoveEntryList(&Found->Link);
        FsrtlpNoteHeldLocked(FileLock, Locks);
    }
    KiReleaseLock(&Locks->Guard, Old);
    return Found;
}

static NTSTATUS FsrtlpUnlock(FILE_LOCK *FileLock, const FSRTLP_UNLOCK *Unlock, void *Context)
{
    FSRTLP_LOCKS *Locks = FsrtlpLocksOf(FileLock, FALSE);
    NTSTATUS Status = STATUS_RANGE_NOT_LOCKED;
    FSRTLP_LOCK *Lock;
    while (Locks != NULL && (Lock = FsrtlpTakeMeant(FileLock, Locks, Unlock)) != NULL) {
        Status = STATUS_SUCCESS;
        if (FileLock->UnlockRoutine != NULL)
            FileLock->UnlockRoutine(Context, &Lock->Info);
        ExiFree(Lock);
        if (Unlock->Offset != NULL)
            break;
    }
    if (NT_SUCCESS(Status))
        FsrtlpGrantWaiting(FileLock);
    return Status;
}

/*
 * FsRtlFastUnlockSingle, FsRtlFastUnlockAll, FsRtlFastUnlockAllByKey - undo a lock of exactly that
 * range, all, or all of a key.
 *
 * IRQL:    up to APC_LEVEL. Requests that waited for it are granted before this returns.
 * Returns: SUCCESS; RANGE_NOT_LOCKED: there is none.
 * Source:  DOC ntifs/FsRtlFastUnlockSingle, FsRtlFastUnlockAll, FsRtlFastUnlockAllByKey
 */
NTSTATUS NTAPI FsRtlFastUnlockSingle(FILE_LOCK *FileLock, FILE_OBJECT *FileObject,
    LARGE_INTEGER *FileOffset, LARGE_INTEGER *Length, EPROCESS *Process, ULONG Key, void *Context,
    BOOLEAN AlreadySynchronized)
{
    const FSRTLP_UNLOCK Unlock = {FileObject, Process, &Key, FileOffset, Length};
    (void)AlreadySynchronized;
    return FsrtlpUnlock(FileLock, &Unlock, Context);
}

NTSTATUS NTAPI FsRtlFastUnlockAll(
    FILE_LOCK *FileLock, FILE_OBJECT *FileObject, EPROCESS *Process, void *Context)
{
    const FSRTLP_UNLOCK Unlock = {FileObject, Process, NULL, NULL, NULL};
    return FsrtlpUnlock(FileLock, &Unlock, Context);
}

NTSTATUS NTAPI FsRtlFastUnlockAllByKey(
    FILE_LOCK *FileLock, FILE_OBJECT *FileObject, EPROCESS *Process, ULONG Key, void *Context)
{
    const FSRTLP_UNLOCK Unlock = {FileObject, Process, &Key, NULL, NULL};
    return FsrtlpUnlock(FileLock, &Unlock, Context);
}

/*
 * FsRtlProcessFileLock - carry out a request of IRP_MJ_LOCK_CONTROL.
 *
 * Context: for the two routines of FsRtlInitializeFileLock.
 * IRQL:    up to APC_LEVEL
 * Returns: what the request was completed with; PENDING: it waits; INVALID_DEVICE_REQUEST: no such
 * minor function.
 * Source:  DOC ntifs/FsRtlProcessFileLock
 */
NTSTATUS NTAPI FsRtlProcessFileLock(FILE_LOCK *FileLock, IRP *Irp, void *Context)
{
    const IO_STACK_LOCATION *Stack = IoGetCurrentIrpStackLocation(Irp);
    EPROCESS *Process = IoGetRequestorProcess(Irp);
    LARGE_INTEGER Offset = Stack->Parameters.LockControl.ByteOffset;
    ULONG Key = Stack->Parameters.LockControl.Key;
    IO_STATUS_BLOCK IoStatus = {.Status = STATUS_SUCCESS};
    NTSTATUS Status;
    switch (Stack->MinorFunction) {
    case IRP_MN_LOCK:
        FsRtlPrivateLock(FileLock, Stack->FileObject, &Offset, Stack->Parameters.LockControl.Length,
            Process, Key, (Stack->Flags & SL_FAIL_IMMEDIATELY) != 0,
            (Stack->Flags & SL_EXCLUSIVE_LOCK) != 0, &IoStatus, Irp, Context, FALSE);
        return IoStatus.Status;
    case IRP_MN_UNLOCK_SINGLE:
        Status = FsRtlFastUnlockSingle(FileLock, Stack->FileObject, &Offset,
            Stack->Parameters.LockControl.Length, Process, Key, Context, FALSE);
        break;
    case IRP_MN_UNLOCK_ALL:
        Status = FsRtlFastUnlockAll(FileLock, Stack->FileObject, Process, Context);
        break;
    case IRP_MN_UNLOCK_ALL_BY_KEY:
        Status = FsRtlFastUnlockAllByKey(FileLock, Stack->FileObject, Process, Key, Context);
        break;
    default: Status = STATUS_INVALID_DEVICE_REQUEST; break;
    }
    FsrtlpCompleteLock(FileLock, Irp, Context, Status);
    return Status;
}
