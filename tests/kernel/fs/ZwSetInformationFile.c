/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwQueryInformationFile, ZwSetInformationFile on files of C:.
 */
#include "fs_test.h"

typedef struct RENAME_ROOM {
    FILE_RENAME_INFORMATION Rename;
    WCHAR Room[80];
} RENAME_ROOM;

static NTSTATUS Rename(HANDLE Handle, HANDLE Root, const WCHAR *Name, BOOLEAN Replace)
{
    RENAME_ROOM Request;
    UNICODE_STRING Text;
    IO_STATUS_BLOCK Io;

    RtlInitUnicodeString(&Text, Name);
    RtlZeroMemory(&Request, sizeof(Request));
    Request.Rename.ReplaceIfExists = Replace;
    Request.Rename.RootDirectory = Root;
    Request.Rename.FileNameLength = Text.Length;
    RtlCopyMemory(Request.Rename.FileName, Name, Text.Length);
    return ZwSetInformationFile(Handle, &Io, &Request, sizeof(Request), FileRenameInformation);
}

static BOOLEAN Open(FS_TEST *Test, const WCHAR *Name, ACCESS_MASK Access, HANDLE *Handle)
{
    return CHECK_STATUS(
        FsTestOpenAs(Test, Name, Access, 0, FS_SHARE_ALL, FILE_OPEN, 0, Handle), STATUS_SUCCESS);
}

TEST(ZwQueryInformationFile, BasicAndStandardOfAFile)
{
    FS_TEST Test;
    FILE_BASIC_INFORMATION Basic;
    FILE_STANDARD_INFORMATION Standard;
    IO_STATUS_BLOCK Io;
    HANDLE Handle;

    if (!FsTestBegin(&Test))
        return;
    FsTestMake(&Test, L"a", "abcde");
    if (Open(&Test, L"a", FILE_READ_ATTRIBUTES, &Handle)) {
        CHECK_STATUS(
            ZwQueryInformationFile(Handle, &Io, &Basic, sizeof(Basic), FileBasicInformation),
            STATUS_SUCCESS);
        CHECK_EQ(Io.Information, sizeof(Basic));
        CHECK_EQ(Basic.FileAttributes, FILE_ATTRIBUTE_ARCHIVE);
        CHECK(Basic.CreationTime.QuadPart != 0 &&
            Basic.LastWriteTime.QuadPart >= Basic.CreationTime.QuadPart);
        CHECK_STATUS(ZwQueryInformationFile(
                         Handle, &Io, &Standard, sizeof(Standard), FileStandardInformation),
            STATUS_SUCCESS);
        CHECK_EQ(Standard.EndOfFile.QuadPart, 5);
        CHECK_EQ(Standard.NumberOfLinks, 1);
        CHECK(!Standard.Directory && !Standard.DeletePending);
        ZwClose(Handle);
    }
    CHECK_STATUS(ZwQueryInformationFile(
                     Test.Folder, &Io, &Standard, sizeof(Standard), FileStandardInformation),
        STATUS_SUCCESS);
    CHECK(Standard.Directory);
    FsTestEnd(&Test);
}

TEST(ZwQueryInformationFile, TheNameBeginsAtTheVolume)
{
    FS_TEST Test;
    IO_STATUS_BLOCK Io;
    HANDLE Handle;
    struct {
        FILE_NAME_INFORMATION Name;
        WCHAR Room[40];
    } Answer;

    if (!FsTestBegin(&Test))
        return;
    FsTestMake(&Test, L"a", "");
    if (Open(&Test, L"a", FILE_READ_ATTRIBUTES, &Handle)) {
        CHECK_STATUS(
            ZwQueryInformationFile(Handle, &Io, &Answer, sizeof(Answer), FileNameInformation),
            STATUS_SUCCESS);
        UNICODE_STRING Name = {(USHORT)Answer.Name.FileNameLength,
            (USHORT)Answer.Name.FileNameLength, Answer.Name.FileName};
        CHECK_STRING(&Name, L"\\Windows\\Temp\\ktest_fs\\a");
        CHECK_STATUS(ZwQueryInformationFile(
                         Handle, &Io, &Answer, sizeof(FILE_NAME_INFORMATION), FileNameInformation),
            STATUS_BUFFER_OVERFLOW);
        CHECK_EQ(
            Answer.Name.FileNameLength, sizeof(L"\\Windows\\Temp\\ktest_fs\\a") - sizeof(WCHAR));
        ZwClose(Handle);
    }
    FsTestEnd(&Test);
}

