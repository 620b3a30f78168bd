/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwLockFile, ZwUnlockFile, NtLockFile, NtUnlockFile - ranges of bytes that others keep away from.
 */
#include "fs_test.h"

typedef NTSTATUS(NTAPI *LOCK_FILE)(HANDLE File, HANDLE Event, PIO_APC_ROUTINE Routine,
    PVOID Context, PIO_STATUS_BLOCK IoStatus, PLARGE_INTEGER Offset, PLARGE_INTEGER Length,
    ULONG Key, BOOLEAN FailImmediately, BOOLEAN Exclusive);
typedef NTSTATUS(NTAPI *UNLOCK_FILE)(HANDLE File, PIO_STATUS_BLOCK IoStatus, PLARGE_INTEGER Offset,
    PLARGE_INTEGER Length, ULONG Key);

static LOCK_FILE LockFile;
static UNLOCK_FILE UnlockFile;

static BOOLEAN Find(VOID)
{
    LockFile = (LOCK_FILE)(ULONG_PTR)KtestExport(L"ZwLockFile");
    UnlockFile = (UNLOCK_FILE)(ULONG_PTR)KtestExport(L"ZwUnlockFile");
    if (LockFile == NULL || UnlockFile == NULL)
        skip("Windows Vista and later");
    return LockFile != NULL && UnlockFile != NULL;
}

