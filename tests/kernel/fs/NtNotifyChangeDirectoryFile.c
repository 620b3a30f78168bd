/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * NtNotifyChangeDirectoryFile - what changes in a folder of C:.
 */
#include "fs_test.h"

NTSYSAPI NTSTATUS NTAPI NtNotifyChangeDirectoryFile(HANDLE Folder, HANDLE Event,
    PIO_APC_ROUTINE Routine, PVOID Context, PIO_STATUS_BLOCK IoStatus, PVOID Buffer, ULONG Length,
    ULONG Filter, BOOLEAN WatchTree);
NTSYSAPI NTSTATUS NTAPI ZwCancelIoFile(HANDLE File, PIO_STATUS_BLOCK IoStatus);

#define NAMES (FILE_NOTIFY_CHANGE_FILE_NAME | FILE_NOTIFY_CHANGE_DIR_NAME)

typedef struct WATCH {
    HANDLE Folder, Event;
    IO_STATUS_BLOCK IoStatus;
    union {
        FILE_NOTIFY_INFORMATION First;
        UCHAR Bytes[1024];
    } Answer;
} WATCH;

/* The test's folder once more, for requests that pend. */
static BOOLEAN BeginWatch(FS_TEST *Test, WATCH *Watch)
{
    OBJECT_ATTRIBUTES Object;
    KTEST_STRING(Name, L"\\??\\C:\\Windows\\Temp\\ktest_fs");

    RtlZeroMemory(Watch, sizeof(*Watch));
    if (!FsTestBegin(Test))
        return FALSE;
    InitializeObjectAttributes(&Object, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    if (!CHECK_STATUS(
            ZwCreateEvent(&Watch->Event, EVENT_ALL_ACCESS, &Object, SynchronizationEvent, FALSE),
            STATUS_SUCCESS))
        return FALSE;
    InitializeObjectAttributes(
        &Object, &Name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    return CHECK_STATUS(
        ZwCreateFile(&Watch->Folder, FILE_LIST_DIRECTORY | SYNCHRONIZE, &Object, &Watch->IoStatus,
            NULL, 0, FS_SHARE_ALL, FILE_OPEN, FILE_DIRECTORY_FILE, NULL, 0),
        STATUS_SUCCESS);
}

static VOID EndWatch(FS_TEST *Test, WATCH *Watch)
{
    if (Watch->Folder != NULL)
        ZwClose(Watch->Folder);
    ZwClose(Watch->Event);
    FsTestEnd(Test);
}

static NTSTATUS Ask(WATCH *Watch, ULONG Length, ULONG Filter, BOOLEAN Tree)
{
    RtlZeroMemory(&Watch->Answer, sizeof(Watch->Answer));
    return NtNotifyChangeDirectoryFile(Watch->Folder, Watch->Event, NULL, NULL, &Watch->IoStatus,
        &Watch->Answer, Length, Filter, Tree);
}

static VOID Await(WATCH *Watch, NTSTATUS Status)
{
    CHECK_STATUS(ZwWaitForSingleObject(Watch->Event, FALSE, NULL), STATUS_SUCCESS);
    CHECK_STATUS(Watch->IoStatus.Status, Status);
}

static BOOLEAN IsEntry(const FILE_NOTIFY_INFORMATION *Entry, ULONG Action, const WCHAR *Name)
{
    UNICODE_STRING Wanted;

    RtlInitUnicodeString(&Wanted, Name);
    return CHECK_EQ(Entry->Action, Action) && CHECK_EQ(Entry->FileNameLength, Wanted.Length) &&
           CHECK_EQ(RtlCompareMemory(Entry->FileName, Wanted.Buffer, Wanted.Length), Wanted.Length);
}

static const FILE_NOTIFY_INFORMATION *Next(const FILE_NOTIFY_INFORMATION *Entry)
{
    CHECK(Entry->NextEntryOffset != 0);
    return (const FILE_NOTIFY_INFORMATION *)((const UCHAR *)Entry + Entry->NextEntryOffset);
}

static VOID Delete(FS_TEST *Test, const WCHAR *Name)
{
    CHECK_STATUS(FsTestTry(Test, Name, DELETE, FILE_OPEN, FILE_DELETE_ON_CLOSE), STATUS_SUCCESS);
}

static VOID Rename(FS_TEST *Test, const WCHAR *From, HANDLE Root, const WCHAR *To)
{
    union {
        FILE_RENAME_INFORMATION Rename;
        UCHAR Room[sizeof(FILE_RENAME_INFORMATION) + 64];
    } Given;
    UNICODE_STRING Name;
    IO_STATUS_BLOCK Io;
    HANDLE Handle;

    RtlInitUnicodeString(&Name, To);
    RtlZeroMemory(&Given, sizeof(Given));
    Given.Rename.RootDirectory = Root;
    Given.Rename.FileNameLength = Name.Length;
    RtlCopyMemory(Given.Rename.FileName, Name.Buffer, Name.Length);
    if (!CHECK_STATUS(FsTestOpenAs(Test, From, DELETE, 0, FS_SHARE_ALL, FILE_OPEN, 0, &Handle),
            STATUS_SUCCESS))
        return;
    CHECK_STATUS(ZwSetInformationFile(Handle, &Io, &Given, sizeof(Given), FileRenameInformation),
        STATUS_SUCCESS);
    ZwClose(Handle);
}

TEST(NtNotifyChangeDirectoryFile, TellsOfNames)
{
    FS_TEST Test;
    WATCH Watch;

    if (!BeginWatch(&Test, &Watch))
        return;
    CHECK_STATUS(Ask(&Watch, sizeof(Watch.Answer), NAMES, FALSE), STATUS_PENDING);
    FsTestMake(&Test, L"made.txt", "text");
    Await(&Watch, STATUS_SUCCESS);
    IsEntry(&Watch.Answer.First, FILE_ACTION_ADDED, L"made.txt");
    CHECK_STATUS(Ask(&Watch, sizeof(Watch.Answer), NAMES, FALSE), STATUS_PENDING);
    Delete(&Test, L"made.txt");
    Await(&Watch, STATUS_SUCCESS);
    IsEntry(&Watch.Answer.First, FILE_ACTION_REMOVED, L"made.txt");
    CHECK_STATUS(Ask(&Watch, sizeof(Watch.Answer), NAMES, FALSE), STATUS_PENDING);
    CHECK_STATUS(FsTestTry(&Test, L"folder", FILE_LIST_DIRECTORY, FILE_CREATE, FILE_DIRECTORY_FILE),
        STATUS_SUCCESS);
    Await(&Watch, STATUS_SUCCESS);
    IsEntry(&Watch.Answer.First, FILE_ACTION_ADDED, L"folder");
    EndWatch(&Test, &Watch);
}

TEST(NtNotifyChangeDirectoryFile, TellsOfRenaming)
{
    FS_TEST Test;
    WATCH Watch;
    HANDLE Sub;

    if (!BeginWatch(&Test, &Watch))
        return;
    FsTestMake(&Test, L"old.txt", "text");
    CHECK_STATUS(FsTestOpenAs(&Test, L"sub", FILE_LIST_DIRECTORY | FILE_TRAVERSE | DELETE, 0,
                     FS_SHARE_ALL, FILE_CREATE, FILE_DIRECTORY_FILE, &Sub),
        STATUS_SUCCESS);
    CHECK_STATUS(Ask(&Watch, sizeof(Watch.Answer), NAMES, TRUE), STATUS_PENDING);
    Rename(&Test, L"old.txt", NULL, L"new.txt");
    Await(&Watch, STATUS_SUCCESS);
    if (IsEntry(&Watch.Answer.First, FILE_ACTION_RENAMED_OLD_NAME, L"old.txt"))
        IsEntry(Next(&Watch.Answer.First), FILE_ACTION_RENAMED_NEW_NAME, L"new.txt");
    /* Into another folder it is removed here and added there. */
    CHECK_STATUS(Ask(&Watch, sizeof(Watch.Answer), NAMES, TRUE), STATUS_PENDING);
    Rename(&Test, L"new.txt", Sub, L"new.txt");
    Await(&Watch, STATUS_SUCCESS);
    IsEntry(&Watch.Answer.First, FILE_ACTION_REMOVED, L"new.txt");
    /* although it is done */
    CHECK_STATUS(Ask(&Watch, sizeof(Watch.Answer), NAMES, TRUE), STATUS_PENDING);
    Await(&Watch, STATUS_SUCCESS);
    IsEntry(&Watch.Answer.First, FILE_ACTION_ADDED, L"sub\\new.txt");
    Delete(&Test, L"sub\\new.txt");
    FsTestDelete(Sub);
    ZwClose(Sub);
    EndWatch(&Test, &Watch);
}

TEST(NtNotifyChangeDirectoryFile, TellsOfContents)
{
    FS_TEST Test;
    WATCH Watch;
    HANDLE File;

    if (!BeginWatch(&Test, &Watch))
        return;
    FsTestMake(&Test, L"file", "");
    CHECK_STATUS(Ask(&Watch, sizeof(Watch.Answer), FILE_NOTIFY_CHANGE_SIZE, FALSE), STATUS_PENDING);
    if (CHECK_STATUS(
            FsTestOpenAs(&Test, L"file", FILE_WRITE_DATA, 0, FS_SHARE_ALL, FILE_OPEN, 0, &File),
            STATUS_SUCCESS)) {
        CHECK_STATUS(FsTestWrite(File, "longer", 0, NULL), STATUS_SUCCESS);
        ZwClose(File);
        Await(&Watch, STATUS_SUCCESS);
        IsEntry(&Watch.Answer.First, FILE_ACTION_MODIFIED, L"file");
    }
    EndWatch(&Test, &Watch);
    if (!BeginWatch(&Test, &Watch))
        return;
    FsTestMake(&Test, L"file", "");
    CHECK_STATUS(
        Ask(&Watch, sizeof(Watch.Answer), FILE_NOTIFY_CHANGE_ATTRIBUTES, FALSE), STATUS_PENDING);
    CHECK_STATUS(FsTestSetAttributes(&Test, L"file", FILE_ATTRIBUTE_HIDDEN), STATUS_SUCCESS);
    Await(&Watch, STATUS_SUCCESS);
    IsEntry(&Watch.Answer.First, FILE_ACTION_MODIFIED, L"file");
    EndWatch(&Test, &Watch);
}

TEST(NtNotifyChangeDirectoryFile, GathersBetweenCalls)
{
    FS_TEST Test;
    WATCH Watch;

    if (!BeginWatch(&Test, &Watch))
        return;
    CHECK_STATUS(Ask(&Watch, sizeof(Watch.Answer), NAMES, FALSE), STATUS_PENDING);
    FsTestMake(&Test, L"one", "");
    FsTestMake(&Test, L"two", "");
    FsTestMake(&Test, L"three", "");
    Await(&Watch, STATUS_SUCCESS);
    IsEntry(&Watch.Answer.First, FILE_ACTION_ADDED, L"one");
    /* although it is done */
    CHECK_STATUS(Ask(&Watch, sizeof(Watch.Answer), NAMES, FALSE), STATUS_PENDING);
    Await(&Watch, STATUS_SUCCESS);
    if (IsEntry(&Watch.Answer.First, FILE_ACTION_ADDED, L"two"))
        IsEntry(Next(&Watch.Answer.First), FILE_ACTION_ADDED, L"three");
    EndWatch(&Test, &Watch);
    if (!BeginWatch(&Test, &Watch))
        return;
    CHECK_STATUS(Ask(&Watch, 16, NAMES, FALSE), STATUS_PENDING);
    FsTestMake(&Test, L"a long name", "");
    Await(&Watch, STATUS_NOTIFY_ENUM_DIR);
    CHECK_EQ(Watch.IoStatus.Information, 0);
    EndWatch(&Test, &Watch);
}

TEST(NtNotifyChangeDirectoryFile, EndsWithTheHandle)
{
    FS_TEST Test;
    WATCH Watch;

    if (!BeginWatch(&Test, &Watch))
        return;
    CHECK_STATUS(Ask(&Watch, sizeof(Watch.Answer), NAMES, FALSE), STATUS_PENDING);
    ZwClose(Watch.Folder);
    Watch.Folder = NULL;
    Await(&Watch, STATUS_NOTIFY_CLEANUP);
    EndWatch(&Test, &Watch);
}

TEST(NtNotifyChangeDirectoryFile, EndsWithTheFolder)
{
    FS_TEST Test;
    WATCH Watch;

    if (!BeginWatch(&Test, &Watch))
        return;
    CHECK_STATUS(Ask(&Watch, sizeof(Watch.Answer), NAMES, FALSE), STATUS_PENDING);
    CHECK_STATUS(FsTestDelete(Test.Folder), STATUS_SUCCESS);
    Await(&Watch, STATUS_DELETE_PENDING);
    CHECK_STATUS(Ask(&Watch, sizeof(Watch.Answer), NAMES, FALSE), STATUS_DELETE_PENDING);
    EndWatch(&Test, &Watch);
}

TEST(NtNotifyChangeDirectoryFile, CanBeCancelled)
{
    FS_TEST Test;
    WATCH Watch;
    IO_STATUS_BLOCK IoStatus;

    if (!BeginWatch(&Test, &Watch))
        return;
    CHECK_STATUS(Ask(&Watch, sizeof(Watch.Answer), NAMES, FALSE), STATUS_PENDING);
    CHECK_STATUS(ZwCancelIoFile(Watch.Folder, &IoStatus), STATUS_SUCCESS);
    Await(&Watch, STATUS_CANCELLED);
    EndWatch(&Test, &Watch);
}

TEST(NtNotifyChangeDirectoryFile, RefusesWhatMakesNoSense)
{
    FS_TEST Test;
    WATCH Watch;
    HANDLE File;

    if (!BeginWatch(&Test, &Watch))
        return;
    CHECK_STATUS(Ask(&Watch, sizeof(Watch.Answer), 0, FALSE), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Ask(&Watch, sizeof(Watch.Answer), 0x8000, FALSE), STATUS_INVALID_PARAMETER);
    FsTestMake(&Test, L"file", "");
    CHECK_STATUS(FsTestOpenAs(&Test, L"file", FILE_READ_DATA, 0, FS_SHARE_ALL, FILE_OPEN, 0, &File),
        STATUS_SUCCESS);
    CHECK_STATUS(NtNotifyChangeDirectoryFile(
                     File, NULL, NULL, NULL, &Watch.IoStatus, &Watch.Answer, 64, NAMES, FALSE),
        STATUS_INVALID_PARAMETER);
    ZwClose(File);
    CHECK_STATUS(NtNotifyChangeDirectoryFile((HANDLE)(ULONG_PTR)0x7FFC, NULL, NULL, NULL,
                     &Watch.IoStatus, &Watch.Answer, 64, NAMES, FALSE),
        STATUS_INVALID_HANDLE);
    EndWatch(&Test, &Watch);
}
