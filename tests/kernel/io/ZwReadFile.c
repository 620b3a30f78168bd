/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwReadFile - by the device's method, with offset and key.
 */
#include "file_test.h"

#define POISON 0xEE

typedef struct READ_TEST {
    FILE_TEST File;
    HANDLE Handle;
    IO_STATUS_BLOCK IoStatus;
    UCHAR Buffer[FILE_TEST_BYTES];
} READ_TEST;

static BOOLEAN Begin(READ_TEST *Test, ULONG Flags)
{
    RtlZeroMemory(Test, sizeof(*Test));
    RtlFillMemory(Test->Buffer, sizeof(Test->Buffer), POISON);
    if (!FileTestBegin(&Test->File, Flags))
        return FALSE;
    Test->Handle = FileTestOpen(TRUE);
    if (Test->Handle != NULL)
        return TRUE;
    FileTestEnd(&Test->File);
    return FALSE;
}

static VOID End(READ_TEST *Test)
{
    ZwClose(Test->Handle);
    FileTestEnd(&Test->File);
}

static NTSTATUS Read(READ_TEST *Test, ULONG Length, LONGLONG *Offset)
{
    LARGE_INTEGER ByteOffset;

    if (Offset != NULL)
        ByteOffset.QuadPart = *Offset;
    return ZwReadFile(Test->Handle, NULL, NULL, NULL, &Test->IoStatus, Test->Buffer, Length,
                      Offset != NULL ? &ByteOffset : NULL, NULL);
}

static ULONG Filled(const READ_TEST *Test, UCHAR Byte)
{
    ULONG At = 0;

    while (At < sizeof(Test->Buffer) && Test->Buffer[At] == Byte)
        At++;
    return At;
}

TEST(ZwReadFile, BufferedReturnsAsMuchAsTheDriverSays)
{
    READ_TEST Test;
    LONGLONG Offset = 0x123456789;

    if (!Begin(&Test, DO_BUFFERED_IO))
        return;
    Test.File.Fill = 'b';
    Test.File.Information = 9;
    CHECK_STATUS(Read(&Test, 20, &Offset), STATUS_SUCCESS);
    CHECK(FileTestTrailIs(&Test.File, "Cr"));
    CHECK_EQ(Test.File.Last.Stack.Parameters.Read.Length, 20);
    CHECK_EQ(Test.File.Last.Stack.Parameters.Read.ByteOffset.QuadPart, Offset);
    CHECK_EQ(Test.File.Last.Stack.Parameters.Read.Key, 0);
    CHECK_EQ(Test.File.Last.Mode, KernelMode);
    CHECK(Test.File.Last.SystemBuffer != NULL && Test.File.Last.SystemBuffer != Test.Buffer);
    CHECK_EQ(Filled(&Test, 'b'), 9);
    CHECK_EQ(Test.Buffer[9], POISON);
    CHECK_EQ(Test.IoStatus.Information, 9);
    End(&Test);
}

TEST(ZwReadFile, DirectGivesThePages)
{
    READ_TEST Test;
    LONGLONG Offset = 0;

    if (!Begin(&Test, DO_DIRECT_IO))
        return;
    Test.File.Fill = 'd';
    Test.File.Information = 9;
    CHECK_STATUS(Read(&Test, 20, &Offset), STATUS_SUCCESS);
    CHECK(Test.File.Last.Mdl != NULL);
    CHECK_PTR(Test.File.Last.SystemBuffer, NULL);
    CHECK_EQ(Filled(&Test, 'd'), 20);
    CHECK_EQ(Test.IoStatus.Information, 9);
    End(&Test);
}

TEST(ZwReadFile, NeitherGivesTheAddress)
{
    READ_TEST Test;
    LONGLONG Offset = 0;

    if (!Begin(&Test, 0))
        return;
    Test.File.Fill = 'n';
    Test.File.Information = 20;
    CHECK_STATUS(Read(&Test, 20, &Offset), STATUS_SUCCESS);
    CHECK_PTR(Test.File.Last.UserBuffer, Test.Buffer);
    CHECK_PTR(Test.File.Last.SystemBuffer, NULL);
    CHECK_PTR(Test.File.Last.Mdl, NULL);
    CHECK_EQ(Filled(&Test, 'n'), 20);
    End(&Test);
}

TEST(ZwReadFile, NothingIsRead)
{
    READ_TEST Test;
    LONGLONG Offset = 0;

    if (!Begin(&Test, DO_BUFFERED_IO))
        return;
    CHECK_STATUS(Read(&Test, 0, &Offset), STATUS_SUCCESS);
    CHECK(FileTestTrailIs(&Test.File, "Cr"));
    CHECK_EQ(Test.File.Last.Stack.Parameters.Read.Length, 0);
    CHECK_EQ(Test.IoStatus.Information, 0);
    End(&Test);
}

