/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Information about files: what the file object knows is answered here (position, mode, access,
 * alignment, completion notification, priority); the rest is asked of the driver.
 */
#include "io/completion.h"
#include "io/hint.h"
#include "io/info.h"
#include "services.h"

/* A class: the least bytes its structure takes (0: it cannot be queried or set) and the access a
 * handle must grant. */
typedef struct IOP_CLASS_RULE {
    UCHAR QueryBytes, SetBytes;
    ACCESS_MASK QueryAccess, SetAccess;
} IOP_CLASS_RULE;

#define IOP_QUERY(Bytes, Access) .QueryBytes = (Bytes), .QueryAccess = (Access)
#define IOP_SET(Bytes, Access) .SetBytes = (Bytes), .SetAccess = (Access)

/* Bytes that are numbers are of structures only file systems know. */
static const IOP_CLASS_RULE IopClassRule[FileMaximumInformation] = {
    [FileBasicInformation] = {IOP_QUERY(sizeof(FILE_BASIC_INFORMATION), FILE_READ_ATTRIBUTES),
        IOP_SET(sizeof(FILE_BASIC_INFORMATION), FILE_WRITE_ATTRIBUTES)},
    [FileStandardInformation] = {IOP_QUERY(sizeof(FILE_STANDARD_INFORMATION), 0)},
    [FileInternalInformation] = {IOP_QUERY(sizeof(FILE_INTERNAL_INFORMATION), 0)},
    [FileEaInformation] = {IOP_QUERY(sizeof(FILE_EA_INFORMATION), 0)},
    [FileAccessInformation] = {IOP_QUERY(sizeof(FILE_ACCESS_INFORMATION), 0)},
    [FileNameInformation] = {IOP_QUERY(sizeof(FILE_NAME_INFORMATION), 0)},
    [FileRenameInformation] = {IOP_SET(sizeof(FILE_RENAME_INFORMATION), DELETE)},
    [FileLinkInformation] = {IOP_SET(sizeof(FILE_LINK_INFORMATION), 0)},
    [FileDispositionInformation] = {IOP_SET(sizeof(FILE_DISPOSITION_INFORMATION), DELETE)},
    [FilePositionInformation] = {IOP_QUERY(sizeof(FILE_POSITION_INFORMATION), 0),
        IOP_SET(sizeof(FILE_POSITION_INFORMATION), 0)},
    [FileModeInformation] = {IOP_QUERY(sizeof(FILE_MODE_INFORMATION), 0),
        IOP_SET(sizeof(FILE_MODE_INFORMATION), 0)},
    [FileAlignmentInformation] = {IOP_QUERY(sizeof(FILE_ALIGNMENT_INFORMATION), 0)},
    [FileAllInformation] = {IOP_QUERY(sizeof(FILE_ALL_INFORMATION), FILE_READ_ATTRIBUTES)},
    [FileAllocationInformation] = {IOP_SET(sizeof(FILE_ALLOCATION_INFORMATION), FILE_WRITE_DATA)},
    [FileEndOfFileInformation] = {IOP_SET(sizeof(FILE_END_OF_FILE_INFORMATION), FILE_WRITE_DATA)},
    [FileAlternateNameInformation] = {IOP_QUERY(sizeof(FILE_NAME_INFORMATION), 0)},
    [FileStreamInformation] = {IOP_QUERY(sizeof(FILE_STREAM_INFORMATION), 0)},
    [FilePipeInformation] = {IOP_QUERY(sizeof(FILE_PIPE_INFORMATION), FILE_READ_ATTRIBUTES),
        IOP_SET(sizeof(FILE_PIPE_INFORMATION), FILE_WRITE_ATTRIBUTES)},
    [FilePipeLocalInformation] = {IOP_QUERY(40, FILE_READ_ATTRIBUTES)},
    [FilePipeRemoteInformation] = {IOP_QUERY(16, FILE_READ_ATTRIBUTES)},
    [FileMailslotQueryInformation] = {IOP_QUERY(24, 0)},
    [FileMailslotSetInformation] = {IOP_SET(sizeof(void *), 0)},
    [FileCompressionInformation] = {IOP_QUERY(sizeof(FILE_COMPRESSION_INFORMATION), 0)},
    [FileCompletionInformation] = {IOP_SET(sizeof(FILE_COMPLETION_INFORMATION), 0)},
    [FileNetworkOpenInformation] = {IOP_QUERY(
        sizeof(FILE_NETWORK_OPEN_INFORMATION), FILE_READ_ATTRIBUTES)},
    [FileAttributeTagInformation] = {IOP_QUERY(
        sizeof(FILE_ATTRIBUTE_TAG_INFORMATION), FILE_READ_ATTRIBUTES)},
    [FileValidDataLengthInformation] = {IOP_SET(
        sizeof(FILE_VALID_DATA_LENGTH_INFORMATION), FILE_WRITE_DATA)},
    [FileShortNameInformation] = {IOP_SET(sizeof(FILE_NAME_INFORMATION), DELETE)},
    [FileIoCompletionNotificationInformation] =
        {IOP_QUERY(sizeof(FILE_IO_COMPLETION_NOTIFICATION_INFORMATION), 0),
            IOP_SET(sizeof(FILE_IO_COMPLETION_NOTIFICATION_INFORMATION), 0)},
    [FileIoPriorityHintInformation] = {IOP_QUERY(sizeof(FILE_IO_PRIORITY_HINT_INFORMATION),
                                           FILE_READ_DATA),
        IOP_SET(sizeof(FILE_IO_PRIORITY_HINT_INFORMATION), 0)},
    [FileHardLinkInformation] = {IOP_QUERY(32, 0)},
    [FileNormalizedNameInformation] = {IOP_QUERY(sizeof(FILE_NAME_INFORMATION), 0)},
    [FileNetworkPhysicalNameInformation] = {IOP_QUERY(sizeof(FILE_NAME_INFORMATION), 0)},
    [FileIsRemoteDeviceInformation] = {IOP_QUERY(sizeof(FILE_IS_REMOTE_DEVICE_INFORMATION), 0)},
    [FileStandardLinkInformation] = {IOP_QUERY(12, 0)},
    [FileRemoteProtocolInformation] = {IOP_QUERY(116, 0)},
    [FileVolumeNameInformation] = {IOP_QUERY(sizeof(FILE_NAME_INFORMATION), 0)},
    [FileIdInformation] = {IOP_QUERY(24, 0)},
    [FileReplaceCompletionInformation] = {IOP_SET(sizeof(FILE_COMPLETION_INFORMATION), 0)},
    [FileDispositionInformationEx] = {IOP_SET(sizeof(FILE_DISPOSITION_INFORMATION_EX), DELETE)},
    [FileRenameInformationEx] = {IOP_SET(sizeof(FILE_RENAME_INFORMATION), DELETE)},
    [FileStatInformation] = {IOP_QUERY(72, FILE_READ_ATTRIBUTES)},
    [FileCaseSensitiveInformation] = {IOP_QUERY(4, FILE_READ_ATTRIBUTES),
        IOP_SET(4, FILE_WRITE_ATTRIBUTES)},
    [FileLinkInformationEx] = {IOP_SET(sizeof(FILE_LINK_INFORMATION), 0)},
};

