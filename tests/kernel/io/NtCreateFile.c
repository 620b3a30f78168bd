/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * NtCreateFile, NtOpenFile, NtReadFile, NtWriteFile, NtDeviceIoControlFile, NtFsControlFile - the
 * Nt forms of what is tested by the names drivers should use: in a system thread they are the same.
 */
#include "file_test.h"

NTSYSAPI NTSTATUS NTAPI NtCreateFile(PHANDLE FileHandle, ACCESS_MASK DesiredAccess,
                                     POBJECT_ATTRIBUTES ObjectAttributes,
                                     PIO_STATUS_BLOCK IoStatusBlock, PLARGE_INTEGER AllocationSize,
                                     ULONG FileAttributes, ULONG ShareAccess,
                                     ULONG CreateDisposition, ULONG CreateOptions, PVOID EaBuffer,
                                     ULONG EaLength);
NTSYSAPI NTSTATUS NTAPI NtOpenFile(PHANDLE FileHandle, ACCESS_MASK DesiredAccess,
                                   POBJECT_ATTRIBUTES ObjectAttributes,
                                   PIO_STATUS_BLOCK IoStatusBlock, ULONG ShareAccess,
                                   ULONG OpenOptions);
NTSYSAPI NTSTATUS NTAPI NtReadFile(HANDLE FileHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine,
                                   PVOID ApcContext, PIO_STATUS_BLOCK IoStatusBlock, PVOID Buffer,
                                   ULONG Length, PLARGE_INTEGER ByteOffset, PULONG Key);
NTSYSAPI NTSTATUS NTAPI NtWriteFile(HANDLE FileHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine,
                                    PVOID ApcContext, PIO_STATUS_BLOCK IoStatusBlock, PVOID Buffer,
                                    ULONG Length, PLARGE_INTEGER ByteOffset, PULONG Key);
NTSYSAPI NTSTATUS NTAPI NtDeviceIoControlFile(HANDLE FileHandle, HANDLE Event,
                                              PIO_APC_ROUTINE ApcRoutine, PVOID ApcContext,
                                              PIO_STATUS_BLOCK IoStatusBlock, ULONG IoControlCode,
                                              PVOID InputBuffer, ULONG InputBufferLength,
                                              PVOID OutputBuffer, ULONG OutputBufferLength);
NTSYSAPI NTSTATUS NTAPI NtFsControlFile(HANDLE FileHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine,
                                        PVOID ApcContext, PIO_STATUS_BLOCK IoStatusBlock,
                                        ULONG FsControlCode, PVOID InputBuffer,
                                        ULONG InputBufferLength, PVOID OutputBuffer,
                                        ULONG OutputBufferLength);

#define CODE(Type) CTL_CODE(Type, 0x900, METHOD_BUFFERED, FILE_ANY_ACCESS)