TEST(ZwReadFile, AnErrorReturnsNoData)
{
    READ_TEST Test;
    LONGLONG Offset = 0;

    if (!Begin(&Test, DO_BUFFERED_IO))
        return;
    Test.File.Fill = 'e';
    Test.File.Information = 20;
    Test.File.Status = STATUS_END_OF_FILE;
    CHECK_STATUS(Read(&Test, 20, &Offset), STATUS_END_OF_FILE);
    CHECK_EQ(Filled(&Test, POISON), sizeof(Test.Buffer));
    End(&Test);
}

/* ---- the position ---------------------------------------------------------------------------- */

TEST(ZwReadFile, WithoutOffsetStartsAtThePosition)
{
    READ_TEST Test;
    LONGLONG FromPosition;
    LARGE_INTEGER Use;

    if (!Begin(&Test, DO_BUFFERED_IO))
        return;
    Test.File.Create.File->CurrentByteOffset.QuadPart = 0x4000;
    CHECK_STATUS(Read(&Test, 8, NULL), STATUS_SUCCESS);
    CHECK_EQ(Test.File.Last.Stack.Parameters.Read.ByteOffset.QuadPart, 0x4000);
    Test.File.Create.File->CurrentByteOffset.QuadPart = 0x5000;
    Use.LowPart = FILE_USE_FILE_POINTER_POSITION;
    Use.HighPart = -1;
    FromPosition = Use.QuadPart;
    CHECK_STATUS(Read(&Test, 8, &FromPosition), STATUS_SUCCESS);
    CHECK_EQ(Test.File.Last.Stack.Parameters.Read.ByteOffset.QuadPart, 0x5000);
    End(&Test);
}

/* An asynchronous handle has no position to start at. */
TEST(ZwReadFile, NeedsAnOffsetOnAnAsynchronousHandle)
{
    FILE_TEST Test;
    IO_STATUS_BLOCK IoStatus;
    CHAR Buffer[8];
    HANDLE Handle;

    if (!FileTestBegin(&Test, DO_BUFFERED_IO))
        return;
    Handle = FileTestOpen(FALSE);
    if (Handle != NULL) {
        CHECK_STATUS(
            ZwReadFile(Handle, NULL, NULL, NULL, &IoStatus, Buffer, sizeof(Buffer), NULL, NULL),
            STATUS_INVALID_PARAMETER);
        CHECK(FileTestTrailIs(&Test, "C"));
        ZwClose(Handle);
    }
    FileTestEnd(&Test);
}

TEST(ZwReadFile, PassesTheKey)
{
    READ_TEST Test;
    LARGE_INTEGER Offset;
    ULONG Key = 0x1234;

    if (!Begin(&Test, DO_BUFFERED_IO))
        return;
    Offset.QuadPart = 0;
    CHECK_STATUS(
        ZwReadFile(Test.Handle, NULL, NULL, NULL, &Test.IoStatus, Test.Buffer, 4, &Offset, &Key),
        STATUS_SUCCESS);
    CHECK_EQ(Test.File.Last.Stack.Parameters.Read.Key, 0x1234);
    End(&Test);
}

TEST(ZwReadFile, WaitsOnASynchronousHandle)
{
    READ_TEST Test;
    LONGLONG Offset = 0;

    if (!Begin(&Test, DO_BUFFERED_IO))
        return;
    Test.File.Pend = TRUE;
    Test.File.Fill = 'p';
    Test.File.Information = 6;
    CHECK_STATUS(Read(&Test, 8, &Offset), STATUS_SUCCESS);
    IoTestJoin();
    CHECK_EQ(Filled(&Test, 'p'), 6);
    CHECK_EQ(Test.IoStatus.Information, 6);
    End(&Test);
}

TEST(ZwReadFile, RefusesBadOffsetsAndHandles)
{
    FILE_TEST Test;
    IO_STATUS_BLOCK IoStatus;
    LARGE_INTEGER Offset;
    CHAR Buffer[4];
    HANDLE Handle;

    Offset.QuadPart = 0;
    CHECK_STATUS(ZwReadFile((HANDLE)0x7FFF0, NULL, NULL, NULL, &IoStatus, Buffer, sizeof(Buffer),
                     &Offset, NULL),
        STATUS_INVALID_HANDLE);
    if (!FileTestBegin(&Test, DO_BUFFERED_IO))
        return;
    Handle = FileTestOpen(TRUE);
    if (Handle != NULL) {
        Offset.QuadPart = -5;
        CHECK_STATUS(
            ZwReadFile(Handle, NULL, NULL, NULL, &IoStatus, Buffer, sizeof(Buffer), &Offset, NULL),
            STATUS_INVALID_PARAMETER);
        Offset.QuadPart = 0;
        CHECK_STATUS(ZwReadFile(Handle, (HANDLE)0x7FFF0, NULL, NULL, &IoStatus, Buffer,
                         sizeof(Buffer), &Offset, NULL),
            STATUS_INVALID_HANDLE);
        CHECK(FileTestTrailIs(&Test, "C"));
        ZwClose(Handle);
    }
    FileTestEnd(&Test);
}
