/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwWriteFile - by the device's method, with offset.
 */
#include "file_test.h"

static const CHAR Text[] = "what is written";

static BOOLEAN Begin(FILE_TEST *Test, ULONG Flags, PHANDLE Handle)
{
    if (!FileTestBegin(Test, Flags))
        return FALSE;
    *Handle = FileTestOpen(TRUE);
    if (*Handle != NULL)
        return TRUE;
    FileTestEnd(Test);
    return FALSE;
}

static VOID End(FILE_TEST *Test, HANDLE Handle)
{
    ZwClose(Handle);
    FileTestEnd(Test);
}

static NTSTATUS Write(HANDLE Handle, PIO_STATUS_BLOCK IoStatus, LONGLONG Offset)
{
    LARGE_INTEGER ByteOffset;

    ByteOffset.QuadPart = Offset;
    return ZwWriteFile(Handle, NULL, NULL, NULL, IoStatus, (PVOID)(ULONG_PTR)Text, sizeof(Text),
                       &ByteOffset, NULL);
}

TEST(ZwWriteFile, BufferedCopiesTheData)
{
    FILE_TEST Test;
    IO_STATUS_BLOCK IoStatus;
    HANDLE Handle;

    if (!Begin(&Test, DO_BUFFERED_IO, &Handle))
        return;
    Test.Information = 7;
    CHECK_STATUS(Write(Handle, &IoStatus, 0x9876543210), STATUS_SUCCESS);
    CHECK(FileTestTrailIs(&Test, "Cw"));
    CHECK_EQ(Test.Last.Stack.Parameters.Write.Length, sizeof(Text));
    CHECK_EQ(Test.Last.Stack.Parameters.Write.ByteOffset.QuadPart, 0x9876543210);
    CHECK(Test.Last.SystemBuffer != NULL && Test.Last.SystemBuffer != Text);
    CHECK_EQ(RtlCompareMemory(Test.Last.SystemData, Text, sizeof(Text)), sizeof(Text));
    CHECK_EQ(IoStatus.Information, 7);
    End(&Test, Handle);
}

TEST(ZwWriteFile, DirectGivesThePages)
{
    FILE_TEST Test;
    IO_STATUS_BLOCK IoStatus;
    HANDLE Handle;

    if (!Begin(&Test, DO_DIRECT_IO, &Handle))
        return;
    CHECK_STATUS(Write(Handle, &IoStatus, 0), STATUS_SUCCESS);
    CHECK(Test.Last.Mdl != NULL);
    CHECK_PTR(Test.Last.SystemBuffer, NULL);
    End(&Test, Handle);
}

TEST(ZwWriteFile, NeitherGivesTheAddress)
{
    FILE_TEST Test;
    IO_STATUS_BLOCK IoStatus;
    HANDLE Handle;

    if (!Begin(&Test, 0, &Handle))
        return;
    CHECK_STATUS(Write(Handle, &IoStatus, 0), STATUS_SUCCESS);
    CHECK_PTR(Test.Last.UserBuffer, Text);
    CHECK_PTR(Test.Last.SystemBuffer, NULL);
    CHECK_PTR(Test.Last.Mdl, NULL);
    End(&Test, Handle);
}

/* -1 with this low part is the end of the file, for the driver to know. */
TEST(ZwWriteFile, KnowsTheEndOfTheFile)
{
    FILE_TEST Test;
    IO_STATUS_BLOCK IoStatus;
    LARGE_INTEGER AtEnd;
    HANDLE Handle;

    if (!Begin(&Test, DO_BUFFERED_IO, &Handle))
        return;
    AtEnd.LowPart = FILE_WRITE_TO_END_OF_FILE;
    AtEnd.HighPart = -1;
    CHECK_STATUS(Write(Handle, &IoStatus, AtEnd.QuadPart), STATUS_SUCCESS);
    CHECK_EQ(Test.Last.Stack.Parameters.Write.ByteOffset.QuadPart, AtEnd.QuadPart);
    End(&Test, Handle);
}