TEST(ZwQueryInformationFile, AllAtOnce)
{
    FS_TEST Test;
    IO_STATUS_BLOCK Io;
    HANDLE Handle;
    struct {
        FILE_ALL_INFORMATION All;
        WCHAR Room[40];
    } Answer;

    if (!FsTestBegin(&Test))
        return;
    FsTestMake(&Test, L"a", "abc");
    if (Open(&Test, L"a", FILE_READ_ATTRIBUTES | FILE_READ_DATA, &Handle)) {
        CHECK_STATUS(
            ZwQueryInformationFile(Handle, &Io, &Answer, sizeof(Answer), FileAllInformation),
            STATUS_SUCCESS);
        CHECK_EQ(Answer.All.StandardInformation.EndOfFile.QuadPart, 3);
        CHECK_EQ(Answer.All.AccessInformation.AccessFlags,
            FILE_READ_ATTRIBUTES | FILE_READ_DATA | SYNCHRONIZE);
        CHECK_EQ(Answer.All.ModeInformation.Mode, FILE_SYNCHRONOUS_IO_NONALERT);
        CHECK_EQ(Answer.All.NameInformation.FileNameLength,
            sizeof(L"\\Windows\\Temp\\ktest_fs\\a") - sizeof(WCHAR));
        ZwClose(Handle);
    }
    FsTestEnd(&Test);
}

TEST(ZwSetInformationFile, AttributesAndTimes)
{
    FS_TEST Test;
    FILE_BASIC_INFORMATION Basic;
    IO_STATUS_BLOCK Io;
    HANDLE Handle;

    if (!FsTestBegin(&Test))
        return;
    FsTestMake(&Test, L"a", "abc");
    if (Open(&Test, L"a", FILE_READ_ATTRIBUTES | FILE_WRITE_ATTRIBUTES, &Handle)) {
        RtlZeroMemory(&Basic, sizeof(Basic));
        Basic.CreationTime.QuadPart = 125911584000000000;  /* 2000-01-01 */
        Basic.LastWriteTime.QuadPart = 126227808000000000; /* 2001-01-01 */
        Basic.FileAttributes = FILE_ATTRIBUTE_HIDDEN | FILE_ATTRIBUTE_READONLY;
        CHECK_STATUS(ZwSetInformationFile(Handle, &Io, &Basic, sizeof(Basic), FileBasicInformation),
            STATUS_SUCCESS);
        RtlZeroMemory(&Basic, sizeof(Basic));
        CHECK_STATUS(
            ZwQueryInformationFile(Handle, &Io, &Basic, sizeof(Basic), FileBasicInformation),
            STATUS_SUCCESS);
        CHECK_EQ(Basic.CreationTime.QuadPart, 125911584000000000);
        CHECK_EQ(Basic.LastWriteTime.QuadPart, 126227808000000000);
        CHECK_EQ(Basic.FileAttributes, FILE_ATTRIBUTE_HIDDEN | FILE_ATTRIBUTE_READONLY);
        RtlZeroMemory(&Basic, sizeof(Basic));
        Basic.FileAttributes = FILE_ATTRIBUTE_NORMAL;
        CHECK_STATUS(ZwSetInformationFile(Handle, &Io, &Basic, sizeof(Basic), FileBasicInformation),
            STATUS_SUCCESS);
        CHECK_STATUS(
            ZwQueryInformationFile(Handle, &Io, &Basic, sizeof(Basic), FileBasicInformation),
            STATUS_SUCCESS);
        CHECK_EQ(Basic.FileAttributes, FILE_ATTRIBUTE_NORMAL);
        CHECK_EQ(Basic.LastWriteTime.QuadPart, 126227808000000000);
        ZwClose(Handle);
    }
    FsTestEnd(&Test);
}

TEST(ZwSetInformationFile, TheEndOfFile)
{
    FS_TEST Test;
    FILE_END_OF_FILE_INFORMATION End;
    FILE_ALLOCATION_INFORMATION Allocation;
    IO_STATUS_BLOCK Io;
    HANDLE Handle;
    char Buffer[16];
    ULONG_PTR Done;

    if (!FsTestBegin(&Test))
        return;
    FsTestMake(&Test, L"a", "abcdef");
    if (Open(&Test, L"a", FILE_READ_DATA | FILE_WRITE_DATA, &Handle)) {
        End.EndOfFile.QuadPart = 2;
        CHECK_STATUS(ZwSetInformationFile(Handle, &Io, &End, sizeof(End), FileEndOfFileInformation),
            STATUS_SUCCESS);
        CHECK_STATUS(FsTestRead(Handle, Buffer, sizeof(Buffer), 0, &Done), STATUS_SUCCESS);
        CHECK_EQ(Done, 2);
        End.EndOfFile.QuadPart = 4;
        CHECK_STATUS(ZwSetInformationFile(Handle, &Io, &End, sizeof(End), FileEndOfFileInformation),
            STATUS_SUCCESS);
        CHECK_STATUS(FsTestRead(Handle, Buffer, sizeof(Buffer), 0, &Done), STATUS_SUCCESS);
        CHECK_EQ(Done, 4);
        CHECK_EQ(RtlCompareMemory(Buffer, "ab\0\0", 4), 4);
        Allocation.AllocationSize.QuadPart = 0;
        CHECK_STATUS(ZwSetInformationFile(
                         Handle, &Io, &Allocation, sizeof(Allocation), FileAllocationInformation),
            STATUS_SUCCESS);
        CHECK_STATUS(FsTestRead(Handle, Buffer, sizeof(Buffer), 0, &Done), STATUS_END_OF_FILE);
        End.EndOfFile.QuadPart = -1;
        CHECK_STATUS(ZwSetInformationFile(Handle, &Io, &End, sizeof(End), FileEndOfFileInformation),
                     STATUS_INVALID_PARAMETER);
        ZwClose(Handle);
    }
    FsTestEnd(&Test);
}

