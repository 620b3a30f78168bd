/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Changing what a file tells about itself, its size, and whether it stays. Renaming is in
 * rename.c. */
#include "fs/fsp.h"

/* ---- times and attributes -------------------------------------------------------------------- */

/* 0 and -1 (and -2, "from now on again") leave a time as it is. */
static BOOLEAN FspTime(LARGE_INTEGER Given, ULONG64 *Time)
{
    *Time = Given.QuadPart > 0 ? (ULONG64)Given.QuadPart : 0;
    return Given.QuadPart >= -2;
}

static NTSTATUS FspSetBasic(const FSP_OPEN *Open, const FILE_BASIC_INFORMATION *Basic)
{
    struct host_file_status Now;
    ULONG64 Created, Accessed, Written, Changed;
    if (!FspTime(Basic->CreationTime, &Created) || !FspTime(Basic->LastAccessTime, &Accessed) ||
        !FspTime(Basic->LastWriteTime, &Written) || !FspTime(Basic->ChangeTime, &Changed))
        return STATUS_INVALID_PARAMETER;
    if (((Basic->FileAttributes & FILE_ATTRIBUTE_DIRECTORY) && !Open->File->Folder) ||
        ((Basic->FileAttributes & FILE_ATTRIBUTE_TEMPORARY) && Open->File->Folder))
        return STATUS_INVALID_PARAMETER;
    NTSTATUS Status = FspStatusFromHost(host_file_query(Open->Handle, &Now));
    if (!NT_SUCCESS(Status))
        return Status;
    if (Basic->FileAttributes != 0)
        Status = FspSetAttributes(Open->Handle, &Now, Basic->FileAttributes, Created);
    else if (Created != 0)
        Status = FspSetAttributes(Open->Handle, &Now, FspAttributes(&Now), Created);
    if (NT_SUCCESS(Status) && (Accessed != 0 || Written != 0))
        Status = FspStatusFromHost(host_file_set_times(Open->Handle, Accessed, Written));
    return Status;
}

/* ---- size ------------------------------------------------------------------------------------ */

static NTSTATUS FspSetSize(const FSP_OPEN *Open, LARGE_INTEGER Size)
{
    if (Size.QuadPart < 0 || Open->File->Folder)
        return STATUS_INVALID_PARAMETER;
    return FspStatusFromHost(host_file_resize(Open->Handle, (ULONG64)Size.QuadPart));
}

/* Less than the file has cuts it; more is room the host gives when it is written to. */
static NTSTATUS FspSetAllocation(const FSP_OPEN *Open, LARGE_INTEGER Size)
{
    struct host_file_status Now;
    if (Size.QuadPart < 0 || Open->File->Folder)
        return STATUS_INVALID_PARAMETER;
    NTSTATUS Status = FspStatusFromHost(host_file_query(Open->Handle, &Now));
    if (NT_SUCCESS(Status) && Now.size_bytes > (ULONG64)Size.QuadPart)
        Status = FspSetSize(Open, Size);
    return Status;
}

/* ---- deletion -------------------------------------------------------------------------------- */

static NTSTATUS FspCheckDelete(const FSP_OPEN *Open, BOOLEAN EvenReadOnly)
{
    struct host_file_status Now;
    if (Open->File->Path[0] == 0)
        return STATUS_CANNOT_DELETE;
    NTSTATUS Status = FspStatusFromHost(host_file_query(Open->Handle, &Now));
    if (NT_SUCCESS(Status) && !EvenReadOnly && (FspAttributes(&Now) & FILE_ATTRIBUTE_READONLY))
        Status = STATUS_CANNOT_DELETE;
    if (NT_SUCCESS(Status) && Open->File->Folder)
        Status = FspCheckEmpty(Open->Handle);
    return Status;
}

