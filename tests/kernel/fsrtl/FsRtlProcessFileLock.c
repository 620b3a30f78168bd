/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * FsRtlInitializeFileLock, FsRtlUninitializeFileLock, FsRtlAllocateFileLock, FsRtlFreeFileLock,
 * FsRtlPrivateLock, FsRtlProcessFileLock, FsRtlFastUnlockSingle, FsRtlFastUnlockAll,
 * FsRtlFastUnlockAllByKey, FsRtlFastCheckLockForRead, FsRtlFastCheckLockForWrite,
 * FsRtlCheckLockForReadAccess, FsRtlCheckLockForWriteAccess, FsRtlGetNextFileLock,
 * FsRtlAreThereCurrentOrInProgressFileLocks, FsRtlAreThereWaitingFileLocks,
 * FsRtlCheckLockForOplockRequest - byte-range locks, of files that are only addresses here.
 */
#include <ntifs.h>

#include "ktest.h"

#define PROCESS ((PEPROCESS)PsGetCurrentProcess())

static FILE_OBJECT LockFiles[2];
#define MINE  (&LockFiles[0])
#define OTHER (&LockFiles[1])

/* What the completion routine saw last. */
static struct {
    PIRP Irp;
    NTSTATUS Status;
    ULONG Calls;
} LockCompleted;

static ULONG LockUndone;

static NTSTATUS NTAPI Complete(PVOID Context, PIRP Irp)
{
    UNREFERENCED_PARAMETER(Context);
    LockCompleted.Irp = Irp;
    LockCompleted.Status = Irp->IoStatus.Status;
    LockCompleted.Calls++;
    return Irp->IoStatus.Status;
}

static VOID NTAPI Undone(PVOID Context, PFILE_LOCK_INFO Info)
{
    UNREFERENCED_PARAMETER(Context);
    UNREFERENCED_PARAMETER(Info);
    LockUndone++;
}

static LARGE_INTEGER Large(LONGLONG Value)
{
    LARGE_INTEGER Result;

    Result.QuadPart = Value;
    return Result;
}

/* Locks without a request; STATUS_PENDING: it would have to wait. */
static NTSTATUS LockRange(PFILE_LOCK Locks, PFILE_OBJECT File, LONGLONG From, LONGLONG Bytes,
    ULONG Key, BOOLEAN Exclusive, BOOLEAN FailImmediately)
{
    LARGE_INTEGER Offset = Large(From), Length = Large(Bytes);
    IO_STATUS_BLOCK IoStatus;

    if (!FsRtlPrivateLock(Locks, File, &Offset, &Length, PROCESS, Key, FailImmediately, Exclusive,
            &IoStatus, NULL, NULL, FALSE))
        return STATUS_PENDING;
    return IoStatus.Status;
}

static NTSTATUS UnlockRange(
    PFILE_LOCK Locks, PFILE_OBJECT File, LONGLONG From, LONGLONG Bytes, ULONG Key)
{
    LARGE_INTEGER Offset = Large(From), Length = Large(Bytes);

    return FsRtlFastUnlockSingle(Locks, File, &Offset, &Length, PROCESS, Key, NULL, FALSE);
}

static BOOLEAN MayRead(PFILE_LOCK Locks, PFILE_OBJECT File, LONGLONG From, LONGLONG Bytes)
{
    LARGE_INTEGER Offset = Large(From), Length = Large(Bytes);

    return FsRtlFastCheckLockForRead(Locks, &Offset, &Length, 0, File, PROCESS);
}

static BOOLEAN MayWrite(PFILE_LOCK Locks, PFILE_OBJECT File, LONGLONG From, LONGLONG Bytes)
{
    LARGE_INTEGER Offset = Large(From), Length = Large(Bytes);

    return FsRtlFastCheckLockForWrite(Locks, &Offset, &Length, 0, File, PROCESS);
}

