/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwQueryDirectoryFileEx, NtQueryDirectoryFileEx - a folder's entries, with flags.
 */
#include "fs_test.h"

#define RESTART    1 /* SL_… */
#define SINGLE     2
#define ON_DISK    8
#define APART      0x10 /* SL_NO_CURSOR_UPDATE_QUERY */
#define NO_FLAG    0x20

typedef NTSTATUS(NTAPI *QUERY_EX)(HANDLE File, HANDLE Event, PIO_APC_ROUTINE Routine,
    PVOID Context, PIO_STATUS_BLOCK Io, PVOID Buffer, ULONG Length, FILE_INFORMATION_CLASS Class,
    ULONG Flags, PUNICODE_STRING Name);

typedef struct LIST_TEST {
    FS_TEST Fs;
    HANDLE Folder;
    QUERY_EX Query;
    IO_STATUS_BLOCK Io;
    union {
        FILE_NAMES_INFORMATION Names;
        UCHAR Room[1024];
    };
} LIST_TEST;

static BOOLEAN Begin(LIST_TEST *Test, const WCHAR *Name)
{
    Test->Query = (QUERY_EX)(ULONG_PTR)KtestExport(Name);
    if (Test->Query == NULL) {
        skip("Windows 10, version 1709 and later");
        return FALSE;
    }
    if (!FsTestBegin(&Test->Fs))
        return FALSE;
    FsTestMake(&Test->Fs, L"a.txt", "");
    FsTestMake(&Test->Fs, L"b.txt", "");
    FsTestMake(&Test->Fs, L"c.doc", "");
    if (CHECK_STATUS(FsTestOpenAs(&Test->Fs, L"", FILE_LIST_DIRECTORY, 0, FS_SHARE_ALL, FILE_OPEN,
                         FILE_DIRECTORY_FILE, &Test->Folder),
            STATUS_SUCCESS))
        return TRUE;
    FsTestEnd(&Test->Fs);
    return FALSE;
}

static VOID End(LIST_TEST *Test)
{
    ZwClose(Test->Folder);
    FsTestEnd(&Test->Fs);
}

static NTSTATUS List(LIST_TEST *Test, const WCHAR *Pattern, ULONG Flags)
{
    UNICODE_STRING Name;

    RtlInitUnicodeString(&Name, Pattern);
    RtlZeroMemory(Test->Room, sizeof(Test->Room));
    return Test->Query(Test->Folder, NULL, NULL, NULL, &Test->Io, Test->Room, sizeof(Test->Room),
        FileNamesInformation, Flags, Pattern != NULL ? &Name : NULL);
}

/* The one entry there is begins with this letter. */
static VOID CheckEntry(const LIST_TEST *Test, WCHAR First)
{
    CHECK_EQ(Test->Names.NextEntryOffset, 0);
    CHECK_EQ(Test->Names.FileNameLength, 5 * sizeof(WCHAR));
    CHECK_EQ(Test->Names.FileName[0], First);
}

static VOID HeedsFlags(const WCHAR *Name)
{
    LIST_TEST Test;

    if (!Begin(&Test, Name))
        return;
    CHECK_STATUS(List(&Test, L"*.txt", SINGLE | ON_DISK), STATUS_SUCCESS);
    CheckEntry(&Test, L'a');
    CHECK_STATUS(List(&Test, NULL, SINGLE), STATUS_SUCCESS);
    CheckEntry(&Test, L'b');
    CHECK_STATUS(List(&Test, NULL, SINGLE), STATUS_NO_MORE_FILES);
    CHECK_STATUS(List(&Test, NULL, SINGLE | RESTART), STATUS_SUCCESS);
    CheckEntry(&Test, L'a');
    CHECK_STATUS(List(&Test, NULL, RESTART), STATUS_SUCCESS);
    CHECK(Test.Names.NextEntryOffset != 0);
    End(&Test);
}

TEST(ZwQueryDirectoryFileEx, HeedsFlags)
{
    HeedsFlags(L"ZwQueryDirectoryFileEx");
}

TEST(NtQueryDirectoryFileEx, HeedsFlags)
{
    HeedsFlags(L"NtQueryDirectoryFileEx");
}

TEST(ZwQueryDirectoryFileEx, LeavesTheHandlesQueryAlone)
{
    LIST_TEST Test;

    if (!Begin(&Test, L"ZwQueryDirectoryFileEx"))
        return;
    CHECK_STATUS(List(&Test, L"*.txt", SINGLE), STATUS_SUCCESS);
    CheckEntry(&Test, L'a');
    CHECK_STATUS(List(&Test, L"c.doc", SINGLE | APART), STATUS_SUCCESS);
    CheckEntry(&Test, L'c');
    CHECK_STATUS(List(&Test, L"c.doc", SINGLE | APART), STATUS_SUCCESS);
    CheckEntry(&Test, L'c');
    CHECK_STATUS(List(&Test, L"none", SINGLE | APART), STATUS_NO_SUCH_FILE);
    CHECK_STATUS(List(&Test, NULL, SINGLE), STATUS_SUCCESS);
    CheckEntry(&Test, L'b');
    End(&Test);
}

TEST(ZwQueryDirectoryFileEx, RefusesWhatIsNone)
{
    LIST_TEST Test;

    if (!Begin(&Test, L"ZwQueryDirectoryFileEx"))
        return;
    CHECK_STATUS(List(&Test, NULL, NO_FLAG), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Test.Query(Test.Folder, NULL, NULL, NULL, &Test.Io, Test.Room, sizeof(Test.Room),
                     FileBasicInformation, 0, NULL),
        STATUS_INVALID_INFO_CLASS);
    CHECK_STATUS(Test.Query(Test.Folder, NULL, NULL, NULL, &Test.Io, Test.Room, 4,
                     FileNamesInformation, 0, NULL),
        STATUS_INFO_LENGTH_MISMATCH);
    CHECK_STATUS(Test.Query((HANDLE)0x7FFF0, NULL, NULL, NULL, &Test.Io, Test.Room,
                     sizeof(Test.Room), FileNamesInformation, 0, NULL),
        STATUS_INVALID_HANDLE);
    End(&Test);
}