/* The first class a Windows version does not have. */
static const struct {
    UCHAR Version;
    UCHAR FirstUnknown;
} IopClassLimit[] = {
    {WINVER_WIN2000, FileIdBothDirectoryInformation},
    {WINVER_WS2003, FileIoCompletionNotificationInformation},
    {WINVER_VISTA, FileIdGlobalTxDirectoryInformation},
    {WINVER_WIN7, FileRenameInformationBypassAccessCheck},
    {WINVER_WIN8, FileReplaceCompletionInformation},
    {WINVER_WIN81, FileIdExtdBothDirectoryInformation},
    {WINVER_WIN10_1511, FileDispositionInformationEx},
    {WINVER_WIN10_1607, FileDesiredStorageClassInformation},
    {WINVER_WIN10_1703, FileMemoryPartitionInformation},
    {WINVER_WIN10_1709, FileStatLxInformation},
    {WINVER_WIN10_1803, FileLinkInformationEx},
};

/* The rule of a class this Windows knows, or NULL. */
static const IOP_CLASS_RULE *IopRuleOfClass(ULONG Class)
{
    ULONG Limit = FileMaximumInformation;
    for (ULONG Index = RTL_NUMBER_OF(IopClassLimit); Index-- != 0;) {
        if (LdrTargetVersion <= IopClassLimit[Index].Version)
            Limit = IopClassLimit[Index].FirstUnknown;
    }
    return Class < Limit ? &IopClassRule[Class] : NULL;
}

