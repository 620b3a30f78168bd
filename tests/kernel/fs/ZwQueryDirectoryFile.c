/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwQueryDirectoryFile - what is in a folder: patterns, one entry or many, starting over.
 */
#include "fs_test.h"

typedef struct LIST_TEST {
    FS_TEST Fs;
    HANDLE Folder; /* of the query; a new one for every pattern */
    IO_STATUS_BLOCK Io;
    union {
        FILE_NAMES_INFORMATION Names;
        FILE_BOTH_DIR_INFORMATION Both;
        FILE_DIRECTORY_INFORMATION Directory;
        UCHAR Room[2048];
    };
} LIST_TEST;

static BOOLEAN Begin(LIST_TEST *Test)
{
    if (!FsTestBegin(&Test->Fs))
        return FALSE;
    Test->Folder = NULL;
    FsTestMake(&Test->Fs, L"beta.txt", "12345");
    FsTestMake(&Test->Fs, L"Alpha.txt", "");
    FsTestMake(&Test->Fs, L"gamma.c", "");
    return TRUE;
}

static VOID End(LIST_TEST *Test)
{
    if (Test->Folder != NULL)
        ZwClose(Test->Folder);
    FsTestEnd(&Test->Fs);
}

static VOID Reopen(LIST_TEST *Test)
{
    if (Test->Folder != NULL)
        ZwClose(Test->Folder);
    if (!CHECK_STATUS(FsTestOpenAs(&Test->Fs, L"", FILE_LIST_DIRECTORY, 0, FS_SHARE_ALL, FILE_OPEN,
                          FILE_DIRECTORY_FILE, &Test->Folder),
            STATUS_SUCCESS))
        Test->Folder = NULL;
}

static NTSTATUS List(LIST_TEST *Test, const WCHAR *Pattern, FILE_INFORMATION_CLASS Class,
    BOOLEAN Single, BOOLEAN Restart)
{
    UNICODE_STRING Name;

    RtlInitUnicodeString(&Name, Pattern);
    RtlZeroMemory(Test->Room, sizeof(Test->Room));
    return ZwQueryDirectoryFile(Test->Folder, NULL, NULL, NULL, &Test->Io, Test->Room,
        sizeof(Test->Room), Class, Single, Pattern != NULL ? &Name : NULL, Restart);
}

static BOOLEAN Is(const WCHAR *Name, ULONG Bytes, const WCHAR *Expected)
{
    UNICODE_STRING Wanted;

    RtlInitUnicodeString(&Wanted, Expected);
    return Bytes == Wanted.Length && RtlCompareMemory(Name, Expected, Bytes) == Bytes;
}

TEST(ZwQueryDirectoryFile, OneAtATimeInOrder)
{
    static const WCHAR *const Expected[] = {L".", L"..", L"Alpha.txt", L"beta.txt", L"gamma.c"};
    LIST_TEST Test;

    if (!Begin(&Test))
        return;
    Reopen(&Test);
    for (ULONG Index = 0; Index < 5; Index++) {
        CHECK_STATUS(List(&Test, NULL, FileNamesInformation, TRUE, FALSE), STATUS_SUCCESS);
        CHECK(Is(Test.Names.FileName, Test.Names.FileNameLength, Expected[Index]));
        CHECK_EQ(Test.Names.NextEntryOffset, 0);
    }
    CHECK_STATUS(List(&Test, NULL, FileNamesInformation, TRUE, FALSE), STATUS_NO_MORE_FILES);
    CHECK_STATUS(List(&Test, NULL, FileNamesInformation, TRUE, TRUE), STATUS_SUCCESS);
    CHECK(Is(Test.Names.FileName, Test.Names.FileNameLength, L"."));
    End(&Test);
}

