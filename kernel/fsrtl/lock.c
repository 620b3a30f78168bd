/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Byte-range locks of a file: what is held, and who may read and write. A lock's owner is a file
 * object, a process and a key together. A shared lock keeps everybody from writing, its owner too;
 * an exclusive one everybody but its owner from reading and writing. A range of no bytes collides
 * with nothing.
 */
#include "fsrtl/lock.h"
#include "ps/ps.h"

FSRTLP_LOCKS *FsrtlpLocksOf(FILE_LOCK *FileLock, BOOLEAN Create)
{
    FSRTLP_LOCKS *Locks = __atomic_load_n(&FileLock->LockInformation, __ATOMIC_ACQUIRE);
    if (Locks != NULL || !Create)
        return Locks;
    FSRTLP_LOCKS *New = ExiAllocateZero(NonPagedPoolNx, sizeof(*New), FSRTL_TAG, EX_KERNEL_SITE);
    if (New == NULL)
        return NULL;
    InitializeListHead(&New->Held);
    InitializeListHead(&New->Waiting);
    void *None = NULL;
    if (__atomic_compare_exchange_n(
            &FileLock->LockInformation, &None, New, FALSE, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        return New;
    ExiFree(New); /* somebody else was first */
    return None;
}

static BOOLEAN FsrtlpOverlap(const FILE_LOCK_INFO *One, const FILE_LOCK_INFO *Other)
{
    return One->Length.QuadPart != 0 && Other->Length.QuadPart != 0 &&
           (ULONG64)One->StartingByte.QuadPart <= (ULONG64)Other->EndingByte.QuadPart &&
           (ULONG64)Other->StartingByte.QuadPart <= (ULONG64)One->EndingByte.QuadPart;
}

static BOOLEAN FsrtlpSameOwner(const FILE_LOCK_INFO *One, const FILE_LOCK_INFO *Other)
{
    return One->FileObject == Other->FileObject && One->ProcessId == Other->ProcessId &&
        One->Key == Other->Key;
}

BOOLEAN FsrtlpCollides(const FSRTLP_LOCKS *Locks, const FILE_LOCK_INFO *Info)
{
    for (LIST_ENTRY *Link = Locks->Held.Flink; Link != &Locks->Held; Link = Link->Flink) {
        const FILE_LOCK_INFO *Held = &CONTAINING_RECORD(Link, FSRTLP_LOCK, Link)->Info;
        if (!FsrtlpOverlap(Held, Info))
            continue;
        /* Its own exclusive lock does not keep the owner from a shared one. */
        if (Info->ExclusiveLock || (Held->ExclusiveLock && !FsrtlpSameOwner(Held, Info)))
            return TRUE;
    }
    return FALSE;
}

/*
 * FsRtlInitializeFileLock - locks of a file, none yet.
 *
 * CompleteLockIrpRoutine: completes requests instead of IoCompleteRequest; NULL: nobody. When it
 *          returns a failure for a lock that was granted, the lock is undone. UnlockRoutine: called
 *          for each lock that is undone; NULL: nobody.
 * IRQL:    up to APC_LEVEL
 * Owner:   FsRtlUninitializeFileLock.
 * Source:  DOC ntifs/FsRtlInitializeFileLock
 */
void NTAPI FsRtlInitializeFileLock(FILE_LOCK *FileLock,
    PCOMPLETE_LOCK_IRP_ROUTINE CompleteLockIrpRoutine, PUNLOCK_ROUTINE UnlockRoutine)
{
    *FileLock = (FILE_LOCK){
        .CompleteLockIrpRoutine = CompleteLockIrpRoutine, .UnlockRoutine = UnlockRoutine};
}

/* FsRtlAllocateFileLock - the same in pool; NULL: there is no memory. FsRtlFreeFileLock gives it
 * back. Source: DOC ntifs. */
FILE_LOCK *NTAPI FsRtlAllocateFileLock(
    PCOMPLETE_LOCK_IRP_ROUTINE CompleteLockIrpRoutine, PUNLOCK_ROUTINE UnlockRoutine)
{
    FILE_LOCK *FileLock = ExiAllocate(PagedPool, sizeof(*FileLock), FSRTL_TAG, EX_CALLER);
    if (FileLock != NULL)
        FsRtlInitializeFileLock(FileLock, CompleteLockIrpRoutine, UnlockRoutine);
    return FileLock;
}

void NTAPI FsRtlFreeFileLock(FILE_LOCK *FileLock)
{
    FsRtlUninitializeFileLock(FileLock);
    ExiFree(FileLock);
}

/* A lock that is held, or a request that waits and is not being cancelled, off its list; NULL: no
 * more. */
static FSRTLP_LOCK *FsrtlpTakeFirst(FSRTLP_LOCKS *Locks)
{
    FSRTLP_LOCK *Lock = NULL;
    KIRQL Old = KiAcquireLock(&Locks->Guard);
    if (!IsListEmpty(&Locks->Held))
        Lock = CONTAINING_RECORD(Locks->Held.Flink, FSRTLP_LOCK, Link);
    for (LIST_ENTRY *Link = Locks->Waiting.Flink; Link != &Locks->Waiting && Lock == NULL;
         Link = Link->Flink) {
        FSRTLP_LOCK *Waits = CONTAINING_RECORD(Link, FSRTLP_LOCK, Link);
        if (IoSetCancelRoutine(Waits->Irp, NULL) != NULL)
            Lock = Waits;
    }
    if (Lock != NULL)
        RemoveEntryList(&Lock->Link);
    KiReleaseLock(&Locks->Guard, Old);
    return Lock;
}

/*
 * FsRtlUninitializeFileLock - all locks are forgotten, without the unlock routine; requests that
 * wait end with RANGE_NOT_LOCKED. None is being cancelled any more, and nobody locks or looks: the
 * file is gone.
 * IRQL: up to APC_LEVEL. Source: DOC ntifs/FsRtlUninitializeFileLock; the status INF
 */
void NTAPI FsRtlUninitializeFileLock(FILE_LOCK *FileLock)
{
    FSRTLP_LOCKS *Locks = FsrtlpLocksOf(FileLock, FALSE);
    FSRTLP_LOCK *Lock;
    if (Locks == NULL)
        return;
    while ((Lock = FsrtlpTakeFirst(Locks)) != NULL) {
        if (Lock->Irp != NULL)
            FsrtlpCompleteLock(FileLock, Lock->Irp, Lock->Context, STATUS_RANGE_NOT_LOCKED);
        ExiFree(Lock);
    }
    FileLock->LockInformation = NULL;
    FileLock->FastIoIsQuestionable = FALSE;
    ExiFree(Locks);
}

/* ---- may one read, may one write ------------------------------------------------------------- */

static BOOLEAN FsrtlpMayAccess(FILE_LOCK *FileLock, const FILE_LOCK_INFO *Access, BOOLEAN Write)
{
    FSRTLP_LOCKS *Locks = FsrtlpLocksOf(FileLock, FALSE);
    BOOLEAN May = TRUE;
    if (Locks == NULL)
        return TRUE;
    KIRQL Old = KiAcquireLock(&Locks->Guard);
    for (LIST_ENTRY *Link = Locks->Held.Flink; Link != &Locks->Held && May; Link = Link->Flink) {
        const FILE_LOCK_INFO *Held = &CONTAINING_RECORD(Link, FSRTLP_LOCK, Link)->Info;
        if (!FsrtlpOverlap(Held, Access))
            continue;
        May = Held->ExclusiveLock ? FsrtlpSameOwner(Held, Access) : !Write;
    }
    KiReleaseLock(&Locks->Guard, Old);
    return May;
}

static FILE_LOCK_INFO FsrtlpAccess(
    LARGE_INTEGER Offset, LONGLONG Length, ULONG Key, FILE_OBJECT *FileObject, void *Process)
{
    FILE_LOCK_INFO Access = {.StartingByte = Offset,
        .Length.QuadPart = Length,
        .Key = Key,
        .FileObject = FileObject,
        .ProcessId = Process};
    Access.EndingByte.QuadPart = (LONGLONG)((ULONG64)Offset.QuadPart + (ULONG64)Length - 1);
    return Access;
}

/*
 * FsRtlFastCheckLockForRead, FsRtlFastCheckLockForWrite - whether the process may read or write a
 * range.
 *
 * Process: the process object, as it was given when ranges were locked.
 * IRQL:    up to APC_LEVEL
 * Source:  DOC ntifs/FsRtlFastCheckLockForRead, FsRtlFastCheckLockForWrite
 */
BOOLEAN NTAPI FsRtlFastCheckLockForRead(FILE_LOCK *FileLock, LARGE_INTEGER *FileOffset,
    LARGE_INTEGER *Length, ULONG Key, FILE_OBJECT *FileObject, void *Process)
{
    const FILE_LOCK_INFO Access = FsrtlpAccess(
        *FileOffset, Length->QuadPart, Key, FileObject, Process);
    return FsrtlpMayAccess(FileLock, &Access, FALSE);
}

BOOLEAN NTAPI FsRtlFastCheckLockForWrite(FILE_LOCK *FileLock, LARGE_INTEGER *FileOffset,
    LARGE_INTEGER *Length, ULONG Key, FILE_OBJECT *FileObject, void *Process)
{
    const FILE_LOCK_INFO Access = FsrtlpAccess(
        *FileOffset, Length->QuadPart, Key, FileObject, Process);
    return FsrtlpMayAccess(FileLock, &Access, TRUE);
}

/* FsRtlCheckLockForReadAccess, FsRtlCheckLockForWriteAccess - the same for a request to read or to
 * write. Source: DOC ntifs. */
BOOLEAN NTAPI FsRtlCheckLockForReadAccess(FILE_LOCK *FileLock, IRP *Irp)
{
    const IO_STACK_LOCATION *Stack = IoGetCurrentIrpStackLocation(Irp);
    const FILE_LOCK_INFO Access = FsrtlpAccess(Stack->Parameters.Read.ByteOffset,
        Stack->Parameters.Read.Length, Stack->Parameters.Read.Key, Stack->FileObject,
        IoGetRequestorProcess(Irp));
    return FsrtlpMayAccess(FileLock, &Access, FALSE);
}

BOOLEAN NTAPI FsRtlCheckLockForWriteAccess(FILE_LOCK *FileLock, IRP *Irp)
{
    const IO_STACK_LOCATION *Stack = IoGetCurrentIrpStackLocation(Irp);
    const FILE_LOCK_INFO Access = FsrtlpAccess(Stack->Parameters.Write.ByteOffset,
        Stack->Parameters.Write.Length, Stack->Parameters.Write.Key, Stack->FileObject,
        IoGetRequestorProcess(Irp));
    return FsrtlpMayAccess(FileLock, &Access, TRUE);
}

/* ---- looking --------------------------------------------------------------------------------- */

/*
 * FsRtlGetNextFileLock - the locks that are held, one after the other; Restart: from the first.
 *
 * IRQL:    up to APC_LEVEL. The caller keeps locks from changing meanwhile.
 * Returns: a copy in FileLock, until the next call; NULL: no more.
 * Source:  DOC ntifs/FsRtlGetNextFileLock
 */
FILE_LOCK_INFO *NTAPI FsRtlGetNextFileLock(FILE_LOCK *FileLock, BOOLEAN Restart)
{
    FSRTLP_LOCKS *Locks = FsrtlpLocksOf(FileLock, FALSE);
    if (Locks == NULL)
        return NULL;
    KIRQL Old = KiAcquireLock(&Locks->Guard);
    LIST_ENTRY *Link = Restart ? Locks->Held.Flink : &Locks->Held;
    if (!Restart) {
        for (LIST_ENTRY *At = Locks->Held.Flink; At != &Locks->Held; At = At->Flink) {
            if (CONTAINING_RECORD(At, FSRTLP_LOCK, Link) == FileLock->LastReturnedLock)
                Link = At->Flink;
        }
    }
    FSRTLP_LOCK *Next = Link != &Locks->Held ? CONTAINING_RECORD(Link, FSRTLP_LOCK, Link) : NULL;
    if (Next != NULL)
        FileLock->LastReturnedLockInfo = Next->Info;
    FileLock->LastReturnedLock = Next;
    KiReleaseLock(&Locks->Guard, Old);
    return Next != NULL ? &FileLock->LastReturnedLockInfo : NULL;
}

/*
 * FsRtlAreThereCurrentOrInProgressFileLocks - whether anything is locked, or about to be.
 * IRQL: up to APC_LEVEL. Source: DOC ntifs/FsRtlAreThereCurrentOrInProgressFileLocks
 */
BOOLEAN NTAPI FsRtlAreThereCurrentOrInProgressFileLocks(FILE_LOCK *FileLock)
{
    return FileLock->FastIoIsQuestionable || FileLock->LockRequestsInProgress != 0;
}

/* FsRtlAreThereWaitingFileLocks - whether a request waits for one. IRQL: up to APC_LEVEL. Source:
 * DOC ntifs. */
BOOLEAN NTAPI FsRtlAreThereWaitingFileLocks(FILE_LOCK *FileLock)
{
    FSRTLP_LOCKS *Locks = FsrtlpLocksOf(FileLock, FALSE);
    if (Locks == NULL)
        return FALSE;
    KIRQL Old = KiAcquireLock(&Locks->Guard);
    const BOOLEAN Waiting = !IsListEmpty(&Locks->Waiting);
    KiReleaseLock(&Locks->Guard, Old);
    return Waiting;
}

/*
 * FsRtlCheckLockForOplockRequest - whether no lock keeps an oplock from being granted.
 *
 * AllocationSize: of the file: locks beyond it do not count; 0: TRUE in any case.
 * IRQL:    up to APC_LEVEL
 * Returns: FALSE: something in it is locked, or a request waits for a lock.
 * Source:  DOC ntifs/FsRtlCheckLockForOplockRequest
 */
BOOLEAN NTAPI FsRtlCheckLockForOplockRequest(FILE_LOCK *FileLock, LARGE_INTEGER *AllocationSize)
{
    FSRTLP_LOCKS *Locks = FsrtlpLocksOf(FileLock, FALSE);
    if (Locks == NULL || AllocationSize->QuadPart == 0)
        return TRUE;
    const FILE_LOCK_INFO All = {
        .Length = *AllocationSize, .EndingByte.QuadPart = AllocationSize->QuadPart - 1};
    KIRQL Old = KiAcquireLock(&Locks->Guard);
    BOOLEAN Free = IsListEmpty(&Locks->Waiting);
    for (LIST_ENTRY *Link = Locks->Held.Flink; Link != &Locks->Held && Free; Link = Link->Flink)
        Free = !FsrtlpOverlap(&CONTAINING_RECORD(Link, FSRTLP_LOCK, Link)->Info, &All);
    KiReleaseLock(&Locks->Guard, Old);
    return Free;
}