NTSTATUS IopCheckFileClass(ULONG Class, ULONG Length, BOOLEAN Query, ACCESS_MASK *Access)
{
    const IOP_CLASS_RULE *Rule = IopRuleOfClass(Class);
    ULONG Bytes = Rule == NULL ? 0 : Query ? Rule->QueryBytes : Rule->SetBytes;
    if (Bytes == 0)
        return STATUS_INVALID_INFO_CLASS;
    if (Length < Bytes)
        return STATUS_INFO_LENGTH_MISMATCH;
    *Access = Query ? Rule->QueryAccess : Rule->SetAccess;
    return STATUS_SUCCESS;
}

/* ---- what the file object knows -------------------------------------------------------------- */

static ULONG IopFileMode(const FILE_OBJECT *File)
{
    ULONG Mode = 0;
    if (File->Flags & FO_WRITE_THROUGH)
        Mode |= FILE_WRITE_THROUGH;
    if (File->Flags & FO_SEQUENTIAL_ONLY)
        Mode |= FILE_SEQUENTIAL_ONLY;
    if (File->Flags & FO_NO_INTERMEDIATE_BUFFERING)
        Mode |= FILE_NO_INTERMEDIATE_BUFFERING;
    if (File->Flags & FO_SYNCHRONOUS_IO)
        Mode |= (File->Flags & FO_ALERTABLE_IO) ? FILE_SYNCHRONOUS_IO_ALERT
                                                : FILE_SYNCHRONOUS_IO_NONALERT;
    if (File->Flags & FO_DELETE_ON_CLOSE)
        Mode |= FILE_DELETE_ON_CLOSE;
    return Mode;
}

static NTSTATUS IopSetFileMode(FILE_OBJECT *File, ULONG Mode)
{
    ULONG Synchronous = Mode & (FILE_SYNCHRONOUS_IO_ALERT | FILE_SYNCHRONOUS_IO_NONALERT);
    if ((Mode & ~(ULONG)FILE_VALID_SET_FLAGS) ||
        Synchronous == (FILE_SYNCHRONOUS_IO_ALERT | FILE_SYNCHRONOUS_IO_NONALERT) ||
        (Synchronous != 0) != ((File->Flags & FO_SYNCHRONOUS_IO) != 0))
        return STATUS_INVALID_PARAMETER;
    ULONG Flags = File->Flags & ~(ULONG)(FO_WRITE_THROUGH | FO_SEQUENTIAL_ONLY | FO_ALERTABLE_IO);
    if (Mode & FILE_WRITE_THROUGH)
        Flags |= FO_WRITE_THROUGH;
    if (Mode & FILE_SEQUENTIAL_ONLY)
        Flags |= FO_SEQUENTIAL_ONLY;
    if (Synchronous == FILE_SYNCHRONOUS_IO_ALERT)
        Flags |= FO_ALERTABLE_IO;
    File->Flags = Flags;
    return STATUS_SUCCESS;
}

static ULONG IopNotificationModes(const FILE_OBJECT *File)
{
    return ((File->Flags & FO_SKIP_COMPLETION_PORT) ? FILE_SKIP_COMPLETION_PORT_ON_SUCCESS : 0) |
           ((File->Flags & FO_SKIP_SET_EVENT) ? FILE_SKIP_SET_EVENT_ON_HANDLE : 0) |
           ((File->Flags & FO_SKIP_SET_FAST_IO) ? FILE_SKIP_SET_USER_EVENT_ON_FAST_IO : 0);
}

/* Modes are added; none is ever taken back. */
static NTSTATUS IopAddNotificationModes(FILE_OBJECT *File, ULONG Modes)
{
    const ULONG Valid = FILE_SKIP_COMPLETION_PORT_ON_SUCCESS | FILE_SKIP_SET_EVENT_ON_HANDLE |
                        FILE_SKIP_SET_USER_EVENT_ON_FAST_IO;
    if ((Modes & ~Valid) ||
        ((Modes & FILE_SKIP_COMPLETION_PORT_ON_SUCCESS) && (File->Flags & FO_SYNCHRONOUS_IO)))
        return STATUS_INVALID_PARAMETER;
    __atomic_fetch_or(&File->Flags,
        ((Modes & FILE_SKIP_COMPLETION_PORT_ON_SUCCESS) ? FO_SKIP_COMPLETION_PORT : 0) |
            ((Modes & FILE_SKIP_SET_EVENT_ON_HANDLE) ? FO_SKIP_SET_EVENT : 0) |
            ((Modes & FILE_SKIP_SET_USER_EVENT_ON_FAST_IO) ? FO_SKIP_SET_FAST_IO : 0),
        __ATOMIC_RELAXED);
    return STATUS_SUCCESS;
}