static NTSTATUS FspSetDisposition(FSP_OPEN *Open, ULONG Flags)
{
    FSP_FILE *File = Open->File;
    if (Flags & ~(ULONG)(FILE_DISPOSITION_DELETE | FILE_DISPOSITION_POSIX_SEMANTICS |
                    FILE_DISPOSITION_FORCE_IMAGE_SECTION_CHECK | FILE_DISPOSITION_ON_CLOSE |
                    FILE_DISPOSITION_IGNORE_READONLY_ATTRIBUTE))
        return STATUS_INVALID_PARAMETER;
    if (Flags & FILE_DISPOSITION_ON_CLOSE) {
        if (!Open->DeleteOnClose && !(Flags & FILE_DISPOSITION_DELETE))
            return STATUS_NOT_SUPPORTED;
        Open->DeleteOnClose = (Flags & FILE_DISPOSITION_DELETE) != 0;
        return STATUS_SUCCESS;
    }
    if (!(Flags & FILE_DISPOSITION_DELETE)) {
        File->DeletePending = FALSE;
        return STATUS_SUCCESS;
    }
    NTSTATUS Status = FspCheckDelete(
        Open, (Flags & FILE_DISPOSITION_IGNORE_READONLY_ATTRIBUTE) != 0);
    if (!NT_SUCCESS(Status))
        return Status;
    FspMarkDeleted(File);
    /* The name goes with this handle, not with the last. */
    if (Flags & FILE_DISPOSITION_POSIX_SEMANTICS)
        Open->PosixDelete = TRUE;
    return STATUS_SUCCESS;
}

/* ---- what watchers of the folder are told ---------------------------------------------------- */

static ULONG FspBasicFilter(const FILE_BASIC_INFORMATION *Basic)
{
    return (Basic->FileAttributes != 0 ? FILE_NOTIFY_CHANGE_ATTRIBUTES : 0) |
           (Basic->CreationTime.QuadPart > 0 ? FILE_NOTIFY_CHANGE_CREATION : 0) |
           (Basic->LastAccessTime.QuadPart > 0 ? FILE_NOTIFY_CHANGE_LAST_ACCESS : 0) |
           (Basic->LastWriteTime.QuadPart > 0 ? FILE_NOTIFY_CHANGE_LAST_WRITE : 0);
}

static ULONG FspFilterOf(FILE_INFORMATION_CLASS Class, const void *Buffer)
{
    switch (Class) {
    case FileBasicInformation:
        return FspBasicFilter(Buffer);
    case FileEndOfFileInformation:
    case FileAllocationInformation:
        return FILE_NOTIFY_CHANGE_SIZE;
    default:
        return 0;
    }
}

/* ---- the request ----------------------------------------------------------------------------- */

static NTSTATUS FspSetLocked(FSP_OPEN *Open, const IO_STACK_LOCATION *Stack, const void *Buffer)
{
    switch (Stack->Parameters.SetFile.FileInformationClass) {
    case FileBasicInformation:
        return FspSetBasic(Open, Buffer);
    case FileDispositionInformation:
        return FspSetDisposition(Open,
            ((const FILE_DISPOSITION_INFORMATION *)Buffer)->DeleteFile ? FILE_DISPOSITION_DELETE
                                                                       : 0);
    case FileDispositionInformationEx:
        return FspSetDisposition(Open, ((const FILE_DISPOSITION_INFORMATION_EX *)Buffer)->Flags);
    case FileEndOfFileInformation:
        return FspSetSize(Open, ((const FILE_END_OF_FILE_INFORMATION *)Buffer)->EndOfFile);
    case FileAllocationInformation:
        return FspSetAllocation(
            Open, ((const FILE_ALLOCATION_INFORMATION *)Buffer)->AllocationSize);
    case FileValidDataLengthInformation:
        return STATUS_SUCCESS; /* what was never written reads as zero here in any case */
    case FileRenameInformation:
    case FileRenameInformationEx:
        return FspRename(Open, Stack, Buffer);
    default:
        return STATUS_INVALID_PARAMETER;
    }
}

NTSTATUS FspSetInformation(IRP *Irp, const IO_STACK_LOCATION *Stack, ULONG_PTR *Information)
{
    FSP_OPEN *Open = FspOpenOf(Stack->FileObject);
    *Information = 0;
    if (Open == NULL || Open->Volume)
        return STATUS_INVALID_PARAMETER;
    if (Stack->Parameters.SetFile.FileInformationClass == FilePositionInformation) {
        Stack->FileObject->CurrentByteOffset =
            ((const FILE_POSITION_INFORMATION *)Irp->AssociatedIrp.SystemBuffer)->CurrentByteOffset;
        return STATUS_SUCCESS;
    }
    FspAcquireLock();
    NTSTATUS Status = FspSetLocked(Open, Stack, Irp->AssociatedIrp.SystemBuffer);
    if (NT_SUCCESS(Status))
        FspModified(Open->File,
            FspFilterOf(
                Stack->Parameters.SetFile.FileInformationClass, Irp->AssociatedIrp.SystemBuffer));
    FspUnlock();
    return Status;
}
