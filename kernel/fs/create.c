/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * IRP_MJ_CREATE: opening and making files and folders. Checks come in NTFS's order: the name, what
 * it leads to, a pending deletion, whether the disposition goes with that, access, attributes, who
 * else has it open. Nothing is changed before the last check. Sources: MS-FSA 2.1.5.1 for the
 * statuses.
 */
#include <errno.h>
#include <string.h>

#include "fs/fsp.h"

/* A create request taken apart. */
typedef struct FSP_CREATE {
    FILE_OBJECT *FileObject;
    ULONG Options, Disposition, Attributes, Share;
    ACCESS_MASK Access;
    ACCESS_STATE *State;  /* what is granted goes in here */
    KPROCESSOR_MODE Mode; /* UserMode: access is checked */
    BOOLEAN TargetFolder; /* SL_OPEN_TARGET_DIRECTORY: of a rename to come */
    FSP_OPEN *Open;
    FSP_FILE *File;
    ULONG_PTR Information;
    FSP_LOOKUP Lookup;
} FSP_CREATE;

#define FSP_WRITES (FILE_WRITE_DATA | FILE_APPEND_DATA)
#define FSP_READS (FILE_READ_DATA | FILE_EXECUTE)

static BOOLEAN FspOverwrites(ULONG Disposition)
{
    return Disposition == FILE_SUPERSEDE || Disposition == FILE_OVERWRITE ||
        Disposition == FILE_OVERWRITE_IF;
}

static BOOLEAN FspMakes(ULONG Disposition)
{
    return Disposition != FILE_OPEN && Disposition != FILE_OVERWRITE;
}

/* ---- checks ---------------------------------------------------------------------------------- */

static NTSTATUS FspCheckOptions(const FSP_CREATE *Create)
{
    if (Create->Options & FILE_OPEN_BY_FILE_ID)
        return STATUS_NOT_SUPPORTED;
    if (Create->Disposition > FILE_MAXIMUM_DISPOSITION ||
        ((Create->Options & FILE_DIRECTORY_FILE) &&
            (FspOverwrites(Create->Disposition) || (Create->Options & FILE_NON_DIRECTORY_FILE))) ||
        ((Create->Options & FILE_DELETE_ON_CLOSE) && !(Create->Access & DELETE)))
        return STATUS_INVALID_PARAMETER;
    if ((Create->Attributes & FILE_ATTRIBUTE_TEMPORARY) &&
        (Create->Options & FILE_DIRECTORY_FILE) && FspMakes(Create->Disposition))
        return STATUS_INVALID_PARAMETER;
    return STATUS_SUCCESS;
}

/* What is there, against what was asked for. */
static NTSTATUS FspCheckFound(const FSP_CREATE *Create)
{
    const FSP_LOOKUP *Lookup = &Create->Lookup;
    if (Create->Disposition == FILE_CREATE)
        return STATUS_OBJECT_NAME_COLLISION;
    if (Lookup->Status.kind == HOST_FILE_FOLDER) {
        if (Create->Options & FILE_NON_DIRECTORY_FILE)
            return STATUS_FILE_IS_A_DIRECTORY;
        if (FspOverwrites(Create->Disposition))
            return Lookup->Root ? STATUS_ACCESS_DENIED : STATUS_OBJECT_NAME_COLLISION;
        return STATUS_SUCCESS;
    }
    if (Create->Options & FILE_DIRECTORY_FILE)
        return STATUS_NOT_A_DIRECTORY;
    return Lookup->TrailingBackslash ? STATUS_OBJECT_NAME_INVALID : STATUS_SUCCESS;
}

static NTSTATUS FspCheckAttributes(const FSP_CREATE *Create)
{
    const FSP_LOOKUP *Lookup = &Create->Lookup;
    ULONG Now = FspAttributes(&Lookup->Status);
    if (Lookup->Root && (Create->Options & FILE_DELETE_ON_CLOSE))
        return STATUS_CANNOT_DELETE;
    if (Now & FILE_ATTRIBUTE_READONLY) {
        if (Lookup->Status.kind == HOST_FILE_REGULAR &&
            ((Create->Access & FSP_WRITES) || FspOverwrites(Create->Disposition)))
            return STATUS_ACCESS_DENIED;
        if (Create->Options & FILE_DELETE_ON_CLOSE)
            return STATUS_CANNOT_DELETE;
    }
    if (FspOverwrites(Create->Disposition) &&
        (Now & ~Create->Attributes & (FILE_ATTRIBUTE_HIDDEN | FILE_ATTRIBUTE_SYSTEM)) != 0)
        return STATUS_ACCESS_DENIED;
    return STATUS_SUCCESS;
}

