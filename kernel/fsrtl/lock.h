/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* fsrtl: byte-range locks (lock.c, locking.c). */
#pragma once

#include "fsrtl/fsrtl.h"
#include "nt/filelock.h"

/* ---- for the two files ----------------------------------------------------------------------- */

/* One lock, or a request that waits for it. */
typedef struct FSRTLP_LOCK {
    LIST_ENTRY Link;
    FILE_LOCK_INFO Info;
    IRP *Irp;      /* waits; NULL: the lock is held */
    void *Context; /* of the request */
} FSRTLP_LOCK;

/* What LockInformation leads to. Held in the order they were granted, waiting in the order they
 * came. */
typedef struct FSRTLP_LOCKS {
    KSPIN_LOCK Guard;
    LIST_ENTRY Held;
    LIST_ENTRY Waiting;
} FSRTLP_LOCKS;

/* NULL: there is no memory; with Create FALSE also: nothing was ever locked. */
FSRTLP_LOCKS *FsrtlpLocksOf(FILE_LOCK *FileLock, BOOLEAN Create);
/* Whether the range of Info collides with a lock that is held. Locked. */
BOOLEAN FsrtlpCollides(const FSRTLP_LOCKS *Locks, const FILE_LOCK_INFO *Info);
/* Grants what waits and collides no more. */
void FsrtlpGrantWaiting(FILE_LOCK *FileLock);
NTSTATUS FsrtlpCompleteLock(FILE_LOCK *FileLock, IRP *Irp, void *Context, NTSTATUS Status);

/* ---- Exports --------------------------------------------------------------------------------- */

void NTAPI FsRtlInitializeFileLock(FILE_LOCK *FileLock,
    PCOMPLETE_LOCK_IRP_ROUTINE CompleteLockIrpRoutine, PUNLOCK_ROUTINE UnlockRoutine);
void NTAPI FsRtlUninitializeFileLock(FILE_LOCK *FileLock);
FILE_LOCK *NTAPI FsRtlAllocateFileLock(
    PCOMPLETE_LOCK_IRP_ROUTINE CompleteLockIrpRoutine, PUNLOCK_ROUTINE UnlockRoutine);
void NTAPI FsRtlFreeFileLock(FILE_LOCK *FileLock);
NTSTATUS NTAPI FsRtlProcessFileLock(FILE_LOCK *FileLock, IRP *Irp, void *Context);
BOOLEAN NTAPI FsRtlPrivateLock(FILE_LOCK *FileLock, FILE_OBJECT *FileObject,
    LARGE_INTEGER *FileOffset, LARGE_INTEGER *Length, EPROCESS *Process, ULONG Key,
    BOOLEAN FailImmediately, BOOLEAN ExclusiveLock, IO_STATUS_BLOCK *IoStatus, IRP *Irp,
    void *Context, BOOLEAN AlreadySynchronized);
NTSTATUS NTAPI FsRtlFastUnlockSingle(FILE_LOCK *FileLock, FILE_OBJECT *FileObject,
    LARGE_INTEGER *FileOffset, LARGE_INTEGER *Length, EPROCESS *Process, ULONG Key, void *Context,
    BOOLEAN AlreadySynchronized);
NTSTATUS NTAPI FsRtlFastUnlockAll(
    FILE_LOCK *FileLock, FILE_OBJECT *FileObject, EPROCESS *Process, void *Context);
NTSTATUS NTAPI FsRtlFastUnlockAllByKey(
    FILE_LOCK *FileLock, FILE_OBJECT *FileObject, EPROCESS *Process, ULONG Key, void *Context);
BOOLEAN NTAPI FsRtlFastCheckLockForRead(FILE_LOCK *FileLock, LARGE_INTEGER *FileOffset,
    LARGE_INTEGER *Length, ULONG Key, FILE_OBJECT *FileObject, void *Process);
BOOLEAN NTAPI FsRtlFastCheckLockForWrite(FILE_LOCK *FileLock, LARGE_INTEGER *FileOffset,
    LARGE_INTEGER *Length, ULONG Key, FILE_OBJECT *FileObject, void *Process);
BOOLEAN NTAPI FsRtlCheckLockForReadAccess(FILE_LOCK *FileLock, IRP *Irp);
BOOLEAN NTAPI FsRtlCheckLockForWriteAccess(FILE_LOCK *FileLock, IRP *Irp);
FILE_LOCK_INFO *NTAPI FsRtlGetNextFileLock(FILE_LOCK *FileLock, BOOLEAN Restart);
BOOLEAN NTAPI FsRtlAreThereCurrentOrInProgressFileLocks(FILE_LOCK *FileLock);
BOOLEAN NTAPI FsRtlAreThereWaitingFileLocks(FILE_LOCK *FileLock);
BOOLEAN NTAPI FsRtlCheckLockForOplockRequest(FILE_LOCK *FileLock, LARGE_INTEGER *AllocationSize);