static NTSTATUS IopSetPosition(const IOP_INQUIRY *Inquiry, LARGE_INTEGER Position)
{
    USHORT Sector = Inquiry->Device->SectorSize;
    if (Position.QuadPart < 0 ||
        ((Inquiry->File->Flags & FO_NO_INTERMEDIATE_BUFFERING) && Sector != 0 &&
            Position.QuadPart % Sector != 0))
        return STATUS_INVALID_PARAMETER;
    Inquiry->File->CurrentByteOffset = Position;
    return STATUS_SUCCESS;
}

/* ---- query ----------------------------------------------------------------------------------- */

/* Answers into Buffer what needs no driver; returns the bytes written, 0: ask the driver. */
static ULONG IopAnswerQuery(const IOP_INQUIRY *Inquiry)
{
    const FILE_OBJECT *File = Inquiry->File;
    union {
        FILE_POSITION_INFORMATION Position;
        FILE_ACCESS_INFORMATION Access;
        FILE_MODE_INFORMATION Mode;
        FILE_ALIGNMENT_INFORMATION Alignment;
        FILE_IO_COMPLETION_NOTIFICATION_INFORMATION Notification;
        FILE_IO_PRIORITY_HINT_INFORMATION Priority;
        FILE_IS_REMOTE_DEVICE_INFORMATION Remote;
    } *Answer = Inquiry->Buffer;

    switch (Inquiry->Class) {
    case FilePositionInformation:
        if (!(File->Flags & FO_SYNCHRONOUS_IO))
            return 0;
        Answer->Position.CurrentByteOffset = File->CurrentByteOffset;
        return sizeof(Answer->Position);
    case FileAccessInformation:
        Answer->Access.AccessFlags = Inquiry->Granted;
        return sizeof(Answer->Access);
    case FileModeInformation:
        Answer->Mode.Mode = IopFileMode(File);
        return sizeof(Answer->Mode);
    case FileAlignmentInformation:
        Answer->Alignment.AlignmentRequirement = Inquiry->Device->AlignmentRequirement;
        return sizeof(Answer->Alignment);
    case FileIoCompletionNotificationInformation:
        Answer->Notification.Flags = IopNotificationModes(File);
        return sizeof(Answer->Notification);
    case FileIoPriorityHintInformation:
        Answer->Priority.PriorityHint = IopFileHint(File, IoPriorityNormal);
        return sizeof(Answer->Priority);
    case FileIsRemoteDeviceInformation:
        Answer->Remote.IsRemote = (Inquiry->Device->Characteristics & FILE_REMOTE_DEVICE) != 0;
        return sizeof(Answer->Remote);
    default:
        return 0;
    }
}

/* The driver fills in the rest and counts what it finds filled in. */
static ULONG_PTR IopBeginAll(const IOP_INQUIRY *Inquiry)
{
    FILE_ALL_INFORMATION *All = Inquiry->Buffer;
    All->AccessInformation.AccessFlags = Inquiry->Granted;
    All->ModeInformation.Mode = IopFileMode(Inquiry->File);
    All->AlignmentInformation.AlignmentRequirement = Inquiry->Device->AlignmentRequirement;
    return sizeof(All->AccessInformation) + sizeof(All->ModeInformation) +
        sizeof(All->AlignmentInformation);
}

/*
 * NtQueryInformationFile - information about an open file.
 *
 * IoStatusBlock: written unless the result is an error; Information is the bytes put into
 * FileInformation.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS or the driver's status; INVALID_INFO_CLASS; INFO_LENGTH_MISMATCH: Length is less
 *          than the structure; ACCESS_DENIED: the handle lacks what the class asks for;
 *          INVALID_HANDLE, OBJECT_TYPE_MISMATCH, ACCESS_VIOLATION, DATATYPE_MISALIGNMENT,
 *          INSUFFICIENT_RESOURCES.
 * Source:  DOC ntifs/NtQueryInformationFile, MS-FSA 2.1.5.12; INF the access some classes need;
 *          tests/kernel/io/ZwQueryInformationFile.c
 */
