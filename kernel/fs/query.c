/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What a file tells about itself. Position, mode, access and alignment are the I/O manager's, which
 * also checked that the buffer holds the class's structure.
 */
#include <string.h>

#include "fs/fsp.h"

static LARGE_INTEGER FspNumber(ULONG64 Value)
{
    return (LARGE_INTEGER){.QuadPart = (LONGLONG)Value};
}

static void FspAnswerBasic(const struct host_file_status *Status, FILE_BASIC_INFORMATION *Basic)
{
    Basic->CreationTime = FspNumber(Status->created);
    Basic->LastAccessTime = FspNumber(Status->accessed);
    Basic->LastWriteTime = FspNumber(Status->written);
    Basic->ChangeTime = FspNumber(Status->changed);
    Basic->FileAttributes = FspAttributes(Status);
}

static void FspAnswerStandard(const FSP_FILE *File, const struct host_file_status *Status,
    FILE_STANDARD_INFORMATION *Standard)
{
    Standard->AllocationSize = FspNumber(Status->allocated_bytes);
    Standard->EndOfFile = FspNumber(Status->size_bytes);
    Standard->DeletePending = File->DeletePending;
    /* A name that is to go no longer counts. */
    Standard->NumberOfLinks = File->Folder ? 1 : Status->links;
    if (File->DeletePending && !File->Removed)
        Standard->NumberOfLinks--;
    Standard->Directory = File->Folder;
}

static void FspAnswerNetwork(
    const struct host_file_status *Status, FILE_NETWORK_OPEN_INFORMATION *Network)
{
    Network->CreationTime = FspNumber(Status->created);
    Network->LastAccessTime = FspNumber(Status->accessed);
    Network->LastWriteTime = FspNumber(Status->written);
    Network->ChangeTime = FspNumber(Status->changed);
    Network->AllocationSize = FspNumber(Status->allocated_bytes);
    Network->EndOfFile = FspNumber(Status->size_bytes);
    Network->FileAttributes = FspAttributes(Status);
}

/* "\Windows\Temp", as much as fits. *Bytes: from the answer's begin to what was written. */
static NTSTATUS FspAnswerName(
    const FSP_FILE *File, FILE_NAME_INFORMATION *Name, ULONG Room, ULONG *Bytes)
{
    const ULONG Head = (ULONG)FIELD_OFFSET(FILE_NAME_INFORMATION, FileName);
    UNICODE_STRING Path;
    if (!RtlpFromUtf8(File->Path, &Path))
        return STATUS_INSUFFICIENT_RESOURCES;
    for (ULONG Index = 0; Index < Path.Length / sizeof(WCHAR); Index++) {
        if (Path.Buffer[Index] == u'/')
            Path.Buffer[Index] = u'\\';
    }
    Name->FileNameLength = Path.Length + (ULONG)sizeof(WCHAR);
    ULONG Fits = (Room - Head) & ~1u;
    ULONG Taken = Fits < Name->FileNameLength ? Fits : Name->FileNameLength;
    if (Taken != 0) {
        Name->FileName[0] = u'\\';
        memcpy(Name->FileName + 1, Path.Buffer, Taken - sizeof(WCHAR));
    }
    *Bytes = Head + Taken;
    NTSTATUS Status = Taken == Name->FileNameLength ? STATUS_SUCCESS : STATUS_BUFFER_OVERFLOW;
    RtlpFree(Path.Buffer);
    return Status;
}

/* Access, mode and alignment are there already, and counted in *Information. */
static NTSTATUS FspAnswerAll(const FILE_OBJECT *FileObject, const struct host_file_status *Status,
    FILE_ALL_INFORMATION *All, ULONG Length, ULONG_PTR *Information)
{
    const FSP_FILE *File = FspOpenOf(FileObject)->File;
    const ULONG Head = (ULONG)FIELD_OFFSET(FILE_ALL_INFORMATION, NameInformation);
    ULONG Bytes = 0;
    FspAnswerBasic(Status, &All->BasicInformation);
    FspAnswerStandard(File, Status, &All->StandardInformation);
    All->InternalInformation.IndexNumber = FspNumber(Status->inode);
    All->EaInformation.EaSize = 0;
    All->PositionInformation.CurrentByteOffset = FileObject->CurrentByteOffset;
    NTSTATUS Result = FspAnswerName(File, &All->NameInformation, Length - Head, &Bytes);
    *Information = Head + Bytes;
    return Result;
}

