/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwReadFile, ZwWriteFile - the bytes of a file: offsets, the position, the end, appending.
 */
#include "fs_test.h"

typedef struct DATA_TEST {
    FS_TEST Fs;
    HANDLE Handle;
    char Buffer[32];
    ULONG_PTR Done;
} DATA_TEST;

static BOOLEAN Begin(DATA_TEST *Test, ACCESS_MASK Access, const char *Bytes)
{
    if (!FsTestBegin(&Test->Fs))
        return FALSE;
    FsTestMake(&Test->Fs, L"data", Bytes);
    RtlFillMemory(Test->Buffer, sizeof(Test->Buffer), '.');
    if (CHECK_STATUS(
            FsTestOpenAs(&Test->Fs, L"data", Access, 0, FS_SHARE_ALL, FILE_OPEN, 0, &Test->Handle),
            STATUS_SUCCESS))
        return TRUE;
    FsTestEnd(&Test->Fs);
    return FALSE;
}

static VOID End(DATA_TEST *Test)
{
    ZwClose(Test->Handle);
    FsTestEnd(&Test->Fs);
}

static BOOLEAN Holds(DATA_TEST *Test, const char *Bytes)
{
    ULONG Length = 0;

    while (Bytes[Length] != 0)
        Length++;
    return RtlCompareMemory(Test->Buffer, Bytes, Length) == Length && Test->Buffer[Length] == '.';
}

TEST(ZwReadFile, GivesWhatIsThere)
{
    DATA_TEST Test;

    if (!Begin(&Test, FILE_READ_DATA, "abcdef"))
        return;
    CHECK_STATUS(FsTestRead(Test.Handle, Test.Buffer, 4, 1, &Test.Done), STATUS_SUCCESS);
    CHECK_EQ(Test.Done, 4);
    CHECK(Holds(&Test, "bcde"));
    End(&Test);
}

TEST(ZwReadFile, StopsAtTheEnd)
{
    DATA_TEST Test;

    if (!Begin(&Test, FILE_READ_DATA, "abcdef"))
        return;
    CHECK_STATUS(FsTestRead(Test.Handle, Test.Buffer, 16, 4, &Test.Done), STATUS_SUCCESS);
    CHECK_EQ(Test.Done, 2);
    CHECK(Holds(&Test, "ef"));
    CHECK_STATUS(FsTestRead(Test.Handle, Test.Buffer, 16, 6, NULL), STATUS_END_OF_FILE);
    CHECK_STATUS(FsTestRead(Test.Handle, Test.Buffer, 16, 600, NULL), STATUS_END_OF_FILE);
    CHECK_STATUS(FsTestRead(Test.Handle, Test.Buffer, 0, 600, NULL), STATUS_SUCCESS);
    End(&Test);
}

TEST(ZwReadFile, MovesThePosition)
{
    DATA_TEST Test;

    if (!Begin(&Test, FILE_READ_DATA, "abcdef"))
        return;
    CHECK_STATUS(FsTestRead(Test.Handle, Test.Buffer, 2, FS_TEST_NO_OFFSET, NULL), STATUS_SUCCESS);
    CHECK(Holds(&Test, "ab"));
    CHECK_STATUS(FsTestRead(Test.Handle, Test.Buffer, 2, FS_TEST_NO_OFFSET, NULL), STATUS_SUCCESS);
    CHECK(Holds(&Test, "cd"));
    CHECK_STATUS(FsTestRead(Test.Handle, Test.Buffer, 1, 0, NULL), STATUS_SUCCESS);
    CHECK_STATUS(FsTestRead(Test.Handle, Test.Buffer, 2, FS_TEST_NO_OFFSET, NULL), STATUS_SUCCESS);
    CHECK(Holds(&Test, "bc"));
    End(&Test);
}

TEST(ZwReadFile, FoldersHaveNoBytes)
{
    DATA_TEST Test;

    if (!Begin(&Test, FILE_READ_DATA, ""))
        return;
    CHECK_STATUS(
        FsTestRead(Test.Fs.Folder, Test.Buffer, 1, 0, NULL), STATUS_INVALID_DEVICE_REQUEST);
    End(&Test);
}

TEST(ZwWriteFile, ExtendsTheFileAndFillsWithZeros)
{
    DATA_TEST Test;

    if (!Begin(&Test, FILE_READ_DATA | FILE_WRITE_DATA, "ab"))
        return;
    CHECK_STATUS(FsTestWrite(Test.Handle, "xy", 4, &Test.Done), STATUS_SUCCESS);
    CHECK_EQ(Test.Done, 2);
    CHECK_STATUS(FsTestRead(Test.Handle, Test.Buffer, 16, 0, &Test.Done), STATUS_SUCCESS);
    CHECK_EQ(Test.Done, 6);
    CHECK_EQ(RtlCompareMemory(Test.Buffer, "ab\0\0xy", 6), 6);
    End(&Test);
}

TEST(ZwWriteFile, AtTheEnd)
{
    DATA_TEST Test;

    if (!Begin(&Test, FILE_READ_DATA | FILE_WRITE_DATA, "ab"))
        return;
    /* FILE_WRITE_TO_END_OF_FILE */
    CHECK_STATUS(FsTestWrite(Test.Handle, "cd", -1, NULL), STATUS_SUCCESS);
    CHECK_STATUS(FsTestRead(Test.Handle, Test.Buffer, 16, 0, &Test.Done), STATUS_SUCCESS);
    CHECK_EQ(Test.Done, 4);
    CHECK(Holds(&Test, "abcd"));
    End(&Test);
}

TEST(ZwWriteFile, TheRightToAppendIsForTheEndOnly)
{
    DATA_TEST Test;

    if (!Begin(&Test, FILE_READ_DATA | FILE_APPEND_DATA, "ab"))
        return;
    CHECK_STATUS(FsTestWrite(Test.Handle, "cd", 0, NULL), STATUS_SUCCESS);
    CHECK_STATUS(FsTestRead(Test.Handle, Test.Buffer, 16, 0, &Test.Done), STATUS_SUCCESS);
    CHECK_EQ(Test.Done, 4);
    CHECK(Holds(&Test, "abcd"));
    End(&Test);
}

TEST(ZwWriteFile, NegativeOffsetsAreNone)
{
    DATA_TEST Test;

    if (!Begin(&Test, FILE_WRITE_DATA, "ab"))
        return;
    CHECK_STATUS(FsTestWrite(Test.Handle, "cd", -3, NULL), STATUS_INVALID_PARAMETER);
    End(&Test);
}

TEST(ZwFlushBuffersFile, OfAFile)
{
    DATA_TEST Test;
    IO_STATUS_BLOCK Io;

    if (!Begin(&Test, FILE_WRITE_DATA, "ab"))
        return;
    CHECK_STATUS(FsTestWrite(Test.Handle, "cd", 0, NULL), STATUS_SUCCESS);
    CHECK_STATUS(ZwFlushBuffersFile(Test.Handle, &Io), STATUS_SUCCESS);
    End(&Test);
}