TEST(ZwQueryDirectoryFile, ManyAtOnce)
{
    LIST_TEST Test;
    ULONG Count = 1;

    if (!Begin(&Test))
        return;
    Reopen(&Test);
    CHECK_STATUS(List(&Test, L"*", FileNamesInformation, FALSE, FALSE), STATUS_SUCCESS);
    const FILE_NAMES_INFORMATION *Entry = &Test.Names;
    while (Entry->NextEntryOffset != 0) {
        CHECK_EQ(Entry->NextEntryOffset % 8, 0);
        Entry = (const FILE_NAMES_INFORMATION *)((const UCHAR *)Entry + Entry->NextEntryOffset);
        Count++;
    }
    CHECK_EQ(Count, 5);
    CHECK(Is(Entry->FileName, Entry->FileNameLength, L"gamma.c"));
    CHECK_EQ(
        Test.Io.Information, (const UCHAR *)Entry->FileName - Test.Room + Entry->FileNameLength);
    CHECK_STATUS(List(&Test, NULL, FileNamesInformation, FALSE, FALSE), STATUS_NO_MORE_FILES);
    End(&Test);
}

TEST(ZwQueryDirectoryFile, TheFirstPatternHolds)
{
    LIST_TEST Test;

    if (!Begin(&Test))
        return;
    Reopen(&Test);
    CHECK_STATUS(List(&Test, L"*.TXT", FileNamesInformation, TRUE, FALSE), STATUS_SUCCESS);
    CHECK(Is(Test.Names.FileName, Test.Names.FileNameLength, L"Alpha.txt"));
    CHECK_STATUS(List(&Test, L"*.c", FileNamesInformation, TRUE, FALSE), STATUS_SUCCESS);
    CHECK(Is(Test.Names.FileName, Test.Names.FileNameLength, L"beta.txt"));
    CHECK_STATUS(List(&Test, NULL, FileNamesInformation, TRUE, FALSE), STATUS_NO_MORE_FILES);
    End(&Test);
}

TEST(ZwQueryDirectoryFile, NothingMatches)
{
    LIST_TEST Test;

    if (!Begin(&Test))
        return;
    Reopen(&Test);
    CHECK_STATUS(List(&Test, L"nothing*", FileNamesInformation, TRUE, FALSE), STATUS_NO_SUCH_FILE);
    CHECK_STATUS(List(&Test, NULL, FileNamesInformation, TRUE, FALSE), STATUS_NO_MORE_FILES);
    End(&Test);
}

TEST(ZwQueryDirectoryFile, EntriesTellAboutTheFiles)
{
    LIST_TEST Test;

    if (!Begin(&Test))
        return;
    Reopen(&Test);
    CHECK_STATUS(
        List(&Test, L"BETA.txt", FileBothDirectoryInformation, TRUE, FALSE), STATUS_SUCCESS);
    CHECK(Is(Test.Both.FileName, Test.Both.FileNameLength, L"beta.txt"));
    CHECK_EQ(Test.Both.EndOfFile.QuadPart, 5);
    CHECK_EQ(Test.Both.FileAttributes & FILE_ATTRIBUTE_DIRECTORY, 0);
    CHECK(Test.Both.LastWriteTime.QuadPart != 0);
    Reopen(&Test);
    CHECK_STATUS(List(&Test, L".", FileDirectoryInformation, TRUE, FALSE), STATUS_SUCCESS);
    CHECK_EQ(Test.Directory.FileAttributes & FILE_ATTRIBUTE_DIRECTORY, FILE_ATTRIBUTE_DIRECTORY);
    End(&Test);
}

TEST(ZwQueryDirectoryFile, WhatItRefuses)
{
    LIST_TEST Test;
    HANDLE File;

    if (!Begin(&Test))
        return;
    Reopen(&Test);
    CHECK_STATUS(List(&Test, NULL, FileBasicInformation, TRUE, FALSE), STATUS_INVALID_INFO_CLASS);
    CHECK_STATUS(ZwQueryDirectoryFile(Test.Folder, NULL, NULL, NULL, &Test.Io, Test.Room, 8,
                     FileNamesInformation, TRUE, NULL, FALSE),
        STATUS_INFO_LENGTH_MISMATCH);
    if (CHECK_STATUS(FsTestOpenAs(&Test.Fs, L"gamma.c", FILE_READ_DATA, 0, FS_SHARE_ALL, FILE_OPEN,
                         0, &File),
            STATUS_SUCCESS)) {
        CHECK_STATUS(ZwQueryDirectoryFile(File, NULL, NULL, NULL, &Test.Io, Test.Room,
                         sizeof(Test.Room), FileNamesInformation, TRUE, NULL, FALSE),
            STATUS_INVALID_PARAMETER);
        ZwClose(File);
    }
    End(&Test);
}

