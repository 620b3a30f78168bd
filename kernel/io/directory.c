/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Listing folders, and the services that take a name instead of a handle: those open, ask and
 * close. A listing is waited for, whatever the file.
 */
#include "io/directory.h"
#include "io/info.h"
#include "ke/zw.h"
#include "services.h"

/* ---- listing --------------------------------------------------------------------------------- */

/* The least room a class's first entry takes without its name. 0: it is no class of a listing. */
static ULONG IopEntryBytes(FILE_INFORMATION_CLASS Class)
{
    switch (Class) {
    case FileDirectoryInformation:
        return sizeof(FILE_DIRECTORY_INFORMATION);
    case FileFullDirectoryInformation:
        return sizeof(FILE_FULL_DIR_INFORMATION);
    case FileBothDirectoryInformation:
        return sizeof(FILE_BOTH_DIR_INFORMATION);
    case FileNamesInformation:
        return sizeof(FILE_NAMES_INFORMATION);
    case FileIdBothDirectoryInformation:
        return sizeof(FILE_ID_BOTH_DIR_INFORMATION);
    case FileIdFullDirectoryInformation:
        return sizeof(FILE_ID_FULL_DIR_INFORMATION);
    default:
        return 0;
    }
}

static NTSTATUS IopSendListing(
    const IOP_INQUIRY *Inquiry, UNICODE_STRING *Pattern, UCHAR Flags, ULONG_PTR *Information)
{
    IRP *Irp = IopAllocateIrp(Inquiry->Device->StackSize, IOP_INTERNAL, EX_KERNEL_SITE);
    if (Irp == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Irp->RequestorMode = Inquiry->Mode;
    Irp->AssociatedIrp.SystemBuffer = Inquiry->Buffer;
    Irp->UserBuffer = Inquiry->Buffer;
    Irp->Tail.Overlay.OriginalFileObject = Inquiry->File;
    IO_STACK_LOCATION *Stack = IoGetNextIrpStackLocation(Irp);
    Stack->MajorFunction = IRP_MJ_DIRECTORY_CONTROL;
    Stack->MinorFunction = IRP_MN_QUERY_DIRECTORY;
    Stack->Flags = Flags;
    Stack->FileObject = Inquiry->File;
    Stack->Parameters.QueryDirectory.Length = Inquiry->Length;
    Stack->Parameters.QueryDirectory.FileName = Pattern;
    Stack->Parameters.QueryDirectory.FileInformationClass = (FILE_INFORMATION_CLASS)Inquiry->Class;
    return IopSendInternal(Inquiry->Device, Irp, Information);
}

static NTSTATUS IopListDirectory(
    IOP_INQUIRY *Inquiry, HANDLE EventHandle, UNICODE_STRING *FileName, UCHAR Flags)
{
    UNICODE_STRING Pattern = {0};
    ULONG_PTR Information = 0;
    KEVENT *Event = NULL;
    NTSTATUS Status = FileName != NULL ? ObiCaptureString(FileName, Inquiry->Mode, &Pattern)
                                       : STATUS_SUCCESS;
    if (!NT_SUCCESS(Status))
        return Status;
    if (EventHandle != NULL) {
        Status = ObiReferenceByHandle(
            EventHandle, ExEventObjectType, Inquiry->Mode, (void **)&Event, NULL);
        if (!NT_SUCCESS(Status))
            goto FreePattern;
        KeClearEvent(Event);
    }
    Status = IopBeginInquiry(Inquiry, FILE_LIST_DIRECTORY, FALSE);
    if (Status == STATUS_SUCCESS) {
        Status = IopSendListing(
            Inquiry, Pattern.Length != 0 ? &Pattern : NULL, Flags, &Information);
        Status = IopEndInquiry(Inquiry, Status, Information);
    }
    if (Event != NULL) {
        if (!NT_ERROR(Status))
            KeSetEvent(Event, IO_NO_INCREMENT, FALSE);
        ObfDereferenceObject(Event);
    }
FreePattern:
    if (Pattern.Buffer != NULL)
        ExiFree(Pattern.Buffer);
    return Status;
}

/*
 * NtQueryDirectoryFile - entries of an open folder, from where the last query of the handle ended.
 *
 * FileName: pattern of the first query of a handle; later ones are ignored.
 * FileInformationClass: the FileDirectory, FileFull, FileBoth, FileIdFull, FileIdBoth
 * …DirectoryInformation and FileNamesInformation.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; NO_SUCH_FILE: nothing matches at all; NO_MORE_FILES; BUFFER_OVERFLOW: the first
 *          name is cut; INVALID_INFO_CLASS, INFO_LENGTH_MISMATCH, ACCESS_DENIED
 *          (FILE_LIST_DIRECTORY), INVALID_PARAMETER: no folder; NOT_SUPPORTED: ApcRoutine is given.
 * Source:  DOC ntifs/NtQueryDirectoryFile; tests/kernel/fs/ZwQueryDirectoryFile.c
 */
NTSTATUS NTAPI NtQueryDirectoryFile(HANDLE FileHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine,
    void *ApcContext, IO_STATUS_BLOCK *IoStatusBlock, void *FileInformation, ULONG Length,
    FILE_INFORMATION_CLASS FileInformationClass, BOOLEAN ReturnSingleEntry,
    UNICODE_STRING *FileName, BOOLEAN RestartScan)
{
    IOP_INQUIRY Inquiry = {.Handle = FileHandle,
        .IoStatus = IoStatusBlock,
        .UserBuffer = FileInformation,
        .Length = Length,
        .Class = (ULONG)FileInformationClass,
        .Mode = KiPreviousMode(),
        .Query = TRUE};
    ULONG Least = IopEntryBytes(FileInformationClass);
    (void)ApcContext;
    if (Least == 0)
        return STATUS_INVALID_INFO_CLASS;
    if (Length < Least)
        return STATUS_INFO_LENGTH_MISMATCH;
    if (ApcRoutine != NULL)
        return STATUS_NOT_SUPPORTED;
    UCHAR Flags = (UCHAR)((RestartScan ? SL_RESTART_SCAN : 0) |
        (ReturnSingleEntry ? SL_RETURN_SINGLE_ENTRY : 0));
    return IopListDirectory(&Inquiry, Event, FileName, Flags);
}

NTSTATUS NTAPI ZwQueryDirectoryFile(HANDLE FileHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine,
    void *ApcContext, IO_STATUS_BLOCK *IoStatusBlock, void *FileInformation, ULONG Length,
    FILE_INFORMATION_CLASS FileInformationClass, BOOLEAN ReturnSingleEntry,
    UNICODE_STRING *FileName, BOOLEAN RestartScan)
{
    return ZW_CALL(QueryDirectoryFile,
        (FileHandle, Event, ApcRoutine, ApcContext, IoStatusBlock, FileInformation, Length,
            FileInformationClass, ReturnSingleEntry, FileName, RestartScan));
}

/* ---- by name --------------------------------------------------------------------------------- */

/* Opens what ObjectAttributes name. The handle is the caller's own kind and closed by whoever
 * called this. */
static NTSTATUS IopOpenNamed(const OBJECT_ATTRIBUTES *ObjectAttributes, ACCESS_MASK Access,
    ULONG Options, KPROCESSOR_MODE Mode, HANDLE *Handle)
{
    IOP_OPEN Open = {.Magic = IOP_OPEN_MAGIC,
        .Disposition = FILE_OPEN,
        .CreateOptions = Options | FILE_OPEN_REPARSE_POINT,
        .ShareAccess = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE};
    return ObiOpenByName(ObjectAttributes, IoiFileObjectType, Mode, Access, &Open, Handle);
}

static NTSTATUS IopQueryNamed(const OBJECT_ATTRIBUTES *ObjectAttributes,
    FILE_INFORMATION_CLASS Class, void *Answer, ULONG Length)
{
    const KPROCESSOR_MODE Mode = KiPreviousMode();
    ULONG_PTR Information = 0;
    FILE_OBJECT *File;
    HANDLE Handle;
    NTSTATUS Status = IopOpenNamed(ObjectAttributes, FILE_READ_ATTRIBUTES, 0, Mode, &Handle);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ObiReferenceByHandle(Handle, IoiFileObjectType, Mode, (void **)&File, NULL);
    if (NT_SUCCESS(Status)) {
        Status = IopAskDriver(File, IoGetRelatedDeviceObject(File), IRP_MJ_QUERY_INFORMATION,
            (ULONG)Class, Answer, Length, KernelMode, NULL, &Information);
        ObfDereferenceObject(File);
    }
    ObCloseHandle(Handle, Mode);
    return Status;
}

/*
 * NtQueryFullAttributesFile - times, size and attributes of a file by its name.
 *
 * FileInformation: written on success. IRQL: PASSIVE_LEVEL. Returns: as opening it does;
 * ACCESS_VIOLATION.
 * Source:  DOC wdm/ZwQueryFullAttributesFile; tests/kernel/fs/ZwQueryFullAttributesFile.c
 */
NTSTATUS NTAPI NtQueryFullAttributesFile(
    OBJECT_ATTRIBUTES *ObjectAttributes, FILE_NETWORK_OPEN_INFORMATION *FileInformation)
{
    FILE_NETWORK_OPEN_INFORMATION Answer = {0};
    NTSTATUS Status = IopQueryNamed(
        ObjectAttributes, FileNetworkOpenInformation, &Answer, sizeof(Answer));
    if (!NT_SUCCESS(Status))
        return Status;
    return ObiWriteCaller(FileInformation, &Answer, sizeof(Answer), KiPreviousMode());
}

NTSTATUS NTAPI ZwQueryFullAttributesFile(
    OBJECT_ATTRIBUTES *ObjectAttributes, FILE_NETWORK_OPEN_INFORMATION *FileInformation)
{
    return ZW_CALL(QueryFullAttributesFile, (ObjectAttributes, FileInformation));
}

/*
 * NtQueryAttributesFile - the same without the size.
 * IRQL: PASSIVE_LEVEL. Source: INF: a system service the WDK does not describe; as
 * NtQueryFullAttributesFile.
 */
NTSTATUS NTAPI NtQueryAttributesFile(
    OBJECT_ATTRIBUTES *ObjectAttributes, FILE_BASIC_INFORMATION *FileInformation)
{
    FILE_BASIC_INFORMATION Answer = {0};
    NTSTATUS Status = IopQueryNamed(
        ObjectAttributes, FileBasicInformation, &Answer, sizeof(Answer));
    if (!NT_SUCCESS(Status))
        return Status;
    return ObiWriteCaller(FileInformation, &Answer, sizeof(Answer), KiPreviousMode());
}

/*
 * NtDeleteFile - delete a file, or an empty folder, by its name.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS: it goes with the last handle there is; CANNOT_DELETE: it is read-only;
 *          SHARING_VIOLATION; as opening it does.
 * Source:  DOC ntifs/ZwDeleteFile; tests/kernel/fs/ZwDeleteFile.c
 */
NTSTATUS NTAPI NtDeleteFile(OBJECT_ATTRIBUTES *ObjectAttributes)
{
    const KPROCESSOR_MODE Mode = KiPreviousMode();
    HANDLE Handle;
    NTSTATUS Status = IopOpenNamed(ObjectAttributes, DELETE, FILE_DELETE_ON_CLOSE, Mode, &Handle);
    if (NT_SUCCESS(Status))
        ObCloseHandle(Handle, Mode);
    return Status;
}

NTSTATUS NTAPI ZwDeleteFile(OBJECT_ATTRIBUTES *ObjectAttributes)
{
    return ZW_CALL(DeleteFile, (ObjectAttributes));
}
