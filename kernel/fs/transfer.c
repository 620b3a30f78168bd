/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Reading, writing and flushing. Buffers come as MDLs, so that the host's calls move the data once.
 * Only an append takes FspLock: between finding the end and writing there nobody else may append.
 */
#include "fs/fsp.h"

void *FspBuffer(const IRP *Irp)
{
    MDL *Mdl = Irp->MdlAddress;
    if (Mdl == NULL)
        return Irp->UserBuffer;
    if (Mdl->MdlFlags & (MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL))
        return Mdl->MappedSystemVa;
    return MmMapLockedPagesSpecifyCache(Mdl, KernelMode, MmCached, NULL, FALSE, NormalPagePriority);
}

/* What a transfer needs; *Buffer only when there is something to move. */
static NTSTATUS FspBeginTransfer(const IRP *Irp, const FSP_OPEN *Open, ULONG Length, void **Buffer)
{
    if (Open == NULL || Open->Volume || Open->File->Folder)
        return STATUS_INVALID_DEVICE_REQUEST;
    *Buffer = Length != 0 ? FspBuffer(Irp) : NULL;
    return Length != 0 && *Buffer == NULL ? STATUS_INSUFFICIENT_RESOURCES : STATUS_SUCCESS;
}

static void FspMovePosition(FILE_OBJECT *File, LONGLONG Offset, SIZE_T Bytes)
{
    if (File->Flags & FO_SYNCHRONOUS_IO)
        File->CurrentByteOffset.QuadPart = Offset + (LONGLONG)Bytes;
}

NTSTATUS FspRead(IRP *Irp, const IO_STACK_LOCATION *Stack, ULONG_PTR *Information)
{
    const FSP_OPEN *Open = FspOpenOf(Stack->FileObject);
    const LONGLONG Offset = Stack->Parameters.Read.ByteOffset.QuadPart;
    const ULONG Length = Stack->Parameters.Read.Length;
    SIZE_T Done = 0;
    void *Buffer;
    *Information = 0;
    NTSTATUS Status = FspBeginTransfer(Irp, Open, Length, &Buffer);
    if (!NT_SUCCESS(Status) || Length == 0)
        return Status;
    if (Offset < 0)
        return STATUS_INVALID_PARAMETER;
    Status = FspCheckLocks(Irp, Stack, Open->File, (ULONG64)Offset, Length, FALSE);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = FspStatusFromHost(
        host_file_read_at(Open->Handle, Buffer, Length, (ULONG64)Offset, &Done));
    if (!NT_SUCCESS(Status))
        return Status;
    if (Done == 0)
        return STATUS_END_OF_FILE;
    FspMovePosition(Stack->FileObject, Offset, Done);
    *Information = Done;
    return STATUS_SUCCESS;
}

static NTSTATUS FspWriteAt(const FSP_OPEN *Open, const void *Buffer, ULONG Length, LONGLONG Offset)
{
    SIZE_T Done;
    if (Offset < 0 || Offset > MAXLONGLONG - (LONGLONG)Length)
        return STATUS_INVALID_PARAMETER;
    return FspStatusFromHost(
        host_file_write_at(Open->Handle, Buffer, Length, (ULONG64)Offset, &Done));
}

static NTSTATUS FspAppend(const FSP_OPEN *Open, const void *Buffer, ULONG Length, LONGLONG *Offset)
{
    struct host_file_status End;
    FspAcquireLock();
    NTSTATUS Status = FspStatusFromHost(host_file_query(Open->Handle, &End));
    if (NT_SUCCESS(Status)) {
        *Offset = (LONGLONG)End.size_bytes;
        Status = FspWriteAt(Open, Buffer, Length, *Offset);
    }
    FspUnlock();
    return Status;
}

/* Whoever was given only the right to append writes nowhere else, whatever the offset says. */
static BOOLEAN FspAppends(const FSP_OPEN *Open, LONGLONG Offset)
{
    return Offset == -1 ||
        (Open->Access & (FILE_WRITE_DATA | FILE_APPEND_DATA)) == FILE_APPEND_DATA;
}

/* Size: what the file had before. */
static void FspTellWritten(const FSP_OPEN *Open, ULONG64 Size, ULONG64 End)
{
    FspAcquireLock();
    FspModified(
        Open->File, FILE_NOTIFY_CHANGE_LAST_WRITE | (End > Size ? FILE_NOTIFY_CHANGE_SIZE : 0));
    FspUnlock();
}

NTSTATUS FspWrite(IRP *Irp, const IO_STACK_LOCATION *Stack, ULONG_PTR *Information)
{
    const FSP_OPEN *Open = FspOpenOf(Stack->FileObject);
    const ULONG Length = Stack->Parameters.Write.Length;
    LONGLONG Offset = Stack->Parameters.Write.ByteOffset.QuadPart;
    const BOOLEAN Watched = FspIsWatched();
    struct host_file_status Before = {0};
    void *Buffer;
    *Information = 0;
    NTSTATUS Status = FspBeginTransfer(Irp, Open, Length, &Buffer);
    if (!NT_SUCCESS(Status) || Length == 0)
        return Status;
    if (Watched)
        host_file_query(Open->Handle, &Before);
    if (!FspAppends(Open, Offset) && Offset >= 0)
        Status = FspCheckLocks(Irp, Stack, Open->File, (ULONG64)Offset, Length, TRUE);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = FspAppends(Open, Offset) ? FspAppend(Open, Buffer, Length, &Offset)
                                      : FspWriteAt(Open, Buffer, Length, Offset);
    if (NT_SUCCESS(Status) && (Stack->FileObject->Flags & FO_WRITE_THROUGH))
        Status = FspStatusFromHost(host_file_flush(Open->Handle));
    if (!NT_SUCCESS(Status))
        return Status;
    if (Watched)
        FspTellWritten(Open, Before.size_bytes, (ULONG64)Offset + Length);
    Stack->FileObject->Flags |= FO_FILE_MODIFIED;
    FspMovePosition(Stack->FileObject, Offset, Length);
    *Information = Length;
    return STATUS_SUCCESS;
}

NTSTATUS FspFlush(IRP *Irp, const IO_STACK_LOCATION *Stack, ULONG_PTR *Information)
{
    const FSP_OPEN *Open = FspOpenOf(Stack->FileObject);
    (void)Irp;
    *Information = 0;
    if (Open == NULL || Open->Volume)
        return STATUS_SUCCESS;
    return FspStatusFromHost(host_file_flush(Open->Handle));
}

NTSTATUS FspDescriptor(const FILE_OBJECT *File, int *Descriptor, BOOLEAN *Writable)
{
    const FSP_OPEN *Open = FspOpenOf(File);
    if (File->DeviceObject != FspDevice || Open == NULL || Open->Volume || Open->File->Folder)
        return STATUS_INVALID_FILE_FOR_SECTION;
    if (!(Open->Access & (FILE_READ_DATA | FILE_EXECUTE)))
        return STATUS_ACCESS_DENIED;
    *Descriptor = Open->Handle;
    *Writable = (Open->Access & FILE_WRITE_DATA) != 0;
    return STATUS_SUCCESS;
}