typedef struct TOLD {
    KEVENT Told;
    PIO_STATUS_BLOCK Io;
    ULONG Count;
} TOLD;

static VOID NTAPI Tell(PVOID Context, PIO_STATUS_BLOCK IoStatus, ULONG Reserved)
{
    TOLD *Told = Context;

    (VOID)Reserved;
    Told->Io = IoStatus;
    Told->Count++;
    KeSetEvent(&Told->Told, IO_NO_INCREMENT, FALSE);
}

static NTSTATUS ListTelling(LIST_TEST *Test, HANDLE Event, TOLD *Told)
{
    return ZwQueryDirectoryFile(Test->Folder, Event, Told != NULL ? Tell : NULL, Told, &Test->Io,
        Test->Room, sizeof(Test->Room), FileNamesInformation, FALSE, NULL, FALSE);
}

/* Of a success and of a warning, but not of an error, which the call returns. */
TEST(ZwQueryDirectoryFile, TellsAnEventAndARoutine)
{
    LARGE_INTEGER Long = {.QuadPart = -10 * 10000000LL}, Now = {0};
    OBJECT_ATTRIBUTES Attributes;
    LIST_TEST Test;
    HANDLE Event;
    TOLD Told = {.Count = 0};

    KeInitializeEvent(&Told.Told, SynchronizationEvent, FALSE);
    InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    if (!CHECK_STATUS(
            ZwCreateEvent(&Event, EVENT_ALL_ACCESS, &Attributes, SynchronizationEvent, FALSE),
            STATUS_SUCCESS))
        return;
    if (Begin(&Test)) {
        Reopen(&Test);
        CHECK_STATUS(ListTelling(&Test, Event, &Told), STATUS_SUCCESS);
        CHECK_STATUS(
            KeWaitForSingleObject(&Told.Told, Executive, KernelMode, FALSE, &Long), STATUS_SUCCESS);
        CHECK_PTR(Told.Io, &Test.Io);
        CHECK_STATUS(Test.Io.Status, STATUS_SUCCESS);
        CHECK_STATUS(ZwWaitForSingleObject(Event, FALSE, &Now), STATUS_SUCCESS);
        CHECK_STATUS(ListTelling(&Test, Event, &Told), STATUS_NO_MORE_FILES);
        CHECK_STATUS(
            KeWaitForSingleObject(&Told.Told, Executive, KernelMode, FALSE, &Long), STATUS_SUCCESS);
        CHECK_STATUS(Test.Io.Status, STATUS_NO_MORE_FILES);
        CHECK_STATUS(ZwWaitForSingleObject(Event, FALSE, &Now), STATUS_SUCCESS);
        ZwClose(Test.Folder);
        Test.Folder = NULL;
        CHECK_STATUS(ListTelling(&Test, Event, &Told), STATUS_INVALID_HANDLE);
        CHECK_STATUS(ZwWaitForSingleObject(Event, FALSE, &Now), STATUS_TIMEOUT);
        CHECK_EQ(Told.Count, 2);
        End(&Test);
    }
    ZwClose(Event);
}

TEST(ZwQueryDirectoryFile, MindsTheEvent)
{
    LIST_TEST Test;

    if (!Begin(&Test))
        return;
    Reopen(&Test);
    CHECK_STATUS(ListTelling(&Test, Test.Folder, NULL), STATUS_OBJECT_TYPE_MISMATCH);
    CHECK_STATUS(ListTelling(&Test, NULL, NULL), STATUS_SUCCESS);
    End(&Test);
}

TEST(NtQueryDirectoryFile, AnswersASystemThread)
{
    LIST_TEST Test;

    if (!Begin(&Test))
        return;
    Reopen(&Test);
    CHECK_STATUS(NtQueryDirectoryFile(Test.Folder, NULL, NULL, NULL, &Test.Io, Test.Room,
                     sizeof(Test.Room), FileNamesInformation, TRUE, NULL, FALSE),
        STATUS_SUCCESS);
    CHECK(Is(Test.Names.FileName, Test.Names.FileNameLength, L"."));
    End(&Test);
}
