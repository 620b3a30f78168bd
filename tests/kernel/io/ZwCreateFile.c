/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwCreateFile - opening a device: what the driver sees, what comes back, and how files end.
 */
#include "file_test.h"
#include "kvariable.h"

IMPORT_VARIABLE(POBJECT_TYPE, IoFileObjectType);

static NTSTATUS Create(const WCHAR *Name, ACCESS_MASK Access, ULONG Disposition, ULONG Options,
                       PIO_STATUS_BLOCK IoStatus, PHANDLE Handle)
{
    OBJECT_ATTRIBUTES Attributes;
    UNICODE_STRING String;

    RtlInitUnicodeString(&String, Name);
    InitializeObjectAttributes(&Attributes, &String, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL,
                               NULL);
    return ZwCreateFile(Handle, Access, &Attributes, IoStatus, NULL, FILE_ATTRIBUTE_HIDDEN,
                        FILE_SHARE_READ | FILE_SHARE_DELETE, Disposition, Options, NULL, 0);
}

TEST(ZwCreateFile, SendsCreateCleanupAndClose)
{
    FILE_TEST Test;
    IO_STATUS_BLOCK IoStatus;
    HANDLE Handle;

    if (!FileTestBegin(&Test, 0))
        return;
    RtlFillMemory(&IoStatus, sizeof(IoStatus), 0xEE);
    Test.CreateInformation = FILE_CREATED;
    if (CHECK_STATUS(Create(FILE_TEST_NAME, FILE_READ_DATA, FILE_OPEN, 0, &IoStatus, &Handle),
                     STATUS_SUCCESS)) {
        CHECK_STATUS(IoStatus.Status, STATUS_SUCCESS);
        CHECK_EQ(IoStatus.Information, FILE_CREATED);
        CHECK(FileTestTrailIs(&Test, "C"));
        CHECK_STATUS(ZwClose(Handle), STATUS_SUCCESS);
        CHECK(FileTestTrailIs(&Test, "Clc"));
    }
    FileTestEnd(&Test);
}

TEST(ZwCreateFile, TheDriverSeesTheParameters)
{
    FILE_TEST Test;
    IO_STATUS_BLOCK IoStatus;
    HANDLE Handle;

    if (!FileTestBegin(&Test, 0))
        return;
    if (CHECK_STATUS(Create(FILE_TEST_NAME, FILE_READ_DATA | SYNCHRONIZE, FILE_OPEN_IF,
                            FILE_SYNCHRONOUS_IO_NONALERT | FILE_NON_DIRECTORY_FILE, &IoStatus,
                            &Handle),
                     STATUS_SUCCESS)) {
        CHECK_EQ(Test.Create.Mode, KernelMode);
        CHECK_EQ(Test.Create.Irql, PASSIVE_LEVEL);
        CHECK_EQ(Test.Create.Stack.Parameters.Create.Options >> 24, FILE_OPEN_IF);
        CHECK_EQ(Test.Create.Stack.Parameters.Create.Options & 0xFFFFFF,
                 FILE_SYNCHRONOUS_IO_NONALERT | FILE_NON_DIRECTORY_FILE);
        CHECK_EQ(Test.Create.Stack.Parameters.Create.FileAttributes, FILE_ATTRIBUTE_HIDDEN);
        CHECK_EQ(Test.Create.Stack.Parameters.Create.ShareAccess,
                 FILE_SHARE_READ | FILE_SHARE_DELETE);
        CHECK_EQ(Test.Create.Stack.Parameters.Create.EaLength, 0);
        CHECK_PTR(Test.Create.Stack.DeviceObject, Test.Device);
        CHECK(Test.Create.File != NULL);
        ZwClose(Handle);
    }
    FileTestEnd(&Test);
}

TEST(ZwCreateFile, TheFileObjectBelongsToTheDevice)
{
    FILE_TEST Test;
    IO_STATUS_BLOCK IoStatus;
    PFILE_OBJECT File;
    PVOID Object;
    HANDLE Handle;

    if (!FileTestBegin(&Test, 0))
        return;
    if (CHECK_STATUS(Create(FILE_TEST_NAME, FILE_READ_DATA | SYNCHRONIZE, FILE_OPEN,
                            FILE_SYNCHRONOUS_IO_NONALERT, &IoStatus, &Handle),
                     STATUS_SUCCESS)) {
        if (CHECK_STATUS(ObReferenceObjectByHandle(Handle, 0, IMPORTED(IoFileObjectType),
                                                   KernelMode, &Object, NULL),
                         STATUS_SUCCESS)) {
            File = Object;
            CHECK_PTR(File, Test.Create.File);
            CHECK_EQ(File->Type, IO_TYPE_FILE);
            CHECK_PTR(File->DeviceObject, Test.Device);
            CHECK((File->Flags & FO_SYNCHRONOUS_IO) != 0);
            CHECK_EQ(File->CurrentByteOffset.QuadPart, 0);
            CHECK_EQ(File->FileName.Length, 0);
            ObDereferenceObject(File);
        }
        ZwClose(Handle);
    }
    FileTestEnd(&Test);
}