/* What the open does to the data also counts as access: overwriting writes, superseding deletes. */
static ACCESS_MASK FspSharedAccess(const FSP_CREATE *Create)
{
    ACCESS_MASK Access = Create->Access;
    if (Create->Lookup.Found &&
        (Create->Disposition == FILE_OVERWRITE || Create->Disposition == FILE_OVERWRITE_IF))
        Access |= FILE_WRITE_DATA;
    if (Create->Lookup.Found && Create->Disposition == FILE_SUPERSEDE)
        Access |= DELETE;
    if (Create->Options & FILE_DELETE_ON_CLOSE)
        Access |= DELETE;
    return Access;
}

/* Replaces what is asked for by what is granted. Known: the file's own, if it is open already. */
static NTSTATUS FspGrantExisting(FSP_CREATE *Create, const FSP_FILE *Known)
{
    SECURITY_DESCRIPTOR *Descriptor = Known != NULL ? Known->Descriptor : NULL;
    ACCESS_MASK Granted;
    if (Create->Mode == KernelMode)
        return STATUS_SUCCESS;
    ACCESS_MASK Desired = Create->State->OriginalDesiredAccess,
                Extra = FspSharedAccess(Create) & ~Create->Access;
    NTSTATUS Status = Descriptor != NULL ? STATUS_SUCCESS
                                         : FspFileDescriptor(Create->Lookup.Path, &Descriptor);
    if (NT_SUCCESS(Status) && Extra != 0)
        Status = FspCheckAccess(Descriptor, Extra, &Granted);
    if (NT_SUCCESS(Status))
        Status = FspCheckAccess(Descriptor, Desired, &Granted);
    if (NT_SUCCESS(Status))
        Create->Access = Granted;
    return Status;
}

/* Who may make something in a folder may do everything with it. */
static NTSTATUS FspGrantNew(const FSP_CREATE *Create)
{
    if (Create->Mode == KernelMode)
        return STATUS_SUCCESS;
    return FspCheckParent(Create->Lookup.Path,
        (Create->Options & FILE_DIRECTORY_FILE) ? FILE_ADD_SUBDIRECTORY : FILE_ADD_FILE);
}

/* ---- opening on the host --------------------------------------------------------------------- */

static unsigned FspHostFlags(const FSP_CREATE *Create, BOOLEAN Folder)
{
    if (Folder)
        return HOST_FILE_READ | HOST_FILE_TREE;
    unsigned Flags = (Create->Access & FSP_READS) ? HOST_FILE_READ : 0;
    if ((Create->Access & FSP_WRITES) || FspOverwrites(Create->Disposition))
        Flags |= HOST_FILE_WRITE;
    return Flags;
}

static NTSTATUS FspOpenHandle(FSP_CREATE *Create, const char *Name, unsigned Flags)
{
    int Handle, Error;
    if (Create->Lookup.Root) {
        int Root;
        NTSTATUS Status = FspRoot(&Root, NULL);
        Error = NT_SUCCESS(Status)
            ? host_file_open(Root, ".", HOST_FILE_READ | HOST_FILE_TREE, &Handle)
            : EIO;
    } else {
        Error = host_file_open(Create->Lookup.Folder, Name, Flags, &Handle);
    }
    if (Error != 0)
        return FspStatusFromHost(Error);
    NTSTATUS Status = FspBook(Handle);
    if (NT_SUCCESS(Status))
        Create->Open->Handle = Handle;
    return Status;
}

