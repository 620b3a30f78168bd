/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Files of hives: reading them whole, and writing them so that nothing is lost (hivefile.h). */
#include <string.h>

#include "io/hivefile.h"
#include "ke/zw.h"

#define IOP_FILE_ACCESS                                                                         \
    (FILE_READ_DATA | FILE_WRITE_DATA | FILE_READ_ATTRIBUTES | FILE_WRITE_ATTRIBUTES | DELETE | \
        SYNCHRONIZE)
#define IOP_FILE_OPTIONS (FILE_SYNCHRONOUS_IO_NONALERT | FILE_NON_DIRECTORY_FILE)
#define IOP_SHARE_ALL    (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)

/* ---- contents -------------------------------------------------------------------------------- */

static NTSTATUS IopWaitForFile(HANDLE File, NTSTATUS Status, const IO_STATUS_BLOCK *IoStatus)
{
    if (Status == STATUS_PENDING) {
        Status = ZwWaitForSingleObject(File, FALSE, NULL);
        Status = NT_SUCCESS(Status) ? IoStatus->Status : Status;
    }
    return Status;
}

NTSTATUS IopWriteWhole(HANDLE File, UCHAR *Data, ULONG Bytes)
{
    IO_STATUS_BLOCK IoStatus = {0};
    LARGE_INTEGER Offset = {.QuadPart = 0};
    FILE_END_OF_FILE_INFORMATION End = {.EndOfFile = {.QuadPart = Bytes}};
    NTSTATUS Status = ZwWriteFile(File, NULL, NULL, NULL, &IoStatus, Data, Bytes, &Offset, NULL);
    Status = IopWaitForFile(File, Status, &IoStatus);
    return NT_SUCCESS(Status)
               ? ZwSetInformationFile(File, &IoStatus, &End, sizeof(End), FileEndOfFileInformation)
               : Status;
}

NTSTATUS IopReadWhole(HANDLE File, UCHAR **Data, ULONG *Bytes)
{
    FILE_STANDARD_INFORMATION Standard;
    IO_STATUS_BLOCK IoStatus = {0};
    LARGE_INTEGER Offset = {.QuadPart = 0};
    NTSTATUS Status = ZwQueryInformationFile(
        File, &IoStatus, &Standard, sizeof(Standard), FileStandardInformation);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Standard.EndOfFile.QuadPart <= 0 || Standard.EndOfFile.QuadPart > IOP_HIVE_MOST)
        return STATUS_REGISTRY_CORRUPT;
    *Bytes = (ULONG)Standard.EndOfFile.QuadPart;
    *Data = ExiAllocate(PagedPool, *Bytes, IOP_TAG_IO, EX_KERNEL_SITE);
    if (*Data == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Status = ZwReadFile(File, NULL, NULL, NULL, &IoStatus, *Data, *Bytes, &Offset, NULL);
    Status = IopWaitForFile(File, Status, &IoStatus);
    if (NT_SUCCESS(Status) && IoStatus.Information != *Bytes)
        Status = STATUS_REGISTRY_CORRUPT;
    if (!NT_SUCCESS(Status))
        ExiFree(*Data);
    return Status;
}

NTSTATUS IopLoadFrom(HANDLE Key, HANDLE File, BOOLEAN Volatile)
{
    UCHAR *Data;
    ULONG Bytes;
    NTSTATUS Status = IopReadWhole(File, &Data, &Bytes);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = IopReadHive(Key, Data, Bytes, Volatile);
    ExiFree(Data);
    return Status;
}

/* ---- where a file is ------------------------------------------------------------------------- */

/*
 * What stands in front of a path on the file's volume, then that path as the file system spells it;
 * pool, with room for MAXUSHORT bytes.
 */
static NTSTATUS IopFullPath(HANDLE File, UNICODE_STRING *Path)
{
    FILE_OBJECT *Object;
    ULONG Needed;
    IO_STATUS_BLOCK IoStatus;
    UNICODE_STRING *Device = ExiAllocateZero(PagedPool, 2 * MAXUSHORT, IOP_TAG_IO, EX_KERNEL_SITE);
    FILE_NAME_INFORMATION *Rest =
        ExiAllocateZero(PagedPool, 2 * MAXUSHORT, IOP_TAG_IO, EX_KERNEL_SITE);
    NTSTATUS Status =
        Device != NULL && Rest != NULL ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
    if (NT_SUCCESS(Status))
        Status = ZwQueryInformationFile(File, &IoStatus, Rest, MAXUSHORT, FileNameInformation);
    if (NT_SUCCESS(Status))
        Status = ObReferenceObjectByHandle(
            File, 0, IoiFileObjectType, KernelMode, (void **)&Object, NULL);
    if (NT_SUCCESS(Status)) {
        Status = ObQueryNameString(
            Object->DeviceObject, (OBJECT_NAME_INFORMATION *)(void *)Device, MAXUSHORT, &Needed);
        ObfDereferenceObject(Object);
    }
    if (NT_SUCCESS(Status) && Device->Length + Rest->FileNameLength > MAXUSHORT - sizeof(WCHAR))
        Status = STATUS_NAME_TOO_LONG;
    if (NT_SUCCESS(Status)) {
        const ULONG Bytes = Device->Length + Rest->FileNameLength;
        *Path = (UNICODE_STRING){(USHORT)Bytes, (USHORT)Bytes, (WCHAR *)(void *)Device};
        memmove(Path->Buffer, Device->Buffer, Device->Length);
        memcpy(Path->Buffer + (Bytes - Rest->FileNameLength) / sizeof(WCHAR), Rest->FileName,
            Rest->FileNameLength);
    } else if (Device != NULL) {
        ExiFree(Device);
    }
    if (Rest != NULL)
        ExiFree(Rest);
    return Status;
}