TEST(FsRtlPrivateLock, ExclusiveLocksKeepOthersOut)
{
    FILE_LOCK Locks;

    FsRtlInitializeFileLock(&Locks, NULL, NULL);
    CHECK(MayWrite(&Locks, OTHER, 0, 100));
    CHECK_STATUS(LockRange(&Locks, MINE, 10, 10, 0, TRUE, TRUE), STATUS_SUCCESS);
    CHECK(Locks.FastIoIsQuestionable);
    CHECK(MayRead(&Locks, MINE, 0, 100));
    CHECK(MayWrite(&Locks, MINE, 0, 100));
    CHECK(!MayRead(&Locks, OTHER, 19, 1));
    CHECK(!MayWrite(&Locks, OTHER, 0, 11));
    CHECK(MayRead(&Locks, OTHER, 0, 10));
    CHECK(MayWrite(&Locks, OTHER, 20, 100));
    CHECK_STATUS(LockRange(&Locks, OTHER, 15, 100, 0, FALSE, TRUE), STATUS_LOCK_NOT_GRANTED);
    CHECK_STATUS(LockRange(&Locks, OTHER, 15, 100, 0, FALSE, FALSE), STATUS_PENDING);
    CHECK_STATUS(LockRange(&Locks, OTHER, 20, 100, 0, TRUE, TRUE), STATUS_SUCCESS);
    FsRtlUninitializeFileLock(&Locks);
}

TEST(FsRtlPrivateLock, SharedLocksKeepEverybodyFromWriting)
{
    FILE_LOCK Locks;

    FsRtlInitializeFileLock(&Locks, NULL, NULL);
    CHECK_STATUS(LockRange(&Locks, MINE, 0, 10, 0, FALSE, TRUE), STATUS_SUCCESS);
    CHECK_STATUS(LockRange(&Locks, OTHER, 5, 10, 0, FALSE, TRUE), STATUS_SUCCESS);
    CHECK_STATUS(LockRange(&Locks, OTHER, 0, 10, 0, TRUE, TRUE), STATUS_LOCK_NOT_GRANTED);
    CHECK(MayRead(&Locks, OTHER, 0, 10));
    CHECK(!MayWrite(&Locks, OTHER, 0, 10));
    CHECK(!MayWrite(&Locks, MINE, 0, 10));
    FsRtlUninitializeFileLock(&Locks);
}

TEST(FsRtlFastUnlockSingle, UndoesThatRangeOnly)
{
    FILE_LOCK Locks;

    LockUndone = 0;
    FsRtlInitializeFileLock(&Locks, NULL, Undone);
    CHECK_STATUS(UnlockRange(&Locks, MINE, 0, 10, 0), STATUS_RANGE_NOT_LOCKED);
    CHECK_STATUS(LockRange(&Locks, MINE, 0, 10, 7, TRUE, TRUE), STATUS_SUCCESS);
    CHECK_STATUS(UnlockRange(&Locks, MINE, 0, 9, 7), STATUS_RANGE_NOT_LOCKED);
    CHECK_STATUS(UnlockRange(&Locks, MINE, 0, 10, 0), STATUS_RANGE_NOT_LOCKED);
    CHECK_STATUS(UnlockRange(&Locks, OTHER, 0, 10, 7), STATUS_RANGE_NOT_LOCKED);
    CHECK_EQ(LockUndone, 0);
    CHECK_STATUS(UnlockRange(&Locks, MINE, 0, 10, 7), STATUS_SUCCESS);
    CHECK_EQ(LockUndone, 1);
    CHECK(MayWrite(&Locks, OTHER, 0, 10));
    FsRtlUninitializeFileLock(&Locks);
}