TEST(ZwWriteFile, ReturnsTheDriversError)
{
    FILE_TEST Test;
    IO_STATUS_BLOCK IoStatus;
    HANDLE Handle;

    if (!Begin(&Test, DO_BUFFERED_IO, &Handle))
        return;
    Test.Status = STATUS_MEDIA_WRITE_PROTECTED;
    CHECK_STATUS(Write(Handle, &IoStatus, 0), STATUS_MEDIA_WRITE_PROTECTED);
    Test.Pend = TRUE;
    CHECK_STATUS(Write(Handle, &IoStatus, 0), STATUS_MEDIA_WRITE_PROTECTED);
    IoTestJoin();
    End(&Test, Handle);
}

TEST(ZwWriteFile, RefusesBadOffsetsAndHandles)
{
    FILE_TEST Test;
    IO_STATUS_BLOCK IoStatus;
    LARGE_INTEGER Offset;
    CHAR Buffer[4] = "";
    HANDLE Handle;

    Offset.QuadPart = 0;
    CHECK_STATUS(ZwWriteFile((HANDLE)0x7FFF0, NULL, NULL, NULL, &IoStatus, Buffer, sizeof(Buffer),
                     &Offset, NULL),
        STATUS_INVALID_HANDLE);
    if (!FileTestBegin(&Test, DO_BUFFERED_IO))
        return;
    Handle = FileTestOpen(TRUE);
    if (Handle != NULL) {
        Offset.QuadPart = -5;
        CHECK_STATUS(
            ZwWriteFile(Handle, NULL, NULL, NULL, &IoStatus, Buffer, sizeof(Buffer), &Offset, NULL),
            STATUS_INVALID_PARAMETER);
        CHECK(FileTestTrailIs(&Test, "C"));
        ZwClose(Handle);
    }
    Handle = FileTestOpen(FALSE);
    if (Handle != NULL) {
        CHECK_STATUS(
            ZwWriteFile(Handle, NULL, NULL, NULL, &IoStatus, Buffer, sizeof(Buffer), NULL, NULL),
            STATUS_INVALID_PARAMETER);
        ZwClose(Handle);
    }
    FileTestEnd(&Test);
}

TEST(ZwWriteFile, WaitsOnASynchronousHandle)
{
    FILE_TEST Test;
    IO_STATUS_BLOCK IoStatus;
    LARGE_INTEGER Offset;
    CHAR Buffer[4] = "";
    HANDLE Handle;

    if (!FileTestBegin(&Test, DO_BUFFERED_IO))
        return;
    Handle = FileTestOpen(TRUE);
    if (Handle != NULL) {
        Offset.QuadPart = 0;
        Test.Pend = TRUE;
        Test.Information = 3;
        CHECK_STATUS(
            ZwWriteFile(Handle, NULL, NULL, NULL, &IoStatus, Buffer, sizeof(Buffer), &Offset, NULL),
            STATUS_SUCCESS);
        IoTestJoin();
        CHECK_EQ(IoStatus.Information, 3);
        ZwClose(Handle);
    }
    FileTestEnd(&Test);
}

/* Who may append but not write does so at the end, wherever he says. */
TEST(ZwWriteFile, AppendsWithTheRightToAppend)
{
    FILE_TEST Test;
    IO_STATUS_BLOCK IoStatus;
    HANDLE Handle;

    if (!FileTestBegin(&Test, DO_BUFFERED_IO))
        return;
    if (CHECK_STATUS(IoTestOpen(FILE_TEST_NAME, FILE_APPEND_DATA | SYNCHRONIZE,
                                FILE_SYNCHRONOUS_IO_NONALERT, &Handle),
                     STATUS_SUCCESS)) {
        CHECK_STATUS(Write(Handle, &IoStatus, 512), STATUS_SUCCESS);
        CHECK_EQ(Test.Last.Stack.Parameters.Write.ByteOffset.QuadPart, -1);
        ZwClose(Handle);
    }
    FileTestEnd(&Test);
}