TEST(ZwCreateFile, PassesTheRestOfTheName)
{
    FILE_TEST Test;
    IO_STATUS_BLOCK IoStatus;
    HANDLE Handle;
    UNICODE_STRING Seen;

    if (!FileTestBegin(&Test, 0))
        return;
    if (CHECK_STATUS(Create(FILE_TEST_NAME L"\\Folder\\File.txt", FILE_READ_DATA, FILE_OPEN, 0,
                            &IoStatus, &Handle),
                     STATUS_SUCCESS)) {
        RtlInitUnicodeString(&Seen, Test.CreateName);
        CHECK_STRING(&Seen, L"\\Folder\\File.txt");
        ZwClose(Handle);
    }
    if (CHECK_STATUS(Create(FILE_TEST_NAME, FILE_READ_DATA, FILE_OPEN, 0, &IoStatus, &Handle),
                     STATUS_SUCCESS)) {
        CHECK_EQ(Test.CreateName[0], 0);
        ZwClose(Handle);
    }
    FileTestEnd(&Test);
}

/* A name relative to an open file goes to its driver as it is, with that file. */
TEST(ZwCreateFile, OpensRelativeToAFile)
{
    FILE_TEST Test;
    OBJECT_ATTRIBUTES Attributes;
    IO_STATUS_BLOCK IoStatus;
    PFILE_OBJECT RootFile;
    UNICODE_STRING Name;
    HANDLE Root, Handle;

    if (!FileTestBegin(&Test, 0))
        return;
    Root = FileTestOpen(FALSE);
    if (Root != NULL) {
        RootFile = Test.Create.File;
        CHECK_PTR(Test.Create.Related, NULL);
        RtlInitUnicodeString(&Name, L"Sub\\File");
        InitializeObjectAttributes(&Attributes, &Name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE,
                                   Root, NULL);
        if (CHECK_STATUS(ZwCreateFile(&Handle, FILE_READ_DATA, &Attributes, &IoStatus, NULL, 0, 0,
                                      FILE_OPEN, 0, NULL, 0),
                         STATUS_SUCCESS)) {
            CHECK(Test.Create.File != RootFile);
            CHECK_PTR(Test.Create.Related, RootFile);
            RtlInitUnicodeString(&Name, Test.CreateName);
            CHECK_STRING(&Name, L"Sub\\File");
            ZwClose(Handle);
        }
        ZwClose(Root);
        CHECK(FileTestTrailIs(&Test, "CClclc"));
    }
    FileTestEnd(&Test);
}

/* A create that failed never was a file: no cleanup, no close. */
TEST(ZwCreateFile, ReturnsTheDriversRefusal)
{
    FILE_TEST Test;
    IO_STATUS_BLOCK IoStatus;
    HANDLE Handle = NULL;

    if (!FileTestBegin(&Test, 0))
        return;
    Test.CreateStatus = STATUS_NO_MEDIA_IN_DEVICE;
    CHECK_STATUS(Create(FILE_TEST_NAME, FILE_READ_DATA, FILE_OPEN, 0, &IoStatus, &Handle),
                 STATUS_NO_MEDIA_IN_DEVICE);
    CHECK_PTR(Handle, NULL);
    CHECK(FileTestTrailIs(&Test, "C"));
    FileTestEnd(&Test);
}

/* Any success opens the file, and is what the opener is told. */
TEST(ZwCreateFile, ReturnsTheDriversKindOfSuccess)
{
    FILE_TEST Test;
    IO_STATUS_BLOCK IoStatus;
    HANDLE Handle;

    if (!FileTestBegin(&Test, 0))
        return;
    Test.CreateStatus = STATUS_OPLOCK_BREAK_IN_PROGRESS;
    if (CHECK_STATUS(Create(FILE_TEST_NAME, FILE_READ_DATA, FILE_OPEN, 0, &IoStatus, &Handle),
                     STATUS_OPLOCK_BREAK_IN_PROGRESS)) {
        CHECK_STATUS(IoStatus.Status, STATUS_OPLOCK_BREAK_IN_PROGRESS);
        CHECK_EQ(IoStatus.Information, FILE_OPENED);
        ZwClose(Handle);
    }
    CHECK(FileTestTrailIs(&Test, "Clc"));
    FileTestEnd(&Test);
}