TEST(FsRtlFastUnlockAll, UndoesThoseOfAFileOrKey)
{
    FILE_LOCK Locks;

    LockUndone = 0;
    FsRtlInitializeFileLock(&Locks, NULL, Undone);
    CHECK_STATUS(LockRange(&Locks, MINE, 0, 10, 1, TRUE, TRUE), STATUS_SUCCESS);
    CHECK_STATUS(LockRange(&Locks, MINE, 10, 10, 2, TRUE, TRUE), STATUS_SUCCESS);
    CHECK_STATUS(LockRange(&Locks, MINE, 20, 10, 2, FALSE, TRUE), STATUS_SUCCESS);
    CHECK_STATUS(LockRange(&Locks, OTHER, 30, 10, 2, TRUE, TRUE), STATUS_SUCCESS);
    CHECK_STATUS(FsRtlFastUnlockAllByKey(&Locks, MINE, PROCESS, 2, NULL), STATUS_SUCCESS);
    CHECK_EQ(LockUndone, 2);
    CHECK(!MayRead(&Locks, OTHER, 0, 1));
    CHECK(MayRead(&Locks, OTHER, 10, 1));
    CHECK_STATUS(FsRtlFastUnlockAll(&Locks, MINE, PROCESS, NULL), STATUS_SUCCESS);
    CHECK_EQ(LockUndone, 3);
    CHECK(!MayRead(&Locks, MINE, 30, 1));
    CHECK_STATUS(FsRtlFastUnlockAll(&Locks, MINE, PROCESS, NULL), STATUS_RANGE_NOT_LOCKED);
    FsRtlUninitializeFileLock(&Locks);
}

TEST(FsRtlGetNextFileLock, ShowsThemAll)
{
    PFILE_LOCK Locks = FsRtlAllocateFileLock(NULL, NULL);
    PFILE_LOCK_INFO Info;

    if (!CHECK(Locks != NULL))
        return;
    CHECK(FsRtlGetNextFileLock(Locks, TRUE) == NULL);
    CHECK_STATUS(LockRange(Locks, MINE, 0, 10, 1, FALSE, TRUE), STATUS_SUCCESS);
    CHECK_STATUS(LockRange(Locks, OTHER, 0, 20, 1, FALSE, TRUE), STATUS_SUCCESS);
    Info = FsRtlGetNextFileLock(Locks, TRUE);
    if (CHECK(Info != NULL)) {
        CHECK_EQ(
            Info->EndingByte.QuadPart, Info->StartingByte.QuadPart + Info->Length.QuadPart - 1);
        CHECK(!Info->ExclusiveLock);
    }
    CHECK(FsRtlGetNextFileLock(Locks, FALSE) != NULL);
    CHECK(FsRtlGetNextFileLock(Locks, FALSE) == NULL);
    FsRtlFreeFileLock(Locks);
}

/* A request of the current process, at the location of a driver that has it. */
static PIRP MakeRequest(
    UCHAR Minor, PFILE_OBJECT File, LONGLONG From, PLARGE_INTEGER Length, UCHAR Flags)
{
    PIRP Irp = IoAllocateIrp(2, FALSE);
    PIO_STACK_LOCATION Stack;

    if (!CHECK(Irp != NULL))
        return NULL;
    IoSetNextIrpStackLocation(Irp);
    Irp->Tail.Overlay.Thread = PsGetCurrentThread();
    Stack = IoGetCurrentIrpStackLocation(Irp);
    Stack->MajorFunction = IRP_MJ_LOCK_CONTROL;
    Stack->MinorFunction = Minor;
    Stack->Flags = Flags;
    Stack->FileObject = File;
    Stack->Parameters.LockControl.Length = Length;
    Stack->Parameters.LockControl.ByteOffset = Large(From);
    Stack->Parameters.LockControl.Key = 0;
    return Irp;
}

