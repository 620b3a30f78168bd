/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Listing folders, and the services that take a name instead of a handle: those open, ask and
 * close. A listing is waited for, whatever the file.
 */
#include "io/completion.h"
#include "io/directory.h"
#include "io/info.h"
#include "ke/zw.h"
#include "services.h"

#define IOP_STAT_LX_BYTES 96u /* FILE_STAT_LX_INFORMATION: six numbers more than the other has */

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

/* Who is told of the end of a listing, besides the status block. */
typedef struct IOP_TELLING {
    HANDLE EventHandle;
    PIO_APC_ROUTINE ApcRoutine;
    void *ApcContext;
    KEVENT *Event; /* referenced; NULL: the file's own */
    IRP *Irp;      /* carries the APC, or the packet of the file's port; NULL: neither */
} IOP_TELLING;

static NTSTATUS IopBeginTelling(IOP_TELLING *Telling, const IOP_INQUIRY *Inquiry)
{
    BOOLEAN HasPort = Inquiry->File->CompletionContext != NULL;
    if (Telling->ApcRoutine != NULL && HasPort)
        return STATUS_INVALID_PARAMETER;
    if (Telling->EventHandle != NULL) {
        NTSTATUS Status = ObReferenceObjectByHandle(Telling->EventHandle, EVENT_MODIFY_STATE,
            ExEventObjectType, Inquiry->Mode, (void **)&Telling->Event, NULL);
        if (!NT_SUCCESS(Status))
            return Status;
        KeClearEvent(Telling->Event);
    }
    if (Telling->ApcRoutine == NULL && (Telling->ApcContext == NULL || !HasPort))
        return STATUS_SUCCESS;
    Telling->Irp = IopAllocateIrp(Inquiry->Device->StackSize, IOP_SERVICE, EX_KERNEL_SITE);
    if (Telling->Irp == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    IopPacket(Telling->Irp)->Mode = Inquiry->Mode;
    Telling->Irp->UserIosb = Inquiry->IoStatus;
    Telling->Irp->Overlay.AsynchronousParameters.UserApcRoutine = Telling->ApcRoutine;
    Telling->Irp->Overlay.AsynchronousParameters.UserApcContext = Telling->ApcContext;
    return STATUS_SUCCESS;
}

/* An error is told by the service alone. */
static void IopEndTelling(
    IOP_TELLING *Telling, FILE_OBJECT *File, NTSTATUS Status, ULONG_PTR Information)
{
    if (Telling->Event != NULL) {
        if (!NT_ERROR(Status))
            KeSetEvent(Telling->Event, IO_NO_INCREMENT, FALSE);
        ObfDereferenceObject(Telling->Event);
    } else if (!NT_ERROR(Status) && !(File->Flags & FO_SKIP_SET_EVENT)) {
        KeSetEvent(&File->Event, IO_NO_INCREMENT, FALSE);
    }
    if (Telling->Irp == NULL)
        return;
    if (NT_ERROR(Status)) {
        IopFreeIrp(Telling->Irp);
        return;
    }
    ETHREAD *Thread = (ETHREAD *)KeGetCurrentThread();
    ObiReference(Thread);
    Telling->Irp->IoStatus.Status = Status;
    Telling->Irp->IoStatus.Information = Information;
    IopNotify(Telling->Irp, File, Thread, FALSE);
}

static NTSTATUS IopListFolder(
    IOP_INQUIRY *Inquiry, IOP_TELLING *Telling, UNICODE_STRING *Pattern, UCHAR Flags)
{
    ULONG_PTR Information = 0;
    NTSTATUS Status = IopBeginInquiry(Inquiry, FILE_LIST_DIRECTORY, FALSE);
    if (Status != STATUS_SUCCESS)
        return Status;
    FILE_OBJECT *File = Inquiry->File;
    ObiReference(File);
    Status = IopBeginTelling(Telling, Inquiry);
    if (NT_SUCCESS(Status))
        Status = IopSendListing(Inquiry, Pattern, Flags, &Information);
    Status = IopEndInquiry(Inquiry, Status, Information);
    IopEndTelling(Telling, File, Status, Information);
    ObfDereferenceObject(File);
    return Status;
}

static NTSTATUS IopListDirectory(
    IOP_INQUIRY *Inquiry, IOP_TELLING *Telling, UNICODE_STRING *FileName, UCHAR Flags)
{
    UNICODE_STRING Pattern = {0};
    NTSTATUS Status = FileName != NULL ? ObiCaptureString(FileName, Inquiry->Mode, &Pattern)
                                       : STATUS_SUCCESS;
    if (!NT_SUCCESS(Status))
        return Status;
    Status = IopListFolder(Inquiry, Telling, Pattern.Length != 0 ? &Pattern : NULL, Flags);
    if (Pattern.Buffer != NULL)
        ExiFree(Pattern.Buffer);
    return Status;
}

/*
 * NtQueryDirectoryFile - entries of an open folder, from where the last query of the handle ended.
 *
 * FileName: pattern of the first query of a handle; later ones are ignored. Event, ApcRoutine,
 * ApcContext, IoStatusBlock: as NtReadFile.
 * FileInformationClass: the FileDirectory, FileFull, FileBoth, FileIdFull, FileIdBoth
 * …DirectoryInformation and FileNamesInformation.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; NO_SUCH_FILE: nothing matches at all; NO_MORE_FILES; BUFFER_OVERFLOW: the first
 *          name is cut; INVALID_INFO_CLASS, INFO_LENGTH_MISMATCH, ACCESS_DENIED
 *          (FILE_LIST_DIRECTORY), INVALID_PARAMETER: no folder, or an ApcRoutine and a completion
 *          port; INSUFFICIENT_RESOURCES.
 * Source:  DOC ntifs/NtQueryDirectoryFile; tests/kernel/fs/ZwQueryDirectoryFile.c
 */
NTSTATUS NTAPI NtQueryDirectoryFile(HANDLE FileHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine,
    void *ApcContext, IO_STATUS_BLOCK *IoStatusBlock, void *FileInformation, ULONG Length,
    FILE_INFORMATION_CLASS FileInformationClass, BOOLEAN ReturnSingleEntry,
    UNICODE_STRING *FileName, BOOLEAN RestartScan)
{
    const ULONG Flags = (RestartScan ? SL_RESTART_SCAN : 0u) |
        (ReturnSingleEntry ? SL_RETURN_SINGLE_ENTRY : 0u);
    return NtQueryDirectoryFileEx(FileHandle, Event, ApcRoutine, ApcContext, IoStatusBlock,
        FileInformation, Length, FileInformationClass, Flags, FileName);
}

/*
 * NtQueryDirectoryFileEx - the same, with what else a file system may be asked for.
 *
 * QueryFlags: SL_RESTART_SCAN, SL_RETURN_SINGLE_ENTRY; SL_RETURN_ON_DISK_ENTRIES_ONLY and
 *          SL_NO_CURSOR_UPDATE_QUERY go to the driver; C: heeds the last, and has nothing that is
 *          not on the disk.
 * IRQL:    PASSIVE_LEVEL
 * Returns: as above; INVALID_PARAMETER: another flag.
 * Source:  DOC ntifs/NtQueryDirectoryFileEx; INF the status, and that a query that leaves the
 *          handle's alone has a pattern of its own; tests/kernel/fs/ZwQueryDirectoryFileEx.c
 */
NTSTATUS NTAPI NtQueryDirectoryFileEx(HANDLE FileHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine,
    void *ApcContext, IO_STATUS_BLOCK *IoStatusBlock, void *FileInformation, ULONG Length,
    FILE_INFORMATION_CLASS FileInformationClass, ULONG QueryFlags, UNICODE_STRING *FileName)
{
    IOP_INQUIRY Inquiry = {.Handle = FileHandle,
        .IoStatus = IoStatusBlock,
        .UserBuffer = FileInformation,
        .Length = Length,
        .Class = (ULONG)FileInformationClass,
        .Mode = KiPreviousMode(),
        .Query = TRUE};
    IOP_TELLING Telling = {
        .EventHandle = Event, .ApcRoutine = ApcRoutine, .ApcContext = ApcContext};
    ULONG Least = IopEntryBytes(FileInformationClass);
    if (Least == 0)
        return STATUS_INVALID_INFO_CLASS;
    if (Length < Least)
        return STATUS_INFO_LENGTH_MISMATCH;
    if (QueryFlags & ~(ULONG)SL_QUERY_DIRECTORY_MASK)
        return STATUS_INVALID_PARAMETER;
    return IopListDirectory(&Inquiry, &Telling, FileName, (UCHAR)QueryFlags);
}

NTSTATUS NTAPI ZwQueryDirectoryFileEx(HANDLE FileHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine,
    void *ApcContext, IO_STATUS_BLOCK *IoStatusBlock, void *FileInformation, ULONG Length,
    FILE_INFORMATION_CLASS FileInformationClass, ULONG QueryFlags, UNICODE_STRING *FileName)
{
    return ZW_CALL(QueryDirectoryFileEx,
        (FileHandle, Event, ApcRoutine, ApcContext, IoStatusBlock, FileInformation, Length,
            FileInformationClass, QueryFlags, FileName));
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
    ULONG_PTR Information = 0; /* each of these answers is of one size */
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

/* What NtQueryInformationByName can be asked for, and how large the answer is; 0: nothing. */
static ULONG IopNamedBytes(FILE_INFORMATION_CLASS Class)
{
    switch (Class) {
    case FileStatInformation: return sizeof(FILE_STAT_INFORMATION);
    case FileStatLxInformation: return IOP_STAT_LX_BYTES;
    case FileCaseSensitiveInformation: return sizeof(FILE_CASE_SENSITIVE_INFORMATION);
    default: return 0;
    }
}

/*
 * NtQueryInformationByName - something about a file by its name.
 *
 * FileInformationClass: FileStatInformation, FileStatLxInformation (the file system's; C: does not
 *          know it), FileCaseSensitiveInformation.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: another class; INFO_LENGTH_MISMATCH; as opening it does;
 *          ACCESS_VIOLATION.
 * Source:  DOC ntifs/NtQueryInformationByName; tests/kernel/fs/ZwQueryInformationByName.c
 */
NTSTATUS NTAPI NtQueryInformationByName(OBJECT_ATTRIBUTES *ObjectAttributes,
    IO_STATUS_BLOCK *IoStatusBlock, void *FileInformation, ULONG Length,
    FILE_INFORMATION_CLASS FileInformationClass)
{
    const KPROCESSOR_MODE Mode = KiPreviousMode();
    const ULONG Bytes = IopNamedBytes(FileInformationClass);
    LARGE_INTEGER Answer[IOP_STAT_LX_BYTES / sizeof(LARGE_INTEGER)] = {0};
    if (Bytes == 0)
        return STATUS_INVALID_PARAMETER;
    if (Length < Bytes)
        return STATUS_INFO_LENGTH_MISMATCH;
    NTSTATUS Status = IopQueryNamed(ObjectAttributes, FileInformationClass, Answer, Bytes);
    if (!NT_SUCCESS(Status))
        return Status;
    const IO_STATUS_BLOCK Block = {.Status = Status, .Information = Bytes};
    Status = ObiWriteCaller(FileInformation, Answer, Bytes, Mode);
    return NT_SUCCESS(Status) ? ObiWriteStatusBlock(IoStatusBlock, &Block, Mode) : Status;
}

NTSTATUS NTAPI ZwQueryInformationByName(OBJECT_ATTRIBUTES *ObjectAttributes,
    IO_STATUS_BLOCK *IoStatusBlock, void *FileInformation, ULONG Length,
    FILE_INFORMATION_CLASS FileInformationClass)
{
    return ZW_CALL(QueryInformationByName,
        (ObjectAttributes, IoStatusBlock, FileInformation, Length, FileInformationClass));
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