/* The file object that was to be is gone without a word; the name it got is opened in its place. */
TEST(ZwCreateFile, BeginsAnewWithTheDriversName)
{
    FILE_TEST Test;
    IO_STATUS_BLOCK IoStatus;
    UNICODE_STRING Seen;
    HANDLE Handle;

    if (!FileTestBegin(&Test, 0))
        return;
    Test.Redirect = FILE_TEST_NAME L"\\Another name";
    if (CHECK_STATUS(
            Create(FILE_TEST_NAME L"\\One", FILE_READ_DATA, FILE_OPEN, 0, &IoStatus, &Handle),
            STATUS_SUCCESS)) {
        RtlInitUnicodeString(&Seen, Test.CreateName);
        CHECK_STRING(&Seen, L"\\Another name");
        CHECK_STATUS(IoStatus.Status, STATUS_SUCCESS);
        CHECK_EQ(IoStatus.Information, FILE_OPENED);
        CHECK(FileTestTrailIs(&Test, "CC"));
        ZwClose(Handle);
    }
    CHECK(FileTestTrailIs(&Test, "CClc"));
    Test.Redirect = L"\\Device\\KtestIoNothing";
    CHECK_STATUS(
        Create(FILE_TEST_NAME L"\\One", FILE_READ_DATA, FILE_OPEN, 0, &IoStatus, &Handle),
        STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK(FileTestTrailIs(&Test, "CClcC"));
    FileTestEnd(&Test);
}

TEST(ZwCreateFile, RefusesWhatIsNotThere)
{
    IO_STATUS_BLOCK IoStatus;
    HANDLE Handle;

    CHECK_STATUS(
        Create(L"\\Device\\KtestIoNothing", FILE_READ_DATA, FILE_OPEN, 0, &IoStatus, &Handle),
        STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_STATUS(
        Create(L"\\KtestNoSuchFolder\\Name", FILE_READ_DATA, FILE_OPEN, 0, &IoStatus, &Handle),
        STATUS_OBJECT_PATH_NOT_FOUND);
    CHECK_STATUS(Create(L"KtestRelative", FILE_READ_DATA, FILE_OPEN, 0, &IoStatus, &Handle),
                 STATUS_OBJECT_PATH_SYNTAX_BAD);
    CHECK_STATUS(Create(L"\\Device", FILE_READ_DATA, FILE_OPEN, 0, &IoStatus, &Handle),
                 STATUS_OBJECT_TYPE_MISMATCH);
}

/* Drivers are trusted unless they ask for the checks user mode is subject to. */
static NTSTATUS CreateChecked(ACCESS_MASK Access, ULONG Disposition, ULONG Options)
{
    OBJECT_ATTRIBUTES Attributes;
    IO_STATUS_BLOCK IoStatus;
    UNICODE_STRING String;
    HANDLE Handle;
    NTSTATUS Status;

    RtlInitUnicodeString(&String, FILE_TEST_NAME);
    InitializeObjectAttributes(&Attributes, &String, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL,
                               NULL);
    Status = IoCreateFile(&Handle, Access, &Attributes, &IoStatus, NULL, 0, 0, Disposition, Options,
                          NULL, 0, CreateFileTypeNone, NULL, IO_CHECK_CREATE_PARAMETERS);
    if (NT_SUCCESS(Status))
        ZwClose(Handle);
    return Status;
}

TEST(IoCreateFile, RefusesContradictionsIfAsked)
{
    FILE_TEST Test;

    if (!FileTestBegin(&Test, 0))
        return;
    /*
     * synchronous, without the right to wait; both kinds of synchronous; a disposition there is not
     */
    CHECK_STATUS(CreateChecked(FILE_READ_DATA, FILE_OPEN, FILE_SYNCHRONOUS_IO_NONALERT),
                 STATUS_INVALID_PARAMETER);
    CHECK_STATUS(CreateChecked(FILE_READ_DATA | SYNCHRONIZE, FILE_OPEN,
                               FILE_SYNCHRONOUS_IO_NONALERT | FILE_SYNCHRONOUS_IO_ALERT),
                 STATUS_INVALID_PARAMETER);
    CHECK_STATUS(CreateChecked(FILE_READ_DATA, FILE_MAXIMUM_DISPOSITION + 1, 0),
                 STATUS_INVALID_PARAMETER);
    CHECK(FileTestTrailIs(&Test, ""));
    CHECK_STATUS(
        CreateChecked(FILE_READ_DATA | SYNCHRONIZE, FILE_OPEN, FILE_SYNCHRONOUS_IO_NONALERT),
        STATUS_SUCCESS);
    FileTestEnd(&Test);
}

TEST(ZwCreateFile, TrustsADriver)
{
    FILE_TEST Test;
    IO_STATUS_BLOCK IoStatus;
    HANDLE Handle;

    if (!FileTestBegin(&Test, 0))
        return;
    if (CHECK_STATUS(Create(FILE_TEST_NAME, FILE_READ_DATA, FILE_OPEN, FILE_SYNCHRONOUS_IO_NONALERT,
                            &IoStatus, &Handle),
                     STATUS_SUCCESS))
        ZwClose(Handle);
    if (CHECK_STATUS(Create(FILE_TEST_NAME, FILE_READ_DATA, FILE_OVERWRITE, FILE_DIRECTORY_FILE,
                            &IoStatus, &Handle),
                     STATUS_SUCCESS)) {
        CHECK_EQ(Test.Create.Stack.Parameters.Create.Options >> 24, FILE_OVERWRITE);
        ZwClose(Handle);
    }
    CHECK(FileTestTrailIs(&Test, "ClcClc"));
    FileTestEnd(&Test);
}

/* ---- how files end --------------------------------------------------------------------------- */

static VOID ControlFile(HANDLE Handle)
{
    IO_STATUS_BLOCK IoStatus;

    CHECK_STATUS(ZwDeviceIoControlFile(Handle, NULL, NULL, NULL, &IoStatus, IO_TEST_CODE, NULL, 0,
                                       NULL, 0),
                 STATUS_SUCCESS);
}

/* Each open is a file of its own, with contexts of its own. */
TEST(ZwCreateFile, GivesEveryHandleItsOwnFile)
{
    FILE_TEST Test;
    IO_STATUS_BLOCK IoStatus;
    PFILE_OBJECT FirstFile, SecondFile;
    HANDLE First, Second;

    if (!FileTestBegin(&Test, 0))
        return;
    if (!CHECK_STATUS(Create(FILE_TEST_NAME, FILE_READ_DATA, FILE_OPEN, 0, &IoStatus, &First),
                      STATUS_SUCCESS))
        goto End;
    FirstFile = Test.Create.File;
    CHECK_PTR(FirstFile->FsContext, NULL);
    CHECK_PTR(FirstFile->FsContext2, NULL);
    FirstFile->FsContext = &First;
    if (CHECK_STATUS(Create(FILE_TEST_NAME, FILE_READ_DATA, FILE_OPEN, 0, &IoStatus, &Second),
                     STATUS_SUCCESS)) {
        SecondFile = Test.Create.File;
        CHECK(SecondFile != FirstFile);
        CHECK_PTR(SecondFile->FsContext, NULL);
        SecondFile->FsContext = &Second;
        ControlFile(First);
        CHECK_PTR(Test.Last.File, FirstFile);
        CHECK_PTR(Test.Last.File->FsContext, &First);
        ControlFile(Second);
        CHECK_PTR(Test.Last.File, SecondFile);
        CHECK_PTR(Test.Last.File->FsContext, &Second);
        ZwClose(Second);
    }
    ZwClose(First);
    CHECK(FileTestTrailIs(&Test, "CCiilclc"));
End:
    FileTestEnd(&Test);
}

/* The last handle sends the cleanup, the last reference the close. */
TEST(ZwCreateFile, AReferenceHoldsTheCloseBack)
{
    FILE_TEST Test;
    PVOID Object;
    HANDLE Handle;

    if (!FileTestBegin(&Test, 0))
        return;
    Handle = FileTestOpen(FALSE);
    if (Handle != NULL) {
        CHECK_STATUS(ObReferenceObjectByHandle(Handle, 0, IMPORTED(IoFileObjectType), KernelMode,
                                               &Object, NULL),
                     STATUS_SUCCESS);
        ZwClose(Handle);
        CHECK(FileTestTrailIs(&Test, "Cl"));
        ObDereferenceObject(Object);
        CHECK(FileTestTrailIs(&Test, "Clc"));
    }
    FileTestEnd(&Test);
}