/* The access is what the open has: a name that is asked about is opened for its attributes. */
static void FspAnswerStat(const FSP_OPEN *Open, const struct host_file_status *Status,
    FILE_STAT_INFORMATION *Stat)
{
    FILE_STANDARD_INFORMATION Standard;
    FspAnswerStandard(Open->File, Status, &Standard);
    *Stat = (FILE_STAT_INFORMATION){.FileId = FspNumber(Status->inode),
        .CreationTime = FspNumber(Status->created),
        .LastAccessTime = FspNumber(Status->accessed),
        .LastWriteTime = FspNumber(Status->written),
        .ChangeTime = FspNumber(Status->changed),
        .AllocationSize = Standard.AllocationSize,
        .EndOfFile = Standard.EndOfFile,
        .FileAttributes = FspAttributes(Status),
        .NumberOfLinks = Standard.NumberOfLinks,
        .EffectiveAccess = Open->Access};
}

static NTSTATUS FspAnswer(const FILE_OBJECT *FileObject, FILE_INFORMATION_CLASS Class,
    const struct host_file_status *Status, void *Buffer, ULONG Length, ULONG_PTR *Information)
{
    const FSP_FILE *File = FspOpenOf(FileObject)->File;
    ULONG Bytes = 0;
    NTSTATUS Result;
    switch (Class) {
    case FileBasicInformation:
        FspAnswerBasic(Status, Buffer);
        *Information = sizeof(FILE_BASIC_INFORMATION);
        return STATUS_SUCCESS;
    case FileStandardInformation:
        FspAnswerStandard(File, Status, Buffer);
        *Information = sizeof(FILE_STANDARD_INFORMATION);
        return STATUS_SUCCESS;
    case FileInternalInformation:
        ((FILE_INTERNAL_INFORMATION *)Buffer)->IndexNumber = FspNumber(Status->inode);
        *Information = sizeof(FILE_INTERNAL_INFORMATION);
        return STATUS_SUCCESS;
    case FileEaInformation:
        ((FILE_EA_INFORMATION *)Buffer)->EaSize = 0;
        *Information = sizeof(FILE_EA_INFORMATION);
        return STATUS_SUCCESS;
    case FileNetworkOpenInformation:
        FspAnswerNetwork(Status, Buffer);
        *Information = sizeof(FILE_NETWORK_OPEN_INFORMATION);
        return STATUS_SUCCESS;
    case FileAttributeTagInformation:
        *(FILE_ATTRIBUTE_TAG_INFORMATION *)Buffer =
            (FILE_ATTRIBUTE_TAG_INFORMATION){.FileAttributes = FspAttributes(Status)};
        *Information = sizeof(FILE_ATTRIBUTE_TAG_INFORMATION);
        return STATUS_SUCCESS;
    case FilePositionInformation:
        ((FILE_POSITION_INFORMATION *)Buffer)->CurrentByteOffset = FileObject->CurrentByteOffset;
        *Information = sizeof(FILE_POSITION_INFORMATION);
        return STATUS_SUCCESS;
    case FileNameInformation:
    case FileNormalizedNameInformation:
        Result = FspAnswerName(File, Buffer, Length, &Bytes);
        *Information = Bytes;
        return Result;
    case FileAllInformation:
        return FspAnswerAll(FileObject, Status, Buffer, Length, Information);
    case FileStatInformation:
        FspAnswerStat(FspOpenOf(FileObject), Status, Buffer);
        *Information = sizeof(FILE_STAT_INFORMATION);
        return STATUS_SUCCESS;
    case FileCaseSensitiveInformation: /* of a folder: its names are not */
        if (!File->Folder)
            return STATUS_INVALID_PARAMETER;
        ((FILE_CASE_SENSITIVE_INFORMATION *)Buffer)->Flags = 0;
        *Information = sizeof(FILE_CASE_SENSITIVE_INFORMATION);
        return STATUS_SUCCESS;
    case FileAlternateNameInformation:
        return STATUS_OBJECT_NAME_NOT_FOUND; /* there are no short names */
    default:
        return STATUS_INVALID_PARAMETER;
    }
}

NTSTATUS FspQueryInformation(IRP *Irp, const IO_STACK_LOCATION *Stack, ULONG_PTR *Information)
{
    const FSP_OPEN *Open = FspOpenOf(Stack->FileObject);
    struct host_file_status Status;
    if (Open == NULL || Open->Volume)
        return STATUS_INVALID_PARAMETER;
    NTSTATUS Result = FspStatusFromHost(host_file_query(Open->Handle, &Status));
    if (!NT_SUCCESS(Result))
        return Result;
    FspAcquireLock();
    Result = FspAnswer(Stack->FileObject, Stack->Parameters.QueryFile.FileInformationClass, &Status,
        Irp->AssociatedIrp.SystemBuffer, Stack->Parameters.QueryFile.Length, Information);
    FspUnlock();
    return Result;
}
