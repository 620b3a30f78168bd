/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The Zw forms of the file services. Each is documented where its Nt form is; the difference is the
 * previous mode: buffers may be kernel memory, access is not checked, kernel handles are accepted.
 */
#include "io/iop.h"
#include "ke/zw.h"
#include "services.h"

NTSTATUS NTAPI ZwCreateFile(HANDLE *FileHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, IO_STATUS_BLOCK *IoStatusBlock,
    LARGE_INTEGER *AllocationSize, ULONG FileAttributes, ULONG ShareAccess, ULONG CreateDisposition,
    ULONG CreateOptions, void *EaBuffer, ULONG EaLength)
{
    return ZW_CALL(CreateFile,
        (FileHandle, DesiredAccess, ObjectAttributes, IoStatusBlock, AllocationSize, FileAttributes,
            ShareAccess, CreateDisposition, CreateOptions, EaBuffer, EaLength));
}

NTSTATUS NTAPI ZwOpenFile(HANDLE *FileHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, IO_STATUS_BLOCK *IoStatusBlock, ULONG ShareAccess,
    ULONG OpenOptions)
{
    return ZW_CALL(OpenFile,
        (FileHandle, DesiredAccess, ObjectAttributes, IoStatusBlock, ShareAccess, OpenOptions));
}

NTSTATUS NTAPI ZwReadFile(HANDLE FileHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine,
    void *ApcContext, IO_STATUS_BLOCK *IoStatusBlock, void *Buffer, ULONG Length,
    LARGE_INTEGER *ByteOffset, ULONG *Key)
{
    return ZW_CALL(ReadFile,
        (FileHandle, Event, ApcRoutine, ApcContext, IoStatusBlock, Buffer, Length, ByteOffset,
            Key));
}

NTSTATUS NTAPI ZwWriteFile(HANDLE FileHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine,
    void *ApcContext, IO_STATUS_BLOCK *IoStatusBlock, void *Buffer, ULONG Length,
    LARGE_INTEGER *ByteOffset, ULONG *Key)
{
    return ZW_CALL(WriteFile,
        (FileHandle, Event, ApcRoutine, ApcContext, IoStatusBlock, Buffer, Length, ByteOffset,
            Key));
}

NTSTATUS NTAPI ZwDeviceIoControlFile(HANDLE FileHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine,
    void *ApcContext, IO_STATUS_BLOCK *IoStatusBlock, ULONG IoControlCode, void *InputBuffer,
    ULONG InputBufferLength, void *OutputBuffer, ULONG OutputBufferLength)
{
    return ZW_CALL(DeviceIoControlFile,
        (FileHandle, Event, ApcRoutine, ApcContext, IoStatusBlock, IoControlCode, InputBuffer,
            InputBufferLength, OutputBuffer, OutputBufferLength));
}

NTSTATUS NTAPI ZwFsControlFile(HANDLE FileHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine,
    void *ApcContext, IO_STATUS_BLOCK *IoStatusBlock, ULONG FsControlCode, void *InputBuffer,
    ULONG InputBufferLength, void *OutputBuffer, ULONG OutputBufferLength)
{
    return ZW_CALL(FsControlFile,
        (FileHandle, Event, ApcRoutine, ApcContext, IoStatusBlock, FsControlCode, InputBuffer,
            InputBufferLength, OutputBuffer, OutputBufferLength));
}

NTSTATUS NTAPI ZwFlushBuffersFile(HANDLE FileHandle, IO_STATUS_BLOCK *IoStatusBlock)
{
    return ZW_CALL(FlushBuffersFile, (FileHandle, IoStatusBlock));
}

NTSTATUS NTAPI ZwQueryInformationFile(HANDLE FileHandle, IO_STATUS_BLOCK *IoStatusBlock,
    void *FileInformation, ULONG Length, FILE_INFORMATION_CLASS FileInformationClass)
{
    return ZW_CALL(QueryInformationFile,
        (FileHandle, IoStatusBlock, FileInformation, Length, FileInformationClass));
}

NTSTATUS NTAPI ZwSetInformationFile(HANDLE FileHandle, IO_STATUS_BLOCK *IoStatusBlock,
    void *FileInformation, ULONG Length, FILE_INFORMATION_CLASS FileInformationClass)
{
    return ZW_CALL(SetInformationFile,
        (FileHandle, IoStatusBlock, FileInformation, Length, FileInformationClass));
}

NTSTATUS NTAPI ZwQueryVolumeInformationFile(HANDLE FileHandle, IO_STATUS_BLOCK *IoStatusBlock,
    void *FsInformation, ULONG Length, FS_INFORMATION_CLASS FsInformationClass)
{
    return ZW_CALL(QueryVolumeInformationFile,
        (FileHandle, IoStatusBlock, FsInformation, Length, FsInformationClass));
}

NTSTATUS NTAPI ZwSetVolumeInformationFile(HANDLE FileHandle, IO_STATUS_BLOCK *IoStatusBlock,
    void *Information, ULONG Length, FS_INFORMATION_CLASS Class)
{
    return ZW_CALL(
        SetVolumeInformationFile, (FileHandle, IoStatusBlock, Information, Length, Class));
}

NTSTATUS NTAPI ZwCancelIoFile(HANDLE FileHandle, IO_STATUS_BLOCK *IoStatusBlock)
{
    return ZW_CALL(CancelIoFile, (FileHandle, IoStatusBlock));
}