/*
 * The last name of a path; Path keeps what is in front of it, with a backslash only where that is
 * the volume's first folder.
 */
static NTSTATUS IopSplitPath(UNICODE_STRING *Path, UNICODE_STRING *Last)
{
    const USHORT Whole = Path->Length;
    while (Path->Length != 0 && Path->Buffer[Path->Length / sizeof(WCHAR) - 1] != u'\\')
        Path->Length -= sizeof(WCHAR);
    const USHORT Bytes = (USHORT)(Whole - Path->Length);
    Last->Buffer = Bytes != 0 ? ExiAllocate(PagedPool, Bytes, IOP_TAG_IO, EX_KERNEL_SITE) : NULL;
    if (Last->Buffer == NULL)
        return Bytes != 0 ? STATUS_INSUFFICIENT_RESOURCES : STATUS_OBJECT_NAME_INVALID;
    Last->Length = Last->MaximumLength = Bytes;
    memcpy(Last->Buffer, Path->Buffer + Path->Length / sizeof(WCHAR), Bytes);
    return STATUS_SUCCESS;
}

static NTSTATUS IopOpenFolderOf(IOP_HIVE_FILE *Hive)
{
    UNICODE_STRING Path;
    OBJECT_ATTRIBUTES Attributes;
    IO_STATUS_BLOCK IoStatus;
    NTSTATUS Status = IopFullPath(Hive->File, &Path);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = IopSplitPath(&Path, &Hive->Name);
    if (NT_SUCCESS(Status)) {
        InitializeObjectAttributes(
            &Attributes, &Path, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
        Status = ZwCreateFile(&Hive->Folder, FILE_LIST_DIRECTORY | FILE_ADD_FILE | SYNCHRONIZE,
            &Attributes, &IoStatus, NULL, 0, IOP_SHARE_ALL, FILE_OPEN,
            FILE_SYNCHRONOUS_IO_NONALERT | FILE_DIRECTORY_FILE, NULL, 0);
        if (!NT_SUCCESS(Status))
            ExiFree(Hive->Name.Buffer);
    }
    ExiFree(Path.Buffer);
    return Status;
}

static NTSTATUS IopOpenWith(HANDLE *File, const OBJECT_ATTRIBUTES *Name, ULONG Disposition)
{
    OBJECT_ATTRIBUTES Attributes = *Name;
    IO_STATUS_BLOCK IoStatus;
    Attributes.Attributes |= OBJ_KERNEL_HANDLE;
    return ZwCreateFile(File, IOP_FILE_ACCESS, &Attributes, &IoStatus, NULL, FILE_ATTRIBUTE_NORMAL,
        0, Disposition, IOP_FILE_OPTIONS, NULL, 0);
}

NTSTATUS IopOpenHiveFile(const OBJECT_ATTRIBUTES *Name, ULONG Disposition, IOP_HIVE_FILE *Hive)
{
    NTSTATUS Status = IopOpenWith(&Hive->File, Name, Disposition);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = IopOpenFolderOf(Hive);
    if (!NT_SUCCESS(Status)) {
        if (Disposition == FILE_CREATE)
            IopDeleteHiveFile(Hive);
        ZwClose(Hive->File);
        Hive->File = NULL;
    }
    return Status;
}

void IopCloseHiveFile(IOP_HIVE_FILE *Hive)
{
    ZwClose(Hive->File);
    ZwClose(Hive->Folder);
    ExiFree(Hive->Name.Buffer);
}

/* ---- taking another's place ------------------------------------------------------------------ */

void IopDeleteHiveFile(const IOP_HIVE_FILE *Hive)
{
    FILE_DISPOSITION_INFORMATION Disposition = {TRUE};
    IO_STATUS_BLOCK IoStatus;
    ZwSetInformationFile(
        Hive->File, &IoStatus, &Disposition, sizeof(Disposition), FileDispositionInformation);
}

/*
 * Also over a file that is open. Asked of the file system itself: no Windows version lacks it then.
 */
static NTSTATUS IopRenameOver(HANDLE File, const IOP_HIVE_FILE *To)
{
    FILE_OBJECT *Object;
    const ULONG Bytes = (ULONG)FIELD_OFFSET(FILE_RENAME_INFORMATION, FileName) + To->Name.Length +
                        (ULONG)sizeof(WCHAR);
    FILE_RENAME_INFORMATION *Rename = ExiAllocateZero(PagedPool, Bytes, IOP_TAG_IO, EX_KERNEL_SITE);
    if (Rename == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Rename->Flags = FILE_RENAME_REPLACE_IF_EXISTS | FILE_RENAME_POSIX_SEMANTICS;
    Rename->RootDirectory = To->Folder;
    Rename->FileNameLength = To->Name.Length;
    memcpy(Rename->FileName, To->Name.Buffer, To->Name.Length);
    NTSTATUS Status = ObReferenceObjectByHandle(
        File, DELETE, IoiFileObjectType, KernelMode, (void **)&Object, NULL);
    if (NT_SUCCESS(Status)) {
        Status = ZW_RUN(IoSetInformation(Object, FileRenameInformationEx, Bytes, Rename));
        ObfDereferenceObject(Object);
    }
    ExiFree(Rename);
    return Status;
}

NTSTATUS IopFlushFile(HANDLE File)
{
    IO_STATUS_BLOCK IoStatus = {0};
    return IopWaitForFile(File, ZwFlushBuffersFile(File, &IoStatus), &IoStatus);
}

NTSTATUS IopMoveHiveFile(const IOP_HIVE_FILE *From, const IOP_HIVE_FILE *To)
{
    NTSTATUS Status = IopFlushFile(From->File);
    return NT_SUCCESS(Status) ? IopRenameOver(From->File, To) : Status;
}

/*
 * A file beside it, for the next contents. What an end in the middle has left there is used again.
 */
static NTSTATUS IopOpenBeside(const IOP_HIVE_FILE *Hive, HANDLE *File)
{
    static const WCHAR Ending[] = u".~new";
    const USHORT Bytes = (USHORT)(sizeof(Ending) - sizeof(WCHAR));
    OBJECT_ATTRIBUTES Attributes;
    UNICODE_STRING Name = {.Length = (USHORT)(Hive->Name.Length + Bytes),
        .MaximumLength = (USHORT)(Hive->Name.Length + Bytes)};
    if (Hive->Name.Length > MAXUSHORT - Bytes)
        return STATUS_NAME_TOO_LONG;
    Name.Buffer = ExiAllocate(PagedPool, Name.Length, IOP_TAG_IO, EX_KERNEL_SITE);
    if (Name.Buffer == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    memcpy(Name.Buffer, Hive->Name.Buffer, Hive->Name.Length);
    memcpy(Name.Buffer + Hive->Name.Length / sizeof(WCHAR), Ending, Bytes);
    InitializeObjectAttributes(
        &Attributes, &Name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, Hive->Folder, NULL);
    NTSTATUS Status = IopOpenWith(File, &Attributes, FILE_OPEN_IF);
    ExiFree(Name.Buffer);
    return Status;
}

/* A new file is as hidden and as old as the one it replaces. */
static NTSTATUS IopCopyAttributes(HANDLE From, HANDLE To)
{
    FILE_BASIC_INFORMATION Basic;
    IO_STATUS_BLOCK IoStatus;
    NTSTATUS Status =
        ZwQueryInformationFile(From, &IoStatus, &Basic, sizeof(Basic), FileBasicInformation);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Basic.FileAttributes & FILE_ATTRIBUTE_READONLY)
        return STATUS_ACCESS_DENIED;
    Basic.LastAccessTime.QuadPart = Basic.LastWriteTime.QuadPart = Basic.ChangeTime.QuadPart = 0;
    return ZwSetInformationFile(To, &IoStatus, &Basic, sizeof(Basic), FileBasicInformation);
}

NTSTATUS IopReplaceHiveFile(IOP_HIVE_FILE *Hive, UCHAR *Data, ULONG Bytes)
{
    IOP_HIVE_FILE New = {0};
    NTSTATUS Status = IopOpenBeside(Hive, &New.File);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = IopWriteWhole(New.File, Data, Bytes);
    if (NT_SUCCESS(Status))
        Status = IopCopyAttributes(Hive->File, New.File);
    if (NT_SUCCESS(Status))
        Status = IopMoveHiveFile(&New, Hive);
    if (!NT_SUCCESS(Status)) {
        IopDeleteHiveFile(&New);
        ZwClose(New.File);
        return Status;
    }
    ZwClose(Hive->File);
    Hive->File = New.File;
    return IopFlushFile(Hive->Folder);
}