/* A folder is made and then opened; what came in between is somebody else's and is not taken. */
static NTSTATUS FspMake(FSP_CREATE *Create)
{
    FSP_LOOKUP *Lookup = &Create->Lookup;
    const BOOLEAN Folder = (Create->Options & FILE_DIRECTORY_FILE) != 0;
    int Error = Folder ? host_folder_create(Lookup->Folder, Lookup->Leaf) : 0;
    if (Error != 0)
        return FspStatusFromHost(Error);
    NTSTATUS Status = FspOpenHandle(Create, Lookup->Leaf,
        Folder ? HOST_FILE_READ | HOST_FILE_TREE
               : HOST_FILE_READ | HOST_FILE_WRITE | HOST_FILE_NEW);
    if (!NT_SUCCESS(Status) && !Folder)
        return Status;
    if (NT_SUCCESS(Status)) {
        Status = FspStatusFromHost(host_file_query(Create->Open->Handle, &Lookup->Status));
        if (NT_SUCCESS(Status))
            Status = FspReferenceFile(Lookup->Path, &Lookup->Status, &Create->File);
        if (NT_SUCCESS(Status)) {
            FspSetAttributes(Create->Open->Handle, &Lookup->Status,
                Folder ? Create->Attributes : Create->Attributes | FILE_ATTRIBUTE_ARCHIVE, 0);
            FspNameChanged(Lookup->Path, Folder, FILE_ACTION_ADDED);
            Create->Information = FILE_CREATED;
            return STATUS_SUCCESS;
        }
        FspCloseBooked(Create->Open->Handle);
    }
    host_folder_remove(Lookup->Folder, Lookup->Leaf, Folder);
    return Status;
}

/* An existing file loses what it had. */
static NTSTATUS FspOverwrite(FSP_CREATE *Create)
{
    const FSP_OPEN *Open = Create->Open;
    ULONG Attributes = Create->Attributes | FILE_ATTRIBUTE_ARCHIVE;
    NTSTATUS Status = FspStatusFromHost(host_file_resize(Open->Handle, 0));
    if (!NT_SUCCESS(Status))
        return Status;
    if (Create->Disposition != FILE_SUPERSEDE)
        Attributes |= Create->Lookup.Status.attributes & FSP_KEPT_ATTRIBUTES;
    FspSetAttributes(Open->Handle, &Create->Lookup.Status, Attributes, 0);
    FspModified(Create->File,
        FILE_NOTIFY_CHANGE_ATTRIBUTES | FILE_NOTIFY_CHANGE_SIZE | FILE_NOTIFY_CHANGE_LAST_WRITE);
    Create->Information = Create->Disposition == FILE_SUPERSEDE ? FILE_SUPERSEDED
                                                                : FILE_OVERWRITTEN;
    return STATUS_SUCCESS;
}

static NTSTATUS FspOpenExisting(FSP_CREATE *Create)
{
    FSP_LOOKUP *Lookup = &Create->Lookup;
    const FSP_FILE *Known = FspFindFile(Lookup->Path, &Lookup->Status);
    NTSTATUS Status = Known != NULL && Known->DeletePending ? STATUS_DELETE_PENDING
                                                            : FspCheckFound(Create);
    if (NT_SUCCESS(Status))
        Status = FspGrantExisting(Create, Known);
    if (NT_SUCCESS(Status))
        Status = FspCheckAttributes(Create);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = FspReferenceFile(Lookup->Path, &Lookup->Status, &Create->File);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Create->File->References > 1)
        Status = IoCheckShareAccess(FspSharedAccess(Create), Create->Share, Create->FileObject,
            &Create->File->Share, FALSE);
    if (NT_SUCCESS(Status))
        Status = FspOpenHandle(Create, Lookup->Leaf, FspHostFlags(Create, Create->File->Folder));
    if (!NT_SUCCESS(Status))
        goto Release;
    Create->Information = FILE_OPENED;
    if (FspOverwrites(Create->Disposition))
        Status = FspOverwrite(Create);
    if (NT_SUCCESS(Status))
        return STATUS_SUCCESS;
    FspCloseBooked(Create->Open->Handle);
Release:
    FspDereferenceFile(Create->File);
    return Status;
}

