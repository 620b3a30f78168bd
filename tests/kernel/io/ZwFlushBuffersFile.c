/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwFlushBuffersFile - a request without buffers, waited for (Windows Vista and later).
 */
#include "file_test.h"

typedef NTSTATUS(NTAPI *FLUSH_FILE)(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock);

TEST(ZwFlushBuffersFile, SendsTheRequestAndWaits)
{
    FLUSH_FILE Flush = (FLUSH_FILE)KtestExport(L"ZwFlushBuffersFile");
    FILE_TEST Test;
    IO_STATUS_BLOCK IoStatus;
    HANDLE Handle;

    if (Flush == NULL) {
        skip("Windows Vista and later");
        return;
    }
    if (!FileTestBegin(&Test, 0))
        return;
    Handle = FileTestOpen(TRUE);
    if (Handle != NULL) {
        CHECK_STATUS(Flush(Handle, &IoStatus), STATUS_SUCCESS);
        CHECK(FileTestTrailIs(&Test, "Cf"));
        CHECK_STATUS(IoStatus.Status, STATUS_SUCCESS);
        Test.Pend = TRUE;
        CHECK_STATUS(Flush(Handle, &IoStatus), STATUS_SUCCESS);
        IoTestJoin();
        Test.Pend = FALSE;
        Test.Status = STATUS_DISK_FULL;
        CHECK_STATUS(Flush(Handle, &IoStatus), STATUS_DISK_FULL);
        ZwClose(Handle);
    }
    FileTestEnd(&Test);
}

TEST(ZwFlushBuffersFile, RefusesOtherHandles)
{
    FLUSH_FILE Flush = (FLUSH_FILE)KtestExport(L"ZwFlushBuffersFile");
    IO_STATUS_BLOCK IoStatus;
    HANDLE Event;
    OBJECT_ATTRIBUTES Attributes;

    if (Flush == NULL) {
        skip("Windows Vista and later");
        return;
    }
    InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    CHECK_STATUS(Flush((HANDLE)0x7FFF0, &IoStatus), STATUS_INVALID_HANDLE);
    if (CHECK_STATUS(ZwCreateEvent(&Event, EVENT_ALL_ACCESS, &Attributes, NotificationEvent, FALSE),
            STATUS_SUCCESS)) {
        CHECK_STATUS(Flush(Event, &IoStatus), STATUS_OBJECT_TYPE_MISMATCH);
        ZwClose(Event);
    }
}

typedef NTSTATUS(NTAPI *FLUSH_FILE_EX)(
    HANDLE File, ULONG Flags, PVOID Parameters, ULONG Bytes, PIO_STATUS_BLOCK IoStatus);

static VOID FlushEx(const WCHAR *Name)
{
    FLUSH_FILE_EX Flush = (FLUSH_FILE_EX)KtestExport(Name);
    FILE_TEST Test;
    IO_STATUS_BLOCK IoStatus;
    HANDLE Handle;

    if (Flush == NULL) {
        skip("Windows 8 and later");
        return;
    }
    if (!FileTestBegin(&Test, 0))
        return;
    Handle = FileTestOpen(TRUE);
    if (Handle != NULL) {
        CHECK_STATUS(Flush(Handle, 0, NULL, 0, &IoStatus), STATUS_SUCCESS);
        CHECK_STATUS(Flush(Handle, 1, NULL, 0, &IoStatus), STATUS_SUCCESS);
        CHECK(FileTestTrailIs(&Test, "Cff"));
        CHECK_EQ(Test.Last.Stack.MinorFunction, 1);
        CHECK_STATUS(Flush(Handle, 0x100, NULL, 0, &IoStatus), STATUS_INVALID_PARAMETER);
        CHECK_STATUS(Flush(Handle, 0, &IoStatus, 4, &IoStatus), STATUS_INVALID_PARAMETER);
        ZwClose(Handle);
    }
    FileTestEnd(&Test);
}

TEST(ZwFlushBuffersFileEx, SendsItsFlags)
{
    FlushEx(L"ZwFlushBuffersFileEx");
}

TEST(NtFlushBuffersFileEx, SendsItsFlags)
{
    FlushEx(L"NtFlushBuffersFileEx");
}