NTSTATUS NTAPI NtQueryInformationFile(HANDLE FileHandle, IO_STATUS_BLOCK *IoStatusBlock,
    void *FileInformation, ULONG Length, FILE_INFORMATION_CLASS FileInformationClass)
{
    ACCESS_MASK Access;
    IOP_INQUIRY Inquiry = {.Handle = FileHandle,
        .IoStatus = IoStatusBlock,
        .UserBuffer = FileInformation,
        .Length = Length,
        .Class = (ULONG)FileInformationClass,
        .Query = TRUE};
    NTSTATUS Status = IopCheckFileClass(Inquiry.Class, Length, TRUE, &Access);
    if (NT_SUCCESS(Status))
        Status = IopBeginInquiry(&Inquiry, Access, FALSE);
    if (Status != STATUS_SUCCESS)
        return Status;
    ULONG_PTR Information = IopAnswerQuery(&Inquiry);
    if (Information != 0)
        return IopEndInquiry(&Inquiry, STATUS_SUCCESS, Information);
    if (FileInformationClass == FileAllInformation)
        Information = IopBeginAll(&Inquiry);
    Status = IopAskDriver(Inquiry.File, Inquiry.Device, IRP_MJ_QUERY_INFORMATION, Inquiry.Class,
        Inquiry.Buffer, Length, Inquiry.Mode, NULL, &Information);
    return IopEndInquiry(&Inquiry, Status, Information);
}

/* ---- set ------------------------------------------------------------------------------------- */

/* TRUE: done without the driver, with *Status. */
static BOOLEAN IopSetHere(const IOP_INQUIRY *Inquiry, NTSTATUS *Status)
{
    FILE_OBJECT *File = Inquiry->File;
    const union {
        FILE_POSITION_INFORMATION Position;
        FILE_MODE_INFORMATION Mode;
        FILE_IO_COMPLETION_NOTIFICATION_INFORMATION Notification;
        FILE_IO_PRIORITY_HINT_INFORMATION Priority;
        FILE_COMPLETION_INFORMATION Completion;
    } *Wanted = Inquiry->Buffer;

    switch (Inquiry->Class) {
    case FilePositionInformation:
        if (!(File->Flags & FO_SYNCHRONOUS_IO))
            return FALSE;
        *Status = IopSetPosition(Inquiry, Wanted->Position.CurrentByteOffset);
        return TRUE;
    case FileModeInformation:
        *Status = IopSetFileMode(File, Wanted->Mode.Mode);
        return TRUE;
    case FileIoCompletionNotificationInformation:
        *Status = IopAddNotificationModes(File, Wanted->Notification.Flags);
        return TRUE;
    case FileIoPriorityHintInformation:
        *Status = (ULONG)Wanted->Priority.PriorityHint <= IoPriorityNormal
            ? IoSetIoPriorityHintIntoFileObject(File, Wanted->Priority.PriorityHint)
            : STATUS_INVALID_PARAMETER; /* higher ones are the system's own */
        return TRUE;
    case FileCompletionInformation:
    case FileReplaceCompletionInformation:
        *Status = IopSetCompletion(File, Wanted->Completion.Port, Wanted->Completion.Key,
            Inquiry->Class == FileReplaceCompletionInformation, Inquiry->Mode);
        return TRUE;
    default:
        return FALSE;
    }
}

static NTSTATUS IopCheckNewName(const FILE_RENAME_INFORMATION *Rename, ULONG Length)
{
    ULONG Room = Length - (ULONG)FIELD_OFFSET(FILE_RENAME_INFORMATION, FileName);
    if (Rename->FileNameLength == 0 || (Rename->FileNameLength & 1) ||
        Rename->FileNameLength > Room || Rename->FileNameLength > MAXUSHORT - sizeof(WCHAR))
        return STATUS_INVALID_PARAMETER;
    return STATUS_SUCCESS;
}

/* A plain name stays in its directory and goes to the driver as it is. Of any other the directory
 * is opened for the driver. */