TEST(ZwSetInformationFile, DeletionIsPendingUntilTheLastHandle)
{
    FS_TEST Test;
    FILE_DISPOSITION_INFORMATION Keep = {FALSE};
    FILE_STANDARD_INFORMATION Standard;
    IO_STATUS_BLOCK Io;
    HANDLE Handle;

    if (!FsTestBegin(&Test))
        return;
    FsTestMake(&Test, L"a", "");
    if (Open(&Test, L"a", DELETE, &Handle)) {
        CHECK_STATUS(FsTestDelete(Handle), STATUS_SUCCESS);
        CHECK_STATUS(FsTestTry(&Test, L"a", FILE_READ_DATA, FILE_OPEN, 0), STATUS_DELETE_PENDING);
        CHECK_STATUS(FsTestTry(&Test, L"a", FILE_READ_DATA, FILE_CREATE, 0), STATUS_DELETE_PENDING);
        CHECK_STATUS(ZwQueryInformationFile(
                         Handle, &Io, &Standard, sizeof(Standard), FileStandardInformation),
            STATUS_SUCCESS);
        CHECK(Standard.DeletePending);
        CHECK_EQ(Standard.NumberOfLinks, 0);
        CHECK_STATUS(
            ZwSetInformationFile(Handle, &Io, &Keep, sizeof(Keep), FileDispositionInformation),
            STATUS_SUCCESS);
        CHECK(FsTestExists(&Test, L"a"));
        CHECK_STATUS(FsTestDelete(Handle), STATUS_SUCCESS);
        ZwClose(Handle);
    }
    CHECK(!FsTestExists(&Test, L"a"));
    FsTestEnd(&Test);
}

TEST(ZwSetInformationFile, WhatCannotBeDeleted)
{
    FS_TEST Test;
    HANDLE Handle;

    if (!FsTestBegin(&Test))
        return;
    FsTestMake(&Test, L"a", "");
    CHECK_STATUS(FsTestSetAttributes(&Test, L"a", FILE_ATTRIBUTE_READONLY), STATUS_SUCCESS);
    if (Open(&Test, L"a", DELETE, &Handle)) {
        CHECK_STATUS(FsTestDelete(Handle), STATUS_CANNOT_DELETE);
        ZwClose(Handle);
    }
    CHECK_STATUS(FsTestDelete(Test.Folder), STATUS_DIRECTORY_NOT_EMPTY);
    FsTestEnd(&Test);
}

TEST(ZwSetInformationFile, RenameInTheSameFolder)
{
    FS_TEST Test;
    HANDLE Handle;

    if (!FsTestBegin(&Test))
        return;
    FsTestMake(&Test, L"a", "abc");
    FsTestMake(&Test, L"b", "");
    if (Open(&Test, L"a", DELETE, &Handle)) {
        CHECK_STATUS(Rename(Handle, NULL, L"b", FALSE), STATUS_OBJECT_NAME_COLLISION);
        CHECK_STATUS(Rename(Handle, NULL, L"c", FALSE), STATUS_SUCCESS);
        CHECK(!FsTestExists(&Test, L"a"));
        CHECK(FsTestExists(&Test, L"c"));
        CHECK_STATUS(Rename(Handle, NULL, L"C", FALSE), STATUS_SUCCESS);
        CHECK_STATUS(Rename(Handle, NULL, L"b", TRUE), STATUS_SUCCESS);
        CHECK(!FsTestExists(&Test, L"c"));
        CHECK(FsTestExists(&Test, L"b"));
        CHECK_STATUS(Rename(Handle, NULL, L"x*", FALSE), STATUS_OBJECT_NAME_INVALID);
        CHECK(FsTestExists(&Test, L"b"));
        ZwClose(Handle);
    }
    FsTestEnd(&Test);
}