static HANDLE OpenFile(BOOLEAN Synchronous)
{
    OBJECT_ATTRIBUTES Attributes;
    IO_STATUS_BLOCK IoStatus;
    HANDLE Handle;
    KTEST_STRING(Name, L"\\SystemRoot\\ktestlock.tmp");

    InitializeObjectAttributes(
        &Attributes, &Name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    if (!CHECK_STATUS(
            ZwCreateFile(&Handle, GENERIC_READ | GENERIC_WRITE | SYNCHRONIZE | DELETE, &Attributes,
                &IoStatus, NULL, 0, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                FILE_OPEN_IF,
                FILE_DELETE_ON_CLOSE | (Synchronous ? FILE_SYNCHRONOUS_IO_NONALERT : 0), NULL, 0),
            STATUS_SUCCESS))
        return NULL;
    return Handle;
}

static NTSTATUS LockRange(HANDLE File, LONGLONG Start, LONGLONG Bytes, BOOLEAN Exclusive)
{
    IO_STATUS_BLOCK IoStatus;
    LARGE_INTEGER Offset, Length;

    Offset.QuadPart = Start;
    Length.QuadPart = Bytes;
    return LockFile(File, NULL, NULL, NULL, &IoStatus, &Offset, &Length, 0, TRUE, Exclusive);
}

static NTSTATUS UnlockRange(HANDLE File, LONGLONG Start, LONGLONG Bytes)
{
    IO_STATUS_BLOCK IoStatus;
    LARGE_INTEGER Offset, Length;

    Offset.QuadPart = Start;
    Length.QuadPart = Bytes;
    return UnlockFile(File, &IoStatus, &Offset, &Length, 0);
}

static NTSTATUS Transfer(HANDLE File, BOOLEAN Write, LONGLONG Start, ULONG Bytes)
{
    IO_STATUS_BLOCK IoStatus;
    LARGE_INTEGER Offset;
    CHAR Buffer[64] = "";

    Offset.QuadPart = Start;
    return Write ? ZwWriteFile(File, NULL, NULL, NULL, &IoStatus, Buffer, Bytes, &Offset, NULL)
                 : ZwReadFile(File, NULL, NULL, NULL, &IoStatus, Buffer, Bytes, &Offset, NULL);
}

TEST(ZwLockFile, ExclusiveKeepsOthersAway)
{
    HANDLE First, Second;

    if (!Find() || (First = OpenFile(TRUE)) == NULL)
        return;
    Second = OpenFile(TRUE);
    if (Second != NULL) {
        CHECK_STATUS(Transfer(First, TRUE, 0, 64), STATUS_SUCCESS);
        CHECK_STATUS(LockRange(First, 10, 10, TRUE), STATUS_SUCCESS);
        CHECK_STATUS(Transfer(Second, FALSE, 0, 10), STATUS_SUCCESS);
        CHECK_STATUS(Transfer(Second, FALSE, 0, 11), STATUS_FILE_LOCK_CONFLICT);
        CHECK_STATUS(Transfer(Second, TRUE, 19, 4), STATUS_FILE_LOCK_CONFLICT);
        CHECK_STATUS(Transfer(Second, TRUE, 20, 4), STATUS_SUCCESS);
        CHECK_STATUS(Transfer(First, TRUE, 12, 4), STATUS_SUCCESS);
        CHECK_STATUS(Transfer(First, FALSE, 0, 64), STATUS_SUCCESS);
        CHECK_STATUS(LockRange(Second, 19, 5, FALSE), STATUS_LOCK_NOT_GRANTED);
        CHECK_STATUS(LockRange(First, 12, 1, TRUE), STATUS_LOCK_NOT_GRANTED);
        CHECK_STATUS(UnlockRange(Second, 10, 10), STATUS_RANGE_NOT_LOCKED);
        CHECK_STATUS(UnlockRange(First, 10, 9), STATUS_RANGE_NOT_LOCKED);
        CHECK_STATUS(UnlockRange(First, 10, 10), STATUS_SUCCESS);
        CHECK_STATUS(Transfer(Second, FALSE, 0, 64), STATUS_SUCCESS);
        ZwClose(Second);
    }
    ZwClose(First);
}

TEST(ZwLockFile, SharedLetsReadAndNobodyWrite)
{
    HANDLE First, Second;

    if (!Find() || (First = OpenFile(TRUE)) == NULL)
        return;
    Second = OpenFile(TRUE);
    if (Second != NULL) {
        CHECK_STATUS(Transfer(First, TRUE, 0, 64), STATUS_SUCCESS);
        CHECK_STATUS(LockRange(First, 0, 32, FALSE), STATUS_SUCCESS);
        CHECK_STATUS(LockRange(Second, 16, 32, FALSE), STATUS_SUCCESS);
        CHECK_STATUS(LockRange(Second, 0, 1, TRUE), STATUS_LOCK_NOT_GRANTED);
        CHECK_STATUS(Transfer(Second, FALSE, 0, 64), STATUS_SUCCESS);
        CHECK_STATUS(Transfer(Second, TRUE, 0, 4), STATUS_FILE_LOCK_CONFLICT);
        CHECK_STATUS(Transfer(First, TRUE, 0, 4), STATUS_FILE_LOCK_CONFLICT);
        ZwClose(Second); /* its locks go with it */
        CHECK_STATUS(Transfer(First, TRUE, 40, 4), STATUS_SUCCESS);
    }
    ZwClose(First);
}

TEST(ZwLockFile, WaitsUntilItCanBeGranted)
{
    HANDLE First, Second, Event;
    OBJECT_ATTRIBUTES Attributes;
    IO_STATUS_BLOCK IoStatus, Waited = {.Information = 1};
    LARGE_INTEGER Offset, Length;

    if (!Find() || (First = OpenFile(TRUE)) == NULL)
        return;
    Second = OpenFile(FALSE);
    InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    if (Second != NULL &&
        CHECK_STATUS(ZwCreateEvent(&Event, EVENT_ALL_ACCESS, &Attributes, NotificationEvent, FALSE),
            STATUS_SUCCESS)) {
        Offset.QuadPart = 5;
        Length.QuadPart = 5;
        CHECK_STATUS(LockRange(First, 0, 10, TRUE), STATUS_SUCCESS);
        CHECK_STATUS(LockFile(Second, Event, NULL, NULL, &Waited, &Offset, &Length, 0, FALSE, TRUE),
            STATUS_PENDING);
        CHECK_STATUS(UnlockRange(First, 0, 10), STATUS_SUCCESS);
        CHECK_STATUS(ZwWaitForSingleObject(Event, FALSE, NULL), STATUS_SUCCESS);
        CHECK_STATUS(Waited.Status, STATUS_SUCCESS);
        CHECK_STATUS(LockRange(First, 5, 1, FALSE), STATUS_LOCK_NOT_GRANTED);
        CHECK_STATUS(UnlockFile(Second, &IoStatus, &Offset, &Length, 0), STATUS_SUCCESS);
        /* A request that still waits when its handle goes ends, too. */
        CHECK_STATUS(LockRange(First, 0, 10, TRUE), STATUS_SUCCESS);
        CHECK_STATUS(LockFile(Second, Event, NULL, NULL, &Waited, &Offset, &Length, 0, FALSE, TRUE),
            STATUS_PENDING);
        ZwClose(Second);
        Second = NULL;
        CHECK_STATUS(ZwWaitForSingleObject(Event, FALSE, NULL), STATUS_SUCCESS);
        CHECK(!NT_SUCCESS(Waited.Status));
        ZwClose(Event);
    }
    if (Second != NULL)
        ZwClose(Second);
    ZwClose(First);
}

TEST(NtLockFile, KeysAreOwners)
{
    IO_STATUS_BLOCK IoStatus;
    LARGE_INTEGER Offset, Length;
    ULONG Key = 7;
    CHAR Byte = 0;
    HANDLE File = OpenFile(TRUE);

    if (File == NULL)
        return;
    Offset.QuadPart = 0;
    Length.QuadPart = 8;
    CHECK_STATUS(NtLockFile(File, NULL, NULL, NULL, &IoStatus, &Offset, &Length, Key, TRUE, TRUE),
        STATUS_SUCCESS);
    CHECK_STATUS(ZwWriteFile(File, NULL, NULL, NULL, &IoStatus, &Byte, 1, &Offset, NULL),
        STATUS_FILE_LOCK_CONFLICT);
    CHECK_STATUS(
        ZwWriteFile(File, NULL, NULL, NULL, &IoStatus, &Byte, 1, &Offset, &Key), STATUS_SUCCESS);
    CHECK_STATUS(NtUnlockFile(File, &IoStatus, &Offset, &Length, 0), STATUS_RANGE_NOT_LOCKED);
    CHECK_STATUS(NtUnlockFile(File, &IoStatus, &Offset, &Length, Key), STATUS_SUCCESS);
    ZwClose(File);
}

TEST(ZwLockFile, RefusesRangesThatWrap)
{
    HANDLE File;

    if (!Find() || (File = OpenFile(TRUE)) == NULL)
        return;
    CHECK_STATUS(LockRange(File, -2, 16, TRUE), STATUS_INVALID_LOCK_RANGE);
    CHECK_STATUS(LockRange((HANDLE)0x7FFF0, 0, 1, TRUE), STATUS_INVALID_HANDLE);
    CHECK_STATUS(UnlockRange(File, 0, 1), STATUS_RANGE_NOT_LOCKED);
    ZwClose(File);
}