TEST(FsRtlProcessFileLock, WhatCollidesWaits)
{
    FILE_LOCK Locks;
    LARGE_INTEGER Length = Large(10);
    PIRP First, Second, Third;

    RtlZeroMemory(&LockCompleted, sizeof(LockCompleted));
    FsRtlInitializeFileLock(&Locks, Complete, NULL);
    First = MakeRequest(IRP_MN_LOCK, MINE, 0, &Length, SL_EXCLUSIVE_LOCK);
    Second = MakeRequest(IRP_MN_LOCK, OTHER, 5, &Length, 0);
    Third = MakeRequest(IRP_MN_UNLOCK_SINGLE, MINE, 0, &Length, 0);
    if (First == NULL || Second == NULL || Third == NULL)
        return;
    CHECK_STATUS(FsRtlProcessFileLock(&Locks, First, NULL), STATUS_SUCCESS);
    CHECK_PTR(LockCompleted.Irp, First);
    CHECK_STATUS(FsRtlProcessFileLock(&Locks, Second, NULL), STATUS_PENDING);
    CHECK_EQ(LockCompleted.Calls, 1);
    CHECK_STATUS(FsRtlProcessFileLock(&Locks, Third, NULL), STATUS_SUCCESS);
    CHECK_EQ(LockCompleted.Calls, 3); /* the one that waited, and the request itself */
    CHECK_STATUS(Second->IoStatus.Status, STATUS_SUCCESS);
    CHECK(!MayWrite(&Locks, MINE, 5, 1));
    FsRtlUninitializeFileLock(&Locks);
    IoFreeIrp(First);
    IoFreeIrp(Second);
    IoFreeIrp(Third);
}

TEST(FsRtlProcessFileLock, WaitingCanBeCancelled)
{
    FILE_LOCK Locks;
    LARGE_INTEGER Length = Large(10);
    PIRP Irp = MakeRequest(IRP_MN_LOCK, OTHER, 5, &Length, SL_EXCLUSIVE_LOCK);

    if (Irp == NULL)
        return;
    RtlZeroMemory(&LockCompleted, sizeof(LockCompleted));
    FsRtlInitializeFileLock(&Locks, Complete, NULL);
    CHECK_STATUS(LockRange(&Locks, MINE, 0, 10, 0, TRUE, TRUE), STATUS_SUCCESS);
    CHECK_STATUS(FsRtlProcessFileLock(&Locks, Irp, NULL), STATUS_PENDING);
    CHECK(IoCancelIrp(Irp));
    CHECK_STATUS(LockCompleted.Status, STATUS_CANCELLED);
    CHECK_EQ(LockCompleted.Calls, 1);
    CHECK_STATUS(UnlockRange(&Locks, MINE, 0, 10, 0), STATUS_SUCCESS);
    CHECK(MayWrite(&Locks, MINE, 0, 100));
    FsRtlUninitializeFileLock(&Locks);
    IoFreeIrp(Irp);
}

TEST(FsRtlProcessFileLock, KnowsFourRequests)
{
    FILE_LOCK Locks;
    LARGE_INTEGER Length = Large(10);
    PIRP Irp = MakeRequest(IRP_MN_UNLOCK_ALL, MINE, 0, &Length, 0);

    if (Irp == NULL)
        return;
    RtlZeroMemory(&LockCompleted, sizeof(LockCompleted));
    FsRtlInitializeFileLock(&Locks, Complete, NULL);
    CHECK_STATUS(LockRange(&Locks, MINE, 0, 10, 0, TRUE, TRUE), STATUS_SUCCESS);
    CHECK_STATUS(FsRtlProcessFileLock(&Locks, Irp, NULL), STATUS_SUCCESS);
    IoGetCurrentIrpStackLocation(Irp)->MinorFunction = 77;
    CHECK_STATUS(FsRtlProcessFileLock(&Locks, Irp, NULL), STATUS_INVALID_DEVICE_REQUEST);
    CHECK_STATUS(LockCompleted.Status, STATUS_INVALID_DEVICE_REQUEST);
    FsRtlUninitializeFileLock(&Locks);
    IoFreeIrp(Irp);
}

