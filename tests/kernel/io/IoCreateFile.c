/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoCreateFile, ZwOpenFile, ZwReadFile, ZwWriteFile - a file from open to close.
 */
#include "io_test.h"

#define FILE_NAME L"\\Device\\KtestIoFile"

static CHAR FileData[16];

static NTSTATUS NTAPI FileDispatch(PDEVICE_OBJECT Device, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    ULONG Length = Stack->Parameters.Read.Length;

    UNREFERENCED_PARAMETER(Device);
    switch (Stack->MajorFunction) {
    case IRP_MJ_CREATE:
        return IoTestComplete(Irp, STATUS_SUCCESS, FILE_OPENED);
    case IRP_MJ_READ:
        Length = min(Length, sizeof(FileData));
        RtlCopyMemory(Irp->AssociatedIrp.SystemBuffer, FileData, Length);
        return IoTestComplete(Irp, STATUS_SUCCESS, Length);
    case IRP_MJ_WRITE:
        Length = min(Length, sizeof(FileData));
        RtlCopyMemory(FileData, Irp->AssociatedIrp.SystemBuffer, Length);
        return IoTestComplete(Irp, STATUS_SUCCESS, Length);
    default:
        return IoTestComplete(Irp, STATUS_SUCCESS, 0);
    }
}

static VOID FileNameOf(UNICODE_STRING *Name, OBJECT_ATTRIBUTES *Attributes)
{
    RtlInitUnicodeString(Name, FILE_NAME);
    InitializeObjectAttributes(Attributes, Name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL,
                               NULL);
}

TEST(IoCreateFile, OpensADevice)
{
    PDEVICE_OBJECT Device = IoTestCreate(FILE_NAME, DO_BUFFERED_IO, FileDispatch);
    OBJECT_ATTRIBUTES Attributes;
    IO_STATUS_BLOCK IoStatus = {.Information = 99};
    UNICODE_STRING Name;
    HANDLE Handle;

    if (Device == NULL)
        return;
    FileNameOf(&Name, &Attributes);
    if (CHECK_STATUS(IoCreateFile(&Handle, FILE_READ_DATA, &Attributes, &IoStatus, NULL, 0, 0,
                                  FILE_OPEN, 0, NULL, 0, CreateFileTypeNone, NULL,
                                  IO_NO_PARAMETER_CHECKING), STATUS_SUCCESS)) {
        CHECK_EQ(IoStatus.Information, FILE_OPENED);
        ZwClose(Handle);
        CHECK_EQ(IoTestOf(Device)->Seen[IRP_MJ_CREATE], 1);
        CHECK_EQ(IoTestOf(Device)->Seen[IRP_MJ_CLEANUP], 1);
        CHECK_EQ(IoTestOf(Device)->Seen[IRP_MJ_CLOSE], 1);
    }
    IoDeleteDevice(Device);
}

TEST(ZwOpenFile, ReadsAndWrites)
{
    PDEVICE_OBJECT Device = IoTestCreate(FILE_NAME, DO_BUFFERED_IO, FileDispatch);
    OBJECT_ATTRIBUTES Attributes;
    IO_STATUS_BLOCK IoStatus;
    CHAR Text[16] = "round trip";
    CHAR Back[16] = "";
    UNICODE_STRING Name;
    HANDLE Handle;

    if (Device == NULL)
        return;
    FileNameOf(&Name, &Attributes);
    if (CHECK_STATUS(ZwOpenFile(&Handle, FILE_READ_DATA | FILE_WRITE_DATA | SYNCHRONIZE,
                                &Attributes, &IoStatus, 0, FILE_SYNCHRONOUS_IO_NONALERT),
                     STATUS_SUCCESS)) {
        CHECK_STATUS(ZwWriteFile(Handle, NULL, NULL, NULL, &IoStatus, Text, sizeof(Text), NULL,
                                 NULL), STATUS_SUCCESS);
        CHECK_EQ(IoStatus.Information, sizeof(Text));
        CHECK_STATUS(ZwReadFile(Handle, NULL, NULL, NULL, &IoStatus, Back, sizeof(Back), NULL,
                                NULL), STATUS_SUCCESS);
        CHECK_EQ(RtlCompareMemory(Text, Back, sizeof(Text)), sizeof(Text));
        ZwClose(Handle);
    }
    IoDeleteDevice(Device);
}

TEST(ZwOpenFile, RefusesWhatIsNotThere)
{
    OBJECT_ATTRIBUTES Attributes;
    IO_STATUS_BLOCK IoStatus;
    HANDLE Handle = (HANDLE)5;
    KTEST_STRING(Missing, L"\\Device\\KtestNoSuchDevice");
    KTEST_STRING(Folder, L"\\Device");
    KTEST_STRING(Relative, L"Device\\Null");

    InitializeObjectAttributes(
        &Attributes, &Missing, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    CHECK_STATUS(ZwOpenFile(&Handle, FILE_READ_DATA, &Attributes, &IoStatus, 0, 0),
        STATUS_OBJECT_NAME_NOT_FOUND);
    Attributes.ObjectName = &Folder;
    CHECK_STATUS(ZwOpenFile(&Handle, FILE_READ_DATA, &Attributes, &IoStatus, 0, 0),
        STATUS_OBJECT_TYPE_MISMATCH);
    Attributes.ObjectName = &Relative;
    CHECK_STATUS(ZwOpenFile(&Handle, FILE_READ_DATA, &Attributes, &IoStatus, 0, 0),
        STATUS_OBJECT_PATH_SYNTAX_BAD);
    CHECK_PTR(Handle, 5);
}