static NTSTATUS IopOpenTarget(const FILE_OBJECT *File, const FILE_RENAME_INFORMATION *Rename,
    KPROCESSOR_MODE Mode, FILE_OBJECT **Target)
{
    IOP_OPEN Open = {.Magic = IOP_OPEN_MAGIC,
        .Disposition = FILE_OPEN,
        .CreateOptions = FILE_OPEN_FOR_BACKUP_INTENT,
        .ShareAccess = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
        .TargetDirectory = TRUE};
    OB_ACCESS Access = {
        .Desired = FILE_WRITE_DATA | SYNCHRONIZE, .Mode = Mode, .Attributes = OBJ_CASE_INSENSITIVE};
    const UNICODE_STRING Name = {.Length = (USHORT)Rename->FileNameLength,
        .MaximumLength = (USHORT)Rename->FileNameLength,
        .Buffer = ((FILE_RENAME_INFORMATION *)(ULONG_PTR)Rename)->FileName};
    FILE_OBJECT *Root = NULL, *Found;
    if (Rename->RootDirectory == NULL && Rename->FileName[0] != u'\\')
        return STATUS_SUCCESS;
    if (Rename->RootDirectory != NULL) {
        NTSTATUS Referenced = ObiReferenceByHandle(
            Rename->RootDirectory, IoiFileObjectType, Mode, (void **)&Root, NULL);
        if (!NT_SUCCESS(Referenced))
            return Referenced;
    }
    NTSTATUS Status = ObiLookup(
        Root, &Name, OBJ_CASE_INSENSITIVE, IoiFileObjectType, &Access, &Open, (void **)&Found);
    if (Root != NULL)
        ObfDereferenceObject(Root);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Found->DeviceObject != File->DeviceObject) {
        ObfDereferenceObject(Found);
        return STATUS_NOT_SAME_DEVICE;
    }
    *Target = Found;
    return STATUS_SUCCESS;
}

/* What goes into the last members of Parameters.SetFile; given back with IopEndSet. */
static NTSTATUS IopBeginSet(const FILE_OBJECT *File, ULONG Class, const void *Buffer, ULONG Length,
    HANDLE Handle, KPROCESSOR_MODE Mode, IOP_SET_ARGUMENT *Set)
{
    const FILE_RENAME_INFORMATION *Rename = Buffer;
    NTSTATUS Status;
    *Set = (IOP_SET_ARGUMENT){0};
    switch (Class) {
    case FileRenameInformation:
    case FileLinkInformation:
    case FileRenameInformationEx:
    case FileLinkInformationEx:
        Status = IopCheckNewName(Rename, Length);
        if (!NT_SUCCESS(Status))
            return Status;
        Set->Value = (HANDLE)(ULONG_PTR)(Class == FileRenameInformation ||
                    Class == FileLinkInformation
                ? Rename->ReplaceIfExists != 0
                : (Rename->Flags & FILE_RENAME_REPLACE_IF_EXISTS) != 0);
        return IopOpenTarget(File, Rename, Mode, &Set->Target);
    case FileDispositionInformation:
        Set->Value = Handle;
        return STATUS_SUCCESS;
    default:
        return STATUS_SUCCESS;
    }
}

static void IopEndSet(const IOP_SET_ARGUMENT *Set)
{
    if (Set->Target != NULL)
        ObfDereferenceObject(Set->Target);
}

/*
 * NtSetInformationFile - change something about an open file.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: as NtQueryInformationFile; INVALID_PARAMETER: the value makes no sense for this file;
 *          NOT_SAME_DEVICE, and what opening it says: a new name elsewhere.
 * Source:  DOC ntifs/NtSetInformationFile, MS-FSA 2.1.5.15; INF the access some classes need;
 *          tests/kernel/io/ZwSetInformationFile.c
 */
NTSTATUS NTAPI NtSetInformationFile(HANDLE FileHandle, IO_STATUS_BLOCK *IoStatusBlock,
    void *FileInformation, ULONG Length, FILE_INFORMATION_CLASS FileInformationClass)
{
    ACCESS_MASK Access;
    IOP_SET_ARGUMENT Set;
    ULONG_PTR Information = 0;
    IOP_INQUIRY Inquiry = {.Handle = FileHandle,
        .IoStatus = IoStatusBlock,
        .UserBuffer = FileInformation,
        .Length = Length,
        .Class = (ULONG)FileInformationClass};
    NTSTATUS Status = IopCheckFileClass(Inquiry.Class, Length, FALSE, &Access);
    if (NT_SUCCESS(Status))
        Status = IopBeginInquiry(&Inquiry, Access, FALSE);
    if (Status != STATUS_SUCCESS)
        return Status;
    if (IopSetHere(&Inquiry, &Status))
        return IopEndInquiry(&Inquiry, Status, 0);
    Status = IopBeginSet(
        Inquiry.File, Inquiry.Class, Inquiry.Buffer, Length, FileHandle, Inquiry.Mode, &Set);
    if (NT_SUCCESS(Status)) {
        Status = IopAskDriver(Inquiry.File, Inquiry.Device, IRP_MJ_SET_INFORMATION, Inquiry.Class,
            Inquiry.Buffer, Length, Inquiry.Mode, &Set, &Information);
        IopEndSet(&Set);
    }
    return IopEndInquiry(&Inquiry, Status, Information);
}