/* FILE_RENAME_POSIX_SEMANTICS: who has the other file open keeps it, without a name. */
TEST(ZwSetInformationFile, RenameOverAnOpenFile)
{
    FS_TEST Test;
    RENAME_ROOM Request;
    IO_STATUS_BLOCK Io;
    HANDLE Handle, Other;
    char Text[8] = {0};
    ULONG_PTR Done;
    NTSTATUS Status = STATUS_UNSUCCESSFUL;

    if (!FsTestBegin(&Test))
        return;
    FsTestMake(&Test, L"a", "new");
    FsTestMake(&Test, L"b", "old");
    if (Open(&Test, L"a", DELETE, &Handle)) {
        if (Open(&Test, L"b", FILE_READ_DATA, &Other)) {
            CHECK_STATUS(Rename(Handle, NULL, L"b", TRUE), STATUS_ACCESS_DENIED);
            RtlZeroMemory(&Request, sizeof(Request));
            *(ULONG *)&Request.Rename = 3; /* REPLACE_IF_EXISTS, POSIX_SEMANTICS */
            Request.Rename.FileNameLength = sizeof(WCHAR);
            Request.Rename.FileName[0] = L'b';
            Status = ZwSetInformationFile(Handle, &Io, &Request, sizeof(Request),
                                          65 /* FileRenameInformationEx */);
            if (Status != STATUS_INVALID_INFO_CLASS) {
                CHECK_STATUS(Status, STATUS_SUCCESS);
                CHECK(!FsTestExists(&Test, L"a"));
                CHECK_STATUS(FsTestRead(Other, Text, 3, 0, &Done), STATUS_SUCCESS);
                CHECK(RtlCompareMemory(Text, "old", 3) == 3);
                CHECK(FsTestExists(&Test, L"b"));
            }
            ZwClose(Other);
        }
        ZwClose(Handle);
    }
    if (FsTestExists(&Test, L"b") && Open(&Test, L"b", FILE_READ_DATA, &Handle)) {
        CHECK_STATUS(FsTestRead(Handle, Text, 3, 0, &Done), STATUS_SUCCESS);
        CHECK(RtlCompareMemory(Text, Status == STATUS_SUCCESS ? "new" : "old", 3) == 3);
        ZwClose(Handle);
    }
    FsTestEnd(&Test);
}

TEST(ZwSetInformationFile, RenameIntoAnotherFolder)
{
    FS_TEST Test;
    HANDLE Handle;

    if (!FsTestBegin(&Test))
        return;
    FsTestMake(&Test, L"a", "abc");
    CHECK_STATUS(FsTestTry(&Test, L"zsub", FILE_LIST_DIRECTORY, FILE_CREATE, FILE_DIRECTORY_FILE),
        STATUS_SUCCESS);
    if (Open(&Test, L"a", DELETE, &Handle)) {
        CHECK_STATUS(Rename(Handle, NULL, L"\\??\\C:\\Windows\\Temp\\ktest_fs\\zsub\\b", FALSE),
            STATUS_SUCCESS);
        CHECK(!FsTestExists(&Test, L"a"));
        CHECK(FsTestExists(&Test, L"zsub\\b"));
        CHECK_STATUS(Rename(Handle, NULL, L"\\??\\C:\\Windows\\Temp\\ktest_fs\\none\\b", FALSE),
                     STATUS_OBJECT_PATH_NOT_FOUND);
        CHECK_STATUS(Rename(Handle, Test.Folder, L"back", FALSE), STATUS_SUCCESS);
        CHECK(FsTestExists(&Test, L"back"));
        ZwClose(Handle);
    }
    FsTestEnd(&Test);
}

TEST(ZwSetInformationFile, AFolderWithOpenFilesStays)
{
    FS_TEST Test;
    HANDLE Folder, File;

    if (!FsTestBegin(&Test))
        return;
    CHECK_STATUS(FsTestTry(&Test, L"zsub", FILE_LIST_DIRECTORY, FILE_CREATE, FILE_DIRECTORY_FILE),
        STATUS_SUCCESS);
    FsTestMake(&Test, L"zsub\\a", "");
    if (Open(&Test, L"zsub", DELETE, &Folder)) {
        if (Open(&Test, L"zsub\\a", FILE_READ_DATA | DELETE, &File)) {
            CHECK_STATUS(Rename(Folder, NULL, L"zother", FALSE), STATUS_ACCESS_DENIED);
            FsTestDelete(File);
            ZwClose(File);
        }
        CHECK_STATUS(Rename(Folder, NULL, L"zother", FALSE), STATUS_SUCCESS);
        CHECK(FsTestExists(&Test, L"zother"));
        ZwClose(Folder);
    }
    FsTestEnd(&Test);
}
