/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Locking ranges of bytes, and flushing with flags. What a lock means is the file system's
 * matter. */
#include "io/iop.h"
#include "ke/zw.h"
#include "services.h"

/* FLUSH_FLAGS_FILE_DATA_ONLY, _NO_SYNC, _FILE_DATA_SYNC_ONLY, and a reserved one */
#define IOP_FLUSH_FLAGS 0x0000000Fu

/* The lock's place and length from the caller. */
static NTSTATUS IopReadRange(
    const LARGE_INTEGER *ByteOffset, const LARGE_INTEGER *Length, IOP_PLAIN *Plain)
{
    const KPROCESSOR_MODE Mode = KiPreviousMode();
    NTSTATUS Status = ObiReadCaller(
        &Plain->ByteOffset, ByteOffset, sizeof(Plain->ByteOffset), Mode);
    return NT_SUCCESS(Status) ? ObiReadCaller(&Plain->Length, Length, sizeof(Plain->Length), Mode)
                              : Status;
}

/*
 * NtLockFile - lock a range of bytes against others' reading and writing, or (shared) against
 * everyone's writing.
 *
 * Event, ApcRoutine, ApcContext, IoStatusBlock: as NtReadFile. Key: with file and process, whose
 * lock it is; unlocking and transfers give the same. FailImmediately: FALSE: the request waits
 * until it can be granted.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; PENDING; LOCK_NOT_GRANTED; INVALID_LOCK_RANGE: it wraps around;
 *          INVALID_PARAMETER: a folder, or an ApcRoutine and a completion port; ACCESS_DENIED:
 *          neither read nor write access; INVALID_HANDLE, OBJECT_TYPE_MISMATCH, ACCESS_VIOLATION,
 *          INSUFFICIENT_RESOURCES; INVALID_DEVICE_REQUEST: no file system.
 * Source:  DOC ntifs/NtLockFile, MS-FSA 2.1.5.8; OBS tests/kernel/fs/ZwLockFile.c
 */
NTSTATUS NTAPI NtLockFile(HANDLE FileHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine,
    void *ApcContext, IO_STATUS_BLOCK *IoStatusBlock, LARGE_INTEGER *ByteOffset,
    LARGE_INTEGER *Length, ULONG Key, BOOLEAN FailImmediately, BOOLEAN ExclusiveLock)
{
    IOP_PLAIN Plain = {.FileHandle = FileHandle,
        .Event = Event,
        .ApcRoutine = (IO_APC)ApcRoutine,
        .ApcContext = ApcContext,
        .IoStatus = IoStatusBlock,
        .MajorFunction = IRP_MJ_LOCK_CONTROL,
        .MinorFunction = IRP_MN_LOCK,
        .Flags = (UCHAR)((FailImmediately ? SL_FAIL_IMMEDIATELY : 0) |
            (ExclusiveLock ? SL_EXCLUSIVE_LOCK : 0)),
        .AnyAccess = FILE_READ_DATA | FILE_WRITE_DATA,
        .Key = Key};
    NTSTATUS Status = IopReadRange(ByteOffset, Length, &Plain);
    return NT_SUCCESS(Status) ? IopIssueRequest(&Plain) : Status;
}

NTSTATUS NTAPI ZwLockFile(HANDLE FileHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine,
    void *ApcContext, IO_STATUS_BLOCK *IoStatusBlock, LARGE_INTEGER *ByteOffset,
    LARGE_INTEGER *Length, ULONG Key, BOOLEAN FailImmediately, BOOLEAN ExclusiveLock)
{
    return ZW_CALL(LockFile,
        (FileHandle, Event, ApcRoutine, ApcContext, IoStatusBlock, ByteOffset, Length, Key,
            FailImmediately, ExclusiveLock));
}

/*
 * NtUnlockFile - give back a lock of exactly that range, key and process.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; RANGE_NOT_LOCKED; otherwise as NtLockFile.
 * Source:  DOC ntifs/NtUnlockFile; OBS tests/kernel/fs/ZwLockFile.c
 */
NTSTATUS NTAPI NtUnlockFile(HANDLE FileHandle, IO_STATUS_BLOCK *IoStatusBlock,
    LARGE_INTEGER *ByteOffset, LARGE_INTEGER *Length, ULONG Key)
{
    IOP_PLAIN Plain = {.FileHandle = FileHandle,
        .IoStatus = IoStatusBlock,
        .MajorFunction = IRP_MJ_LOCK_CONTROL,
        .MinorFunction = IRP_MN_UNLOCK_SINGLE,
        .AnyAccess = FILE_READ_DATA | FILE_WRITE_DATA,
        .Wait = TRUE,
        .Key = Key};
    NTSTATUS Status = IopReadRange(ByteOffset, Length, &Plain);
    return NT_SUCCESS(Status) ? IopIssueRequest(&Plain) : Status;
}

NTSTATUS NTAPI ZwUnlockFile(HANDLE FileHandle, IO_STATUS_BLOCK *IoStatusBlock,
    LARGE_INTEGER *ByteOffset, LARGE_INTEGER *Length, ULONG Key)
{
    return ZW_CALL(UnlockFile, (FileHandle, IoStatusBlock, ByteOffset, Length, Key));
}

/*
 * NtFlushBuffersFileEx - NtFlushBuffersFile with flags, which go to the driver as its minor
 * function does on Windows; whatever they leave out is written as well.
 *
 * Parameters: NULL, ParametersSize: 0.
 * IRQL:    PASSIVE_LEVEL
 * Returns: as NtFlushBuffersFile; INVALID_PARAMETER: other flags, or parameters.
 * Source:  DOC ntifs/NtFlushBuffersFileEx; OBS tests/kernel/io/ZwFlushBuffersFile.c
 */
NTSTATUS NTAPI NtFlushBuffersFileEx(HANDLE FileHandle, ULONG Flags, void *Parameters,
    ULONG ParametersSize, IO_STATUS_BLOCK *IoStatusBlock)
{
    /* IRP_MN_FLUSH_DATA_ONLY, _NO_SYNC, both being what Windows passes as 1 and 2; 3 is data alone,
     * synced. */
    const IOP_PLAIN Plain = {.FileHandle = FileHandle,
        .IoStatus = IoStatusBlock,
        .MajorFunction = IRP_MJ_FLUSH_BUFFERS,
        .MinorFunction = (UCHAR)((Flags & 4) != 0 ? 3 : Flags & 3),
        .AnyAccess = FILE_WRITE_DATA | FILE_APPEND_DATA,
        .Wait = TRUE};
    if ((Flags & ~IOP_FLUSH_FLAGS) != 0 || Parameters != NULL || ParametersSize != 0)
        return STATUS_INVALID_PARAMETER;
    return IopIssueRequest(&Plain);
}

NTSTATUS NTAPI ZwFlushBuffersFileEx(HANDLE FileHandle, ULONG Flags, void *Parameters,
    ULONG ParametersSize, IO_STATUS_BLOCK *IoStatusBlock)
{
    return ZW_CALL(
        FlushBuffersFileEx, (FileHandle, Flags, Parameters, ParametersSize, IoStatusBlock));
}