static NTSTATUS FspOpenMissing(FSP_CREATE *Create)
{
    if (!FspMakes(Create->Disposition))
        return STATUS_OBJECT_NAME_NOT_FOUND;
    if (Create->Lookup.TrailingBackslash && !(Create->Options & FILE_DIRECTORY_FILE))
        return STATUS_OBJECT_NAME_INVALID;
    if ((Create->Attributes & FILE_ATTRIBUTE_READONLY) && (Create->Options & FILE_DELETE_ON_CLOSE))
        return STATUS_CANNOT_DELETE;
    NTSTATUS Status = FspGrantNew(Create);
    return NT_SUCCESS(Status) ? FspMake(Create) : Status;
}

/* ---- the target of a rename ------------------------------------------------------------------ */

/*
 * Opens the folder a name is in, and tells whether the name is there. The file object's name
 * becomes the last component.
 */
static NTSTATUS FspOpenTarget(FSP_CREATE *Create)
{
    FSP_LOOKUP *Lookup = &Create->Lookup;
    UNICODE_STRING *Name = &Create->FileObject->FileName;
    struct host_file_status Status;
    if (Lookup->Root)
        return STATUS_OBJECT_NAME_INVALID;
    if (Create->Mode != KernelMode) {
        NTSTATUS Allowed = FspCheckParent(Lookup->Path, FILE_ADD_FILE);
        if (!NT_SUCCESS(Allowed))
            return Allowed;
    }
    char *Slash = strrchr(Lookup->Path, '/');
    (Slash != NULL ? Slash : Lookup->Path)[0] = 0;
    NTSTATUS Result = FspStatusFromHost(host_file_query(Lookup->Folder, &Status));
    if (NT_SUCCESS(Result))
        Result = FspReferenceFile(Lookup->Path, &Status, &Create->File);
    if (!NT_SUCCESS(Result))
        return Result;
    Result = FspOpenHandle(Create, ".", HOST_FILE_READ | HOST_FILE_TREE);
    if (!NT_SUCCESS(Result)) {
        FspDereferenceFile(Create->File);
        return Result;
    }
    if (Lookup->TrailingBackslash)
        Name->Length -= sizeof(WCHAR);
    ULONG Start = Name->Length / sizeof(WCHAR);
    while (Start > 0 && Name->Buffer[Start - 1] != u'\\')
        Start--;
    Name->Length -= (USHORT)(Start * sizeof(WCHAR));
    memmove(Name->Buffer, Name->Buffer + Start, Name->Length);
    Create->Information = Lookup->Found ? FILE_EXISTS : FILE_DOES_NOT_EXIST;
    return STATUS_SUCCESS;
}

/* ---- the request ----------------------------------------------------------------------------- */

/* The open counts from here on. */
static void FspEnterOpen(FSP_CREATE *Create)
{
    FILE_OBJECT *FileObject = Create->FileObject;
    FSP_OPEN *Open = Create->Open;
    Open->File = Create->File;
    Open->Access = Create->Access;
    Create->State->PreviouslyGrantedAccess = Create->Access;
    Open->DeleteOnClose = (Create->Options & FILE_DELETE_ON_CLOSE) != 0;
    IoCheckShareAccess(Create->Access, Create->Share, FileObject, &Open->File->Share, TRUE);
    Open->File->Handles++;
    FileObject->FsContext = Open->File;
    FileObject->FsContext2 = Open;
    FileObject->SectionObjectPointer = &Open->File->Sections;
    if (Open->DeleteOnClose)
        FileObject->Flags |= FO_DELETE_ON_CLOSE;
}

/* Where a name starts that is relative to an open folder. */
static NTSTATUS FspBaseOf(const FSP_CREATE *Create, const char **Base)
{
    const FILE_OBJECT *Related = Create->FileObject->RelatedFileObject;
    const UNICODE_STRING *Name = &Create->FileObject->FileName;
    *Base = "";
    if (Related == NULL)
        return STATUS_SUCCESS;
    const FSP_OPEN *Open = FspOpenOf(Related);
    if (Open == NULL || (Name->Length != 0 && Name->Buffer[0] == u'\\'))
        return STATUS_INVALID_PARAMETER;
    if (Open->Volume)
        return STATUS_SUCCESS;
    if (!Open->File->Folder && Name->Length != 0)
        return STATUS_OBJECT_PATH_NOT_FOUND;
    *Base = Open->File->Path;
    return Open->File->Removed ? STATUS_DELETE_PENDING : STATUS_SUCCESS;
}