TEST(FsRtlCheckLockForReadAccess, TakesTheRangeFromTheRequest)
{
    FILE_LOCK Locks;
    PIRP Irp = MakeRequest(0, OTHER, 0, NULL, 0);
    PIO_STACK_LOCATION Stack;

    if (Irp == NULL)
        return;
    FsRtlInitializeFileLock(&Locks, NULL, NULL);
    CHECK_STATUS(LockRange(&Locks, MINE, 10, 10, 0, TRUE, TRUE), STATUS_SUCCESS);
    Stack = IoGetCurrentIrpStackLocation(Irp);
    Stack->MajorFunction = IRP_MJ_READ;
    Stack->Parameters.Read.Length = 5;
    Stack->Parameters.Read.Key = 0;
    Stack->Parameters.Read.ByteOffset = Large(8);
    CHECK(!FsRtlCheckLockForReadAccess(&Locks, Irp));
    CHECK(!FsRtlCheckLockForWriteAccess(&Locks, Irp));
    Stack->Parameters.Read.ByteOffset = Large(5);
    CHECK(FsRtlCheckLockForReadAccess(&Locks, Irp));
    CHECK(FsRtlCheckLockForWriteAccess(&Locks, Irp));
    FsRtlUninitializeFileLock(&Locks);
    IoFreeIrp(Irp);
}

TEST(FsRtlAreThereCurrentOrInProgressFileLocks, KnowsWhetherThereAreAny)
{
    typedef BOOLEAN(NTAPI * ARE_THERE)(PFILE_LOCK Locks);
    ARE_THERE AreThere = (ARE_THERE)KtestExport(L"FsRtlAreThereCurrentOrInProgressFileLocks");
    FILE_LOCK Locks;

    if (AreThere == NULL) {
        skip("newer than this Windows");
        return;
    }
    FsRtlInitializeFileLock(&Locks, NULL, NULL);
    CHECK(!AreThere(&Locks));
    CHECK_STATUS(LockRange(&Locks, MINE, 10, 10, 0, TRUE, TRUE), STATUS_SUCCESS);
    CHECK(AreThere(&Locks));
    CHECK_STATUS(UnlockRange(&Locks, MINE, 10, 10, 0), STATUS_SUCCESS);
    CHECK(!AreThere(&Locks));
    FsRtlUninitializeFileLock(&Locks);
}

TEST(FsRtlAreThereWaitingFileLocks, KnowsWhoWaits)
{
    BOOLEAN(NTAPI *AreThere)(PFILE_LOCK) = KtestExport(L"FsRtlAreThereWaitingFileLocks");
    FILE_LOCK Locks;
    LARGE_INTEGER Length = Large(10);
    PIRP Irp = MakeRequest(IRP_MN_LOCK, OTHER, 5, &Length, SL_EXCLUSIVE_LOCK);

    if (AreThere == NULL) {
        skip("newer than this Windows");
        return;
    }
    FsRtlInitializeFileLock(&Locks, Complete, NULL);
    CHECK(!AreThere(&Locks));
    CHECK_STATUS(LockRange(&Locks, MINE, 0, 10, 0, TRUE, TRUE), STATUS_SUCCESS);
    CHECK(!AreThere(&Locks));
    CHECK_STATUS(FsRtlProcessFileLock(&Locks, Irp, NULL), STATUS_PENDING);
    CHECK(AreThere(&Locks));
    CHECK(IoCancelIrp(Irp));
    CHECK(!AreThere(&Locks));
    FsRtlUninitializeFileLock(&Locks);
    IoFreeIrp(Irp);
}

TEST(FsRtlCheckLockForOplockRequest, LooksWithinTheFile)
{
    BOOLEAN(NTAPI * Check)
    (PFILE_LOCK, PLARGE_INTEGER) = KtestExport(L"FsRtlCheckLockForOplockRequest");
    FILE_LOCK Locks;
    LARGE_INTEGER None = Large(0), Little = Large(100), Much = Large(200);

    if (Check == NULL) {
        skip("Windows 8 and later");
        return;
    }
    FsRtlInitializeFileLock(&Locks, NULL, NULL);
    CHECK(Check(&Locks, &Much));
    CHECK_STATUS(LockRange(&Locks, MINE, 100, 10, 0, FALSE, TRUE), STATUS_SUCCESS);
    CHECK(!Check(&Locks, &Much));
    CHECK(Check(&Locks, &Little));
    CHECK(Check(&Locks, &None));
    FsRtlUninitializeFileLock(&Locks);
}