/* ---- for drivers, by file object ------------------------------------------------------------- */

static NTSTATUS IopLockAndAsk(FILE_OBJECT *File, UCHAR MajorFunction, ULONG Class, void *Buffer,
    ULONG Length, const IOP_SET_ARGUMENT *Set, ULONG_PTR *Information)
{
    BOOLEAN Synchronous = (File->Flags & FO_SYNCHRONOUS_IO) != 0;
    NTSTATUS Status = Synchronous ? IopLockFile(File) : STATUS_SUCCESS;
    if (Status != STATUS_SUCCESS)
        return Status;
    Status = IopAskDriver(File, IoGetRelatedDeviceObject(File), MajorFunction, Class, Buffer,
        Length, KernelMode, Set, Information);
    if (Synchronous)
        IopUnlockFile(File);
    return Status;
}

/*
 * IoQueryFileInformation - ask a file's driver, whatever the class.
 *
 * ReturnedLength: bytes the driver put into Information; untouched on error.
 * IRQL:    PASSIVE_LEVEL
 * Returns: the driver's status; INSUFFICIENT_RESOURCES.
 * Source:  DOC ntifs/IoQueryFileInformation; tests/kernel/io/IoQueryFileInformation.c
 */
NTSTATUS NTAPI IoQueryFileInformation(FILE_OBJECT *FileObject, FILE_INFORMATION_CLASS Class,
    ULONG Length, void *Information, ULONG *ReturnedLength)
{
    ULONG_PTR Bytes = 0;
    NTSTATUS Status = IopLockAndAsk(
        FileObject, IRP_MJ_QUERY_INFORMATION, (ULONG)Class, Information, Length, NULL, &Bytes);
    if (!NT_ERROR(Status))
        *ReturnedLength = (ULONG)Bytes;
    return Status;
}

/*
 * IoQueryVolumeInformation - the same about the file's volume.
 * IRQL: PASSIVE_LEVEL. Source: DOC ntifs/IoQueryVolumeInformation;
 * tests/kernel/io/IoQueryFileInformation.c
 */
NTSTATUS NTAPI IoQueryVolumeInformation(FILE_OBJECT *FileObject, FS_INFORMATION_CLASS Class,
    ULONG Length, void *Information, ULONG *ReturnedLength)
{
    ULONG_PTR Bytes = 0;
    NTSTATUS Status = IopLockAndAsk(FileObject, IRP_MJ_QUERY_VOLUME_INFORMATION, (ULONG)Class,
        Information, Length, NULL, &Bytes);
    if (!NT_ERROR(Status))
        *ReturnedLength = (ULONG)Bytes;
    return Status;
}

/*
 * IoSetInformation - have a file's driver change something, whatever the class.
 * IRQL: PASSIVE_LEVEL. Returns: the driver's status; INVALID_PARAMETER and others of a new name, as
 * NtSetInformationFile; INSUFFICIENT_RESOURCES. Source: DOC ntifs/IoSetInformation;
 * tests/kernel/io/IoQueryFileInformation.c
 */
NTSTATUS NTAPI IoSetInformation(
    FILE_OBJECT *FileObject, FILE_INFORMATION_CLASS Class, ULONG Length, void *Information)
{
    IOP_SET_ARGUMENT Set;
    ULONG_PTR Bytes = 0;
    NTSTATUS Status = IopBeginSet(
        FileObject, (ULONG)Class, Information, Length, NULL, KernelMode, &Set);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = IopLockAndAsk(
        FileObject, IRP_MJ_SET_INFORMATION, (ULONG)Class, Information, Length, &Set, &Bytes);
    IopEndSet(&Set);
    return Status;
}