static VOID Attributes(OBJECT_ATTRIBUTES *Result, UNICODE_STRING *Name)
{
    RtlInitUnicodeString(Name, FILE_TEST_NAME);
    InitializeObjectAttributes(Result, Name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
}

TEST(NtCreateFile, OpensADevice)
{
    FILE_TEST Test;
    OBJECT_ATTRIBUTES Object;
    UNICODE_STRING Name;
    IO_STATUS_BLOCK IoStatus;
    HANDLE Handle;

    if (!FileTestBegin(&Test, 0))
        return;
    Attributes(&Object, &Name);
    if (CHECK_STATUS(NtCreateFile(&Handle, FILE_READ_DATA, &Object, &IoStatus, NULL, 0,
                                  FILE_SHARE_READ, FILE_OPEN, 0, NULL, 0),
                     STATUS_SUCCESS)) {
        CHECK_EQ(IoStatus.Information, FILE_OPENED);
        CHECK_EQ(Test.Create.Mode, KernelMode);
        ZwClose(Handle);
        CHECK(FileTestTrailIs(&Test, "Clc"));
    }
    FileTestEnd(&Test);
}

/* A file opened with NtOpenFile for what the other tests do with it; NULL, and failed, without. */
static HANDLE Open(VOID)
{
    OBJECT_ATTRIBUTES Object;
    UNICODE_STRING Name;
    IO_STATUS_BLOCK IoStatus;
    HANDLE Handle;

    Attributes(&Object, &Name);
    if (!CHECK_STATUS(NtOpenFile(&Handle, FILE_READ_DATA | FILE_WRITE_DATA | SYNCHRONIZE, &Object,
                                 &IoStatus, 0, FILE_SYNCHRONOUS_IO_NONALERT),
                      STATUS_SUCCESS))
        return NULL;
    return Handle;
}

TEST(NtOpenFile, OpensWhatIsThere)
{
    FILE_TEST Test;
    HANDLE Handle;

    if (!FileTestBegin(&Test, 0))
        return;
    Handle = Open();
    if (Handle != NULL) {
        CHECK_EQ(Test.Create.Stack.Parameters.Create.Options >> 24, FILE_OPEN);
        ZwClose(Handle);
    }
    FileTestEnd(&Test);
}

TEST(NtReadFile, Reads)
{
    FILE_TEST Test;
    IO_STATUS_BLOCK IoStatus;
    LARGE_INTEGER Offset;
    CHAR Buffer[8] = "";
    HANDLE Handle;

    if (!FileTestBegin(&Test, DO_BUFFERED_IO))
        return;
    Handle = Open();
    if (Handle != NULL) {
        Test.Fill = 'r';
        Test.Information = 4;
        Offset.QuadPart = 5;
        CHECK_STATUS(
            NtReadFile(Handle, NULL, NULL, NULL, &IoStatus, Buffer, sizeof(Buffer), &Offset, NULL),
            STATUS_SUCCESS);
        CHECK_EQ(IoStatus.Information, 4);
        CHECK_EQ(Buffer[3], 'r');
        CHECK_EQ(Buffer[4], 0);
        CHECK_EQ(Test.Last.Stack.Parameters.Read.ByteOffset.QuadPart, 5);
        ZwClose(Handle);
    }
    FileTestEnd(&Test);
}

TEST(NtWriteFile, Writes)
{
    FILE_TEST Test;
    IO_STATUS_BLOCK IoStatus;
    LARGE_INTEGER Offset;
    CHAR Buffer[8] = "written";
    HANDLE Handle;

    if (!FileTestBegin(&Test, DO_BUFFERED_IO))
        return;
    Handle = Open();
    if (Handle != NULL) {
        Test.Information = sizeof(Buffer);
        Offset.QuadPart = 6;
        CHECK_STATUS(
            NtWriteFile(Handle, NULL, NULL, NULL, &IoStatus, Buffer, sizeof(Buffer), &Offset, NULL),
            STATUS_SUCCESS);
        CHECK_EQ(IoStatus.Information, sizeof(Buffer));
        CHECK_EQ(RtlCompareMemory(Test.Last.SystemData, Buffer, sizeof(Buffer)), sizeof(Buffer));
        CHECK_EQ(Test.Last.Stack.Parameters.Write.ByteOffset.QuadPart, 6);
        ZwClose(Handle);
    }
    FileTestEnd(&Test);
}

TEST(NtDeviceIoControlFile, Controls)
{
    FILE_TEST Test;
    IO_STATUS_BLOCK IoStatus;
    CHAR Buffer[8] = "control";
    HANDLE Handle;

    if (!FileTestBegin(&Test, 0))
        return;
    Handle = Open();
    if (Handle != NULL) {
        Test.Fill = 'i';
        Test.Information = 2;
        CHECK_STATUS(NtDeviceIoControlFile(Handle, NULL, NULL, NULL, &IoStatus,
                                           CODE(FILE_DEVICE_UNKNOWN), Buffer, sizeof(Buffer),
                                           Buffer, sizeof(Buffer)),
                     STATUS_SUCCESS);
        CHECK_EQ(IoStatus.Information, 2);
        CHECK_EQ(Buffer[1], 'i');
        CHECK_EQ(Buffer[2], 'n');
        CHECK(FileTestTrailIs(&Test, "Ci"));
        ZwClose(Handle);
    }
    FileTestEnd(&Test);
}

TEST(NtFsControlFile, Controls)
{
    FILE_TEST Test;
    IO_STATUS_BLOCK IoStatus;
    HANDLE Handle;

    if (!FileTestBegin(&Test, 0))
        return;
    Handle = Open();
    if (Handle != NULL) {
        CHECK_STATUS(NtFsControlFile(Handle, NULL, NULL, NULL, &IoStatus,
                                     CODE(FILE_DEVICE_FILE_SYSTEM), NULL, 0, NULL, 0),
                     STATUS_SUCCESS);
        CHECK(FileTestTrailIs(&Test, "Cs"));
        ZwClose(Handle);
    }
    FileTestEnd(&Test);
}