static NTSTATUS FspOpenLocked(FSP_CREATE *Create)
{
    const UNICODE_STRING *Name = &Create->FileObject->FileName;
    const char *Base;
    NTSTATUS Status = FspBaseOf(Create, &Base);
    if (NT_SUCCESS(Status))
        Status = FspFind(Base, Name->Buffer, Name->Length / sizeof(WCHAR), &Create->Lookup);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Create->Lookup.TrailingBackslash && (Create->Options & FILE_NON_DIRECTORY_FILE) &&
        !Create->Lookup.Root)
        Status = STATUS_OBJECT_NAME_INVALID;
    else if (Create->TargetFolder)
        Status = FspOpenTarget(Create);
    else if (Create->Lookup.Found)
        Status = FspOpenExisting(Create);
    else
        Status = FspOpenMissing(Create);
    if (NT_SUCCESS(Status))
        FspEnterOpen(Create);
    FspEndLookup(&Create->Lookup);
    return Status;
}

/* The volume itself, "\\.\C:": for questions about it. */
static NTSTATUS FspOpenVolume(FSP_CREATE *Create)
{
    if (Create->Disposition != FILE_OPEN && Create->Disposition != FILE_OPEN_IF)
        return STATUS_ACCESS_DENIED;
    if (Create->Options & FILE_DIRECTORY_FILE)
        return STATUS_NOT_A_DIRECTORY;
    Create->Open->Volume = TRUE;
    Create->Open->Access = Create->Access;
    Create->FileObject->FsContext2 = Create->Open;
    Create->FileObject->Flags |= FO_VOLUME_OPEN;
    Create->Information = FILE_OPENED;
    return STATUS_SUCCESS;
}

static void FspReadRequest(const IRP *Irp, const IO_STACK_LOCATION *Stack, FSP_CREATE *Create)
{
    Create->Mode = Irp->RequestorMode;
    Create->State = Stack->Parameters.Create.SecurityContext->AccessState;
    Create->FileObject = Stack->FileObject;
    Create->Options = Stack->Parameters.Create.Options & 0xFFFFFF;
    Create->Disposition = Stack->Parameters.Create.Options >> 24;
    Create->Attributes = Stack->Parameters.Create.FileAttributes;
    Create->Share = Stack->Parameters.Create.ShareAccess;
    Create->Access = Stack->Parameters.Create.SecurityContext->DesiredAccess;
    Create->TargetFolder = (Stack->Flags & SL_OPEN_TARGET_DIRECTORY) != 0;
    if (Create->TargetFolder)
        Create->Access &= SYNCHRONIZE | FILE_READ_ATTRIBUTES; /* it stays out of sharing */
}

NTSTATUS FspCreate(IRP *Irp, const IO_STACK_LOCATION *Stack, ULONG_PTR *Information)
{
    FSP_CREATE *Create = ExiAllocateZero(PagedPool, sizeof(*Create), FSP_TAG, EX_KERNEL_SITE);
    FSP_OPEN *Open = ExiAllocateZero(NonPagedPoolNx, sizeof(*Open), FSP_TAG, EX_KERNEL_SITE);
    NTSTATUS Status = Create != NULL && Open != NULL ? STATUS_SUCCESS
                                                     : STATUS_INSUFFICIENT_RESOURCES;
    if (NT_SUCCESS(Status)) {
        FspReadRequest(Irp, Stack, Create);
        Create->Open = Open;
        Status = FspCheckOptions(Create);
    }
    if (NT_SUCCESS(Status) && Irp->AssociatedIrp.SystemBuffer != NULL &&
        Stack->Parameters.Create.EaLength != 0)
        Status = STATUS_EAS_NOT_SUPPORTED;
    if (NT_SUCCESS(Status)) {
        if (Stack->FileObject->FileName.Length == 0 &&
            Stack->FileObject->RelatedFileObject == NULL) {
            Status = FspOpenVolume(Create);
        } else {
            FspAcquireLock();
            Status = FspOpenLocked(Create);
            FspUnlock();
        }
        *Information = Create->Information;
    }
    if (!NT_SUCCESS(Status) && Open != NULL)
        ExiFree(Open);
    if (Create != NULL)
        ExiFree(Create);
    return Status;
}
