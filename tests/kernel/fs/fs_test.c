/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 */
#include "fs_test.h"

static NTSTATUS Open(HANDLE Root, const WCHAR *Name, ACCESS_MASK Access, ULONG Attributes,
    ULONG Share, ULONG Disposition, ULONG Options, HANDLE *Handle, ULONG_PTR *Information)
{
    OBJECT_ATTRIBUTES Object;
    UNICODE_STRING Path;
    IO_STATUS_BLOCK Io = {0};
    NTSTATUS Status;

    RtlInitUnicodeString(&Path, Name);
    InitializeObjectAttributes(
        &Object, &Path, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, Root, NULL);
    Status = ZwCreateFile(Handle, Access | SYNCHRONIZE, &Object, &Io, NULL, Attributes, Share,
        Disposition, Options | FILE_SYNCHRONOUS_IO_NONALERT, NULL, 0);
    if (NT_SUCCESS(Status) && Information != NULL)
        *Information = Io.Information;
    return Status;
}

static BOOLEAN Next(FS_TEST *Test, FILE_NAMES_INFORMATION *Entry, ULONG Length, BOOLEAN Restart)
{
    IO_STATUS_BLOCK Io;

    return NT_SUCCESS(ZwQueryDirectoryFile(Test->Folder, NULL, NULL, NULL, &Io, Entry, Length,
                                           FileNamesInformation, TRUE, NULL, Restart));
}

/* Empties the folder, one level of folders included, whatever a test has left in it. */
static VOID Empty(FS_TEST *Test)
{
    union {
        FILE_NAMES_INFORMATION Entry;
        UCHAR Room[sizeof(FILE_NAMES_INFORMATION) + 256 * sizeof(WCHAR)];
    } Listed;

    for (BOOLEAN Restart = TRUE; Next(Test, &Listed.Entry, sizeof(Listed) - sizeof(WCHAR), Restart);
         Restart = FALSE) {
        HANDLE Handle;
        Listed.Entry.FileName[Listed.Entry.FileNameLength / sizeof(WCHAR)] = 0;
        if (Listed.Entry.FileName[0] == L'.')
            continue;
        FsTestSetAttributes(Test, Listed.Entry.FileName, FILE_ATTRIBUTE_NORMAL);
        if (NT_SUCCESS(FsTestOpenAs(Test, Listed.Entry.FileName, DELETE, 0, FS_SHARE_ALL, FILE_OPEN,
                                    FILE_DELETE_ON_CLOSE, &Handle)))
            ZwClose(Handle);
    }
}

BOOLEAN FsTestBegin(FS_TEST *Test)
{
    const WCHAR *Name = L"\\??\\C:\\Windows\\Temp\\ktest_fs";

    RtlZeroMemory(Test, sizeof(*Test));
    if (!CHECK_STATUS(
            Open(NULL, Name, FILE_LIST_DIRECTORY | FILE_TRAVERSE | DELETE, FILE_ATTRIBUTE_NORMAL,
                FS_SHARE_ALL, FILE_OPEN_IF, FILE_DIRECTORY_FILE, &Test->Folder, NULL),
            STATUS_SUCCESS))
        return FALSE;
    Empty(Test);
    return TRUE;
}

VOID FsTestEnd(FS_TEST *Test)
{
    Empty(Test);
    FsTestDelete(Test->Folder);
    ZwClose(Test->Folder);
}

NTSTATUS FsTestOpenAs(FS_TEST *Test, const WCHAR *Name, ACCESS_MASK Access, ULONG Attributes,
    ULONG Share, ULONG Disposition, ULONG Options, HANDLE *Handle)
{
    return Open(Name[0] == L'\\' ? NULL : Test->Folder, Name, Access,
        Attributes != 0 ? Attributes : FILE_ATTRIBUTE_NORMAL, Share, Disposition, Options, Handle,
        &Test->Information);
}

NTSTATUS FsTestTry(
    FS_TEST *Test, const WCHAR *Name, ACCESS_MASK Access, ULONG Disposition, ULONG Options)
{
    HANDLE Handle;
    NTSTATUS Status = FsTestOpenAs(
        Test, Name, Access, 0, FS_SHARE_ALL, Disposition, Options, &Handle);

    if (NT_SUCCESS(Status))
        ZwClose(Handle);
    return Status;
}

BOOLEAN FsTestMake(FS_TEST *Test, const WCHAR *Name, const char *Bytes)
{
    HANDLE Handle;

    if (!CHECK_STATUS(FsTestOpenAs(Test, Name, FILE_WRITE_DATA, 0, 0, FILE_OVERWRITE_IF,
                          FILE_NON_DIRECTORY_FILE, &Handle),
            STATUS_SUCCESS))
        return FALSE;
    NTSTATUS Status = Bytes[0] != 0 ? FsTestWrite(Handle, Bytes, 0, NULL) : STATUS_SUCCESS;
    ZwClose(Handle);
    return CHECK_STATUS(Status, STATUS_SUCCESS);
}

BOOLEAN FsTestExists(FS_TEST *Test, const WCHAR *Name)
{
    return NT_SUCCESS(FsTestTry(Test, Name, FILE_READ_ATTRIBUTES, FILE_OPEN, 0));
}

NTSTATUS FsTestSetAttributes(FS_TEST *Test, const WCHAR *Name, ULONG Attributes)
{
    FILE_BASIC_INFORMATION Basic;
    IO_STATUS_BLOCK Io;
    HANDLE Handle;
    NTSTATUS Status = FsTestOpenAs(
        Test, Name, FILE_WRITE_ATTRIBUTES, 0, FS_SHARE_ALL, FILE_OPEN, 0, &Handle);

    if (!NT_SUCCESS(Status))
        return Status;
    RtlZeroMemory(&Basic, sizeof(Basic));
    Basic.FileAttributes = Attributes;
    Status = ZwSetInformationFile(Handle, &Io, &Basic, sizeof(Basic), FileBasicInformation);
    ZwClose(Handle);
    return Status;
}

static PLARGE_INTEGER OffsetOf(LONGLONG Offset, LARGE_INTEGER *Value)
{
    Value->QuadPart = Offset;
    return Offset == FS_TEST_NO_OFFSET ? NULL : Value;
}

NTSTATUS FsTestWrite(HANDLE Handle, const char *Bytes, LONGLONG Offset, ULONG_PTR *Done)
{
    LARGE_INTEGER Value;
    IO_STATUS_BLOCK Io = {0};
    ULONG Length = 0;

    while (Bytes[Length] != 0)
        Length++;
    NTSTATUS Status = ZwWriteFile(Handle, NULL, NULL, NULL, &Io, (PVOID)(ULONG_PTR)Bytes, Length,
        OffsetOf(Offset, &Value), NULL);
    if (Done != NULL)
        *Done = Io.Information;
    return Status;
}

NTSTATUS FsTestRead(HANDLE Handle, char *Buffer, ULONG Length, LONGLONG Offset, ULONG_PTR *Done)
{
    LARGE_INTEGER Value;
    IO_STATUS_BLOCK Io = {0};
    NTSTATUS Status = ZwReadFile(
        Handle, NULL, NULL, NULL, &Io, Buffer, Length, OffsetOf(Offset, &Value), NULL);

    if (Done != NULL)
        *Done = Io.Information;
    return Status;
}

NTSTATUS FsTestDelete(HANDLE Handle)
{
    FILE_DISPOSITION_INFORMATION Disposition = {TRUE};
    IO_STATUS_BLOCK Io;

    return ZwSetInformationFile(
        Handle, &Io, &Disposition, sizeof(Disposition), FileDispositionInformation);
}
