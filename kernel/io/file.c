/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Files: opening a device makes a file object and sends IRP_MJ_CREATE to the top of its stack. A
 * file holds its device. How files end is in fileend.c.
 */
#include <string.h>

#include "io/completion.h"
#include "io/irpextension.h"
#include "services.h"

#define IOP_VALID_OPTIONS 0x00FFFFFFu
#define IOP_SYNCHRONOUS_OPTIONS (FILE_SYNCHRONOUS_IO_ALERT | FILE_SYNCHRONOUS_IO_NONALERT)

static ULONG IopFileFlags(const IOP_OPEN *Open, ULONG Attributes)
{
    ULONG Flags = 0;
    if (Open->CreateOptions & IOP_SYNCHRONOUS_OPTIONS)
        Flags |= FO_SYNCHRONOUS_IO;
    if (Open->CreateOptions & FILE_SYNCHRONOUS_IO_ALERT)
        Flags |= FO_ALERTABLE_IO;
    if (Open->CreateOptions & FILE_NO_INTERMEDIATE_BUFFERING)
        Flags |= FO_NO_INTERMEDIATE_BUFFERING;
    if (Open->CreateOptions & FILE_WRITE_THROUGH)
        Flags |= FO_WRITE_THROUGH;
    if (Open->CreateOptions & FILE_SEQUENTIAL_ONLY)
        Flags |= FO_SEQUENTIAL_ONLY;
    if (Open->CreateOptions & FILE_RANDOM_ACCESS)
        Flags |= FO_RANDOM_ACCESS;
    if (!(Attributes & OBJ_CASE_INSENSITIVE))
        Flags |= FO_OPENED_CASE_SENSITIVE;
    return Flags;
}

static NTSTATUS IopCopyName(FILE_OBJECT *File, const UNICODE_STRING *Name)
{
    if (Name->Length == 0)
        return STATUS_SUCCESS;
    File->FileName.Buffer = ExiAllocate(PagedPool, Name->Length, IOP_TAG_IO, EX_KERNEL_SITE);
    if (File->FileName.Buffer == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    memcpy(File->FileName.Buffer, Name->Buffer, Name->Length);
    File->FileName.Length = File->FileName.MaximumLength = Name->Length;
    return STATUS_SUCCESS;
}

NTSTATUS IopCreateFileObject(DEVICE_OBJECT *Device, const IOP_OPEN *Open, ULONG Attributes,
    const UNICODE_STRING *Name, FILE_OBJECT **Result)
{
    FILE_OBJECT *File;
    NTSTATUS Status = ObiCreateObject(
        IoiFileObjectType, sizeof(FILE_OBJECT), EX_KERNEL_SITE, (void **)&File);
    if (!NT_SUCCESS(Status))
        return Status;
    File->Type = IO_TYPE_FILE;
    File->Size = sizeof(FILE_OBJECT);
    File->Flags = IopFileFlags(Open, Attributes);
    KeInitializeEvent(&File->Lock, SynchronizationEvent, FALSE);
    KeInitializeEvent(&File->Event, NotificationEvent, FALSE);
    InitializeListHead(&File->IrpList);
    Status = IopCopyName(File, Name);
    if (!NT_SUCCESS(Status)) {
        ObfDereferenceObject(File);
        return Status;
    }
    File->DeviceObject = Device;
    *Result = File;
    return STATUS_SUCCESS;
}

IOP_FILE_EXTENSION *IopFileExtension(FILE_OBJECT *File)
{
    IOP_FILE_EXTENSION *Extension = File->FileObjectExtension;
    if (Extension != NULL)
        return Extension;
    Extension = ExiAllocateZero(NonPagedPoolNx, sizeof(*Extension), IOP_TAG_IO, EX_KERNEL_SITE);
    void *Seen = NULL;
    if (Extension != NULL &&
        !__atomic_compare_exchange_n(&File->FileObjectExtension, &Seen, Extension, FALSE,
            __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
        ExiFree(Extension);
        Extension = Seen;
    }
    if (Extension != NULL)
        __atomic_fetch_or(&File->Flags, FO_FILE_OBJECT_HAS_EXTENSION, __ATOMIC_RELEASE);
    return Extension;
}

void **IoiFileSlot(FILE_OBJECT *File, enum IO_FILE_SLOT Slot, BOOLEAN Make)
{
    IOP_FILE_EXTENSION *Extension = Make ? IopFileExtension(File) : File->FileObjectExtension;
    return Extension != NULL ? &Extension->Slot[Slot] : NULL;
}

NTSTATUS IopExtendFile(FILE_OBJECT *File, const IOP_OPEN *Open)
{
    if (Open->Hint == NULL && !Open->IgnoreSharing && Open->CopyIntent == 0)
        return STATUS_SUCCESS;
    IOP_FILE_EXTENSION *Extension = IopFileExtension(File);
    if (Extension == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Extension->IgnoreSharing = Open->IgnoreSharing;
    Extension->CopyIntent = Open->CopyIntent;
    Extension->Hint = Open->Hint;
    if (Open->Hint != NULL && IoGetRelatedDeviceObject(File) != Open->Hint)
        return STATUS_INVALID_DEVICE_OBJECT_PARAMETER;
    return STATUS_SUCCESS;
}

/* Sends IRP_MJ_CREATE, or what makes a pipe or a mailslot. A file system says in the access state
 * what it granted. */
static NTSTATUS IopSendCreate(FILE_OBJECT *File, OB_ACCESS *Access, IOP_OPEN *Open)
{
    DEVICE_OBJECT *Device = IoGetRelatedDeviceObject(File);
    ACCESS_STATE AccessState;
    IO_SECURITY_CONTEXT Security;
    IRP *Irp = IopAllocateIrp(Device->StackSize, IOP_INTERNAL, EX_KERNEL_SITE);
    if (Irp == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;

    memset(&AccessState, 0, sizeof(AccessState));
    AccessState.PreviouslyGrantedAccess = Access->Granted;
    AccessState.OriginalDesiredAccess = Access->Desired;
    Security = (IO_SECURITY_CONTEXT){.AccessState = &AccessState,
        .DesiredAccess = Access->Granted,
        .FullCreateOptions = Open->CreateOptions};
    Irp->Flags |= IRP_CREATE_OPERATION;
    Irp->RequestorMode = Access->Mode;
    Irp->Tail.Overlay.OriginalFileObject = File;
    Irp->AssociatedIrp.SystemBuffer = Open->EaBuffer;
    Irp->Overlay.AllocationSize = Open->AllocationSize;
    IO_STACK_LOCATION *Stack = IoGetNextIrpStackLocation(Irp);
    static const UCHAR Major[] = {IRP_MJ_CREATE, IRP_MJ_CREATE_NAMED_PIPE, IRP_MJ_CREATE_MAILSLOT};
    Stack->MajorFunction = Major[Open->FileType];
    Stack->FileObject = File;
    Stack->Flags = Open->TargetDirectory ? SL_OPEN_TARGET_DIRECTORY : 0;
    Stack->Parameters.Create.SecurityContext = &Security;
    Stack->Parameters.Create.Options = Open->Disposition << 24 |
        (Open->CreateOptions & IOP_VALID_OPTIONS);
    Stack->Parameters.Create.FileAttributes = (USHORT)Open->FileAttributes;
    Stack->Parameters.Create.ShareAccess = (USHORT)Open->ShareAccess;
    if (Open->FileType == CreateFileTypeNone)
        Stack->Parameters.Create.EaLength = Open->EaLength;
    else
        /* CreateMailslot has it in the same place */
        Stack->Parameters.CreatePipe.Parameters = Open->TypeParameters;
    if (Open->CreateParameters != NULL) {
        NTSTATUS Attached = IoiSetCreateParameters(Irp, Open->CreateParameters, NULL);
        if (!NT_SUCCESS(Attached)) {
            IopFreeIrp(Irp);
            return Attached;
        }
    }
    File->RelatedFileObject = Open->Related; /* for the length of this request only */
    NTSTATUS Status = IopSendInternal(Device, Irp, &Open->Information);
    KiOrderBefore(&File->Flags); /* its opening, before all requests */
    File->RelatedFileObject = NULL;
    Access->Granted = AccessState.PreviouslyGrantedAccess;
    return Status;
}

/* The device's own access check: for the device itself, and below it only where the device asks for
 * that. */
static NTSTATUS IopCheckDeviceAccess(
    DEVICE_OBJECT *Device, const IOP_OPEN *Open, const UNICODE_STRING *Remaining, OB_ACCESS *Access)
{
    if ((Remaining->Length == 0 && Open->Related == NULL) ||
        (Device->Characteristics & FILE_DEVICE_SECURE_OPEN))
        return ObiCheckAccess(Device, Access);
    Access->Granted = Access->Desired & ~(ACCESS_MASK)MAXIMUM_ALLOWED;
    if (Access->Desired & MAXIMUM_ALLOWED)
        Access->Granted |= FILE_ALL_ACCESS;
    return STATUS_SUCCESS;
}

/* A driver wants the open to begin anew: with the name it has put into the file object, or with the
 * same one. */
static NTSTATUS IopStartOver(FILE_OBJECT *File, IOP_OPEN *Open, const UNICODE_STRING *Remaining,
    UNICODE_STRING *CompleteName)
{
    if (Remaining->Length == 0 && Open->Related == NULL)
        KeBugCheckEx(DRIVER_RETURNED_STATUS_REPARSE_FOR_VOLUME_OPEN, (ULONG_PTR)File->DeviceObject,
            (ULONG_PTR)IoGetRelatedDeviceObject(File), (ULONG_PTR)&File->FileName,
            Open->Information);
    const UNICODE_STRING *Name = Open->Information == IO_REPARSE ? &File->FileName : CompleteName;
    if (Open->Information != IO_REPARSE && Open->Information != IO_REMOUNT)
        return STATUS_IO_REPARSE_TAG_NOT_HANDLED;
    if (Name->Length > UNICODE_STRING_MAX_BYTES - sizeof(WCHAR))
        return STATUS_NAME_TOO_LONG;
    WCHAR *Text = ExiAllocate(
        NonPagedPoolNx, Name->Length + sizeof(WCHAR), IOP_TAG_IO, EX_KERNEL_SITE);
    if (Text == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    memcpy(Text, Name->Buffer, Name->Length);
    Text[Name->Length / sizeof(WCHAR)] = 0;
    *CompleteName =
        (UNICODE_STRING){Name->Length, (USHORT)(Name->Length + sizeof(WCHAR)), Text};
    Open->Related = NULL;
    return STATUS_REPARSE;
}

NTSTATUS IopParseDevice(void *Self, const OBJECT_TYPE *WantedType, OB_ACCESS *Access,
    UNICODE_STRING *CompleteName, UNICODE_STRING *Remaining, void *Context, void **Object)
{
    DEVICE_OBJECT *Device = Self;
    IOP_OPEN *Open = Context;
    FILE_OBJECT *File;
    NTSTATUS Status;

    if (Open == NULL || Open->Magic != IOP_OPEN_MAGIC) {
        /* Somebody looks for the device object itself. */
        if (Remaining->Length != 0 || (WantedType != NULL && WantedType != IoiDeviceObjectType))
            return STATUS_OBJECT_TYPE_MISMATCH;
        ObiReference(Device);
        *Object = Device;
        return STATUS_SUCCESS;
    }
    /* Whoever has an exclusive device open may open more relative to that. */
    Status = IopReferenceDevice(Device, Open->Related == NULL);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = IopCheckDeviceAccess(Device, Open, Remaining, Access);
    if (!NT_SUCCESS(Status))
        goto ReleaseDevice;
    Status = IopCreateFileObject(Device, Open, Access->Attributes, Remaining, &File);
    if (!NT_SUCCESS(Status))
        goto ReleaseDevice;
    if (Open->Direct)
        File->Flags |= FO_DIRECT_DEVICE_OPEN;
    Status = IopExtendFile(File, Open);
    if (NT_SUCCESS(Status))
        Status = IopSendCreate(File, Access, Open);
    if (Status == STATUS_REPARSE)
        Status = IopStartOver(File, Open, Remaining, CompleteName);
    if (!NT_SUCCESS(Status) || Status == STATUS_REPARSE) {
        /* Not opened: neither cleanup nor close is sent. */
        File->Flags |= FO_FILE_OPEN_CANCELLED;
        ObfDereferenceObject(File); /* gives the device back */
        return Status;
    }
    Access->Checked = TRUE;
    Open->FinalStatus = Status;
    *Object = File;
    return STATUS_SUCCESS;

ReleaseDevice:
    IopDereferenceDevice(Device);
    return Status;
}

/* A name relative to an open file: its driver gets both. */
NTSTATUS IopParseFile(void *Self, const OBJECT_TYPE *WantedType, OB_ACCESS *Access,
    UNICODE_STRING *CompleteName, UNICODE_STRING *Remaining, void *Context, void **Object)
{
    FILE_OBJECT *Related = Self;
    IOP_OPEN *Open = Context;
    if (Open == NULL || Open->Magic != IOP_OPEN_MAGIC)
        return STATUS_OBJECT_TYPE_MISMATCH;
    Open->Related = Related;
    return IopParseDevice(
        Related->DeviceObject, WantedType, Access, CompleteName, Remaining, Context, Object);
}

/* ---- the services ---------------------------------------------------------------------------- */

static NTSTATUS IopCheckCreate(
    ULONG Options, ULONG Disposition, ULONG ShareAccess, ACCESS_MASK Desired)
{
    if (Disposition > FILE_MAXIMUM_DISPOSITION || (Options & ~(ULONG)IOP_VALID_OPTIONS) ||
        (ShareAccess & ~(ULONG)(FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)))
        return STATUS_INVALID_PARAMETER;
    if ((Options & IOP_SYNCHRONOUS_OPTIONS) &&
        ((Options & IOP_SYNCHRONOUS_OPTIONS) == IOP_SYNCHRONOUS_OPTIONS ||
            !(Desired & SYNCHRONIZE)))
        return STATUS_INVALID_PARAMETER;
    if ((Options & FILE_DELETE_ON_CLOSE) && !(Desired & DELETE))
        return STATUS_INVALID_PARAMETER;
    if ((Options & FILE_DIRECTORY_FILE) &&
        ((Options & FILE_NON_DIRECTORY_FILE) ||
            (Disposition != FILE_CREATE && Disposition != FILE_OPEN &&
                Disposition != FILE_OPEN_IF)))
        return STATUS_INVALID_PARAMETER;
    if ((Options & FILE_COMPLETE_IF_OPLOCKED) && (Options & FILE_RESERVE_OPFILTER))
        return STATUS_INVALID_PARAMETER;
    if ((Options & FILE_NO_INTERMEDIATE_BUFFERING) && (Desired & FILE_APPEND_DATA) &&
        !(Desired & FILE_WRITE_DATA))
        return STATUS_INVALID_PARAMETER;
    return STATUS_SUCCESS;
}

static NTSTATUS IopCaptureCreate(const LARGE_INTEGER *AllocationSize, void *EaBuffer,
    ULONG EaLength, KPROCESSOR_MODE Mode, IOP_OPEN *Open)
{
    NTSTATUS Status;
    if (AllocationSize != NULL) {
        Status = ObiReadCaller(&Open->AllocationSize, AllocationSize, sizeof(LARGE_INTEGER), Mode);
        if (!NT_SUCCESS(Status))
            return Status;
        if (Open->AllocationSize.QuadPart < 0)
            return STATUS_INVALID_PARAMETER;
    }
    if (EaBuffer == NULL || EaLength == 0)
        return STATUS_SUCCESS;
    Open->EaBuffer = ExiAllocate(NonPagedPoolNx, EaLength, IOP_TAG_IO, EX_KERNEL_SITE);
    if (Open->EaBuffer == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Open->EaLength = EaLength;
    Status = ObiReadCaller(Open->EaBuffer, EaBuffer, EaLength, Mode);
    if (NT_SUCCESS(Status) && Mode == UserMode)
        Status = IoCheckEaBufferValidity(Open->EaBuffer, EaLength, NULL);
    if (!NT_SUCCESS(Status)) {
        ExiFree(Open->EaBuffer);
        Open->EaBuffer = NULL;
    }
    return Status;
}

static NTSTATUS IopStoreOpenResult(HANDLE *FileHandle, HANDLE Handle,
    IO_STATUS_BLOCK *IoStatusBlock, NTSTATUS Status, ULONG_PTR Information, KPROCESSOR_MODE Mode)
{
    IO_STATUS_BLOCK Block = {.Status = Status, .Information = Information};
    NTSTATUS Copied = ObiWriteStatusBlock(IoStatusBlock, &Block, Mode);
    if (NT_SUCCESS(Copied) && NT_SUCCESS(Status))
        Copied = ObiWriteCaller(FileHandle, &Handle, sizeof(Handle), Mode);
    if (!NT_SUCCESS(Copied) && NT_SUCCESS(Status))
        ObCloseHandle(Handle, Mode);
    return NT_SUCCESS(Copied) ? Status : Copied;
}

NTSTATUS IopCreateFile(HANDLE *FileHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, IO_STATUS_BLOCK *IoStatusBlock,
    LARGE_INTEGER *AllocationSize, ULONG FileAttributes, ULONG ShareAccess, ULONG CreateDisposition,
    ULONG CreateOptions, void *EaBuffer, ULONG EaLength, IOP_OPEN *Open)
{
    KPROCESSOR_MODE Mode = KiPreviousMode();
    HANDLE Handle = NULL;
    NTSTATUS Status = IopUnwrapEa(&CreateOptions, &EaBuffer, &EaLength, Open);
    if (!NT_SUCCESS(Status))
        return Status;
    Open->Magic = IOP_OPEN_MAGIC;
    Open->CreateOptions = CreateOptions;
    Open->Disposition = CreateDisposition;
    Open->FileAttributes = FileAttributes;
    Open->ShareAccess = ShareAccess;
    if (Mode == UserMode || Open->CheckParameters)
        Status = IopCheckCreate(CreateOptions, CreateDisposition, ShareAccess, DesiredAccess);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Mode == UserMode) {
        Status = MmProbe(FileHandle, sizeof(HANDLE), sizeof(HANDLE), TRUE);
        if (NT_SUCCESS(Status))
            Status = MmProbeStatusBlock(IoStatusBlock);
        if (!NT_SUCCESS(Status))
            return Status;
    }
    Status = IopCaptureCreate(AllocationSize, EaBuffer, EaLength, Mode, Open);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ObiOpenByName(ObjectAttributes, IoiFileObjectType, Mode, DesiredAccess, Open, &Handle);
    if (Open->EaBuffer != NULL)
        ExiFree(Open->EaBuffer);
    if (NT_ERROR(Status))
        return Status;
    if (NT_SUCCESS(Status))
        Status = Open->FinalStatus;
    return IopStoreOpenResult(FileHandle, Handle, IoStatusBlock, Status, Open->Information, Mode);
}

/*
 * NtCreateFile - open a device, or what its driver finds under a name below it.
 *
 * FileHandle, IoStatusBlock: written on success, the block also with a warning;
 *          IoStatusBlock.Information is FILE_OPENED and so on. EaBuffer: what the driver makes of
 *          it; C: keeps no extended attributes. A driver that answers STATUS_REPARSE with
 *          IO_REPARSE has replaced the file object's name and has the open begin anew with that; of
 *          the device itself that is bug check 0xF9.
 * IRQL:    PASSIVE_LEVEL.
 * Returns: the driver's status, whatever success it is; IO_REPARSE_TAG_NOT_HANDLED;
 *          OBJECT_NAME_NOT_FOUND, OBJECT_PATH_NOT_FOUND, OBJECT_NAME_INVALID, ACCESS_DENIED,
 *          NO_SUCH_DEVICE (being deleted or not initialised yet), OBJECT_TYPE_MISMATCH (no device),
 *          INVALID_PARAMETER (options that contradict each other, a folder to be overwritten; of a
 *          driver's the file system sees to that), ACCESS_VIOLATION, INSUFFICIENT_RESOURCES. C:
 *          says SHARING_VIOLATION, DELETE_PENDING, FILE_IS_A_DIRECTORY, NOT_A_DIRECTORY,
 *          OBJECT_NAME_COLLISION, CANNOT_DELETE, EAS_NOT_SUPPORTED, NOT_SUPPORTED
 *          (FILE_OPEN_BY_FILE_ID).
 * Source:  DOC ntifs/NtCreateFile; OBS tests/kernel/io/ZwCreateFile.c,
 *          tests/kernel/fs/ZwCreateFile.c
 */
NTSTATUS NTAPI NtCreateFile(HANDLE *FileHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, IO_STATUS_BLOCK *IoStatusBlock,
    LARGE_INTEGER *AllocationSize, ULONG FileAttributes, ULONG ShareAccess, ULONG CreateDisposition,
    ULONG CreateOptions, void *EaBuffer, ULONG EaLength)
{
    IOP_OPEN Open = {0};
    return IopCreateFile(FileHandle, DesiredAccess, ObjectAttributes, IoStatusBlock, AllocationSize,
        FileAttributes, ShareAccess, CreateDisposition, CreateOptions, EaBuffer, EaLength, &Open);
}

/* NtOpenFile - NtCreateFile with FILE_OPEN. Source: DOC ntifs/NtOpenFile. */
NTSTATUS NTAPI NtOpenFile(HANDLE *FileHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, IO_STATUS_BLOCK *IoStatusBlock, ULONG ShareAccess,
    ULONG OpenOptions)
{
    return NtCreateFile(FileHandle, DesiredAccess, ObjectAttributes, IoStatusBlock, NULL, 0,
        ShareAccess, FILE_OPEN, OpenOptions, NULL, 0);
}

/* "\Device\Name" and what was opened below it. */
NTSTATUS IopQueryFileName(void *Object, UNICODE_STRING *Name, ULONG *ReturnLength)
{
    const FILE_OBJECT *File = Object;
    UNICODE_STRING Path = {0};
    NTSTATUS Status = STATUS_SUCCESS;
    if (File->DeviceObject != NULL)
        Status = ObiGetPath(File->DeviceObject, &Path);
    if (!NT_SUCCESS(Status))
        return Status;
    const UNICODE_STRING *Parts[] = {&Path, &File->FileName};
    *ReturnLength = (ULONG)Path.Length + File->FileName.Length;
    Name->Length = 0;
    for (ULONG Index = 0; Index < 2; Index++) {
        USHORT Room = (USHORT)((Name->MaximumLength - Name->Length) & ~1);
        USHORT Bytes = Parts[Index]->Length < Room ? Parts[Index]->Length : Room;
        memcpy((UCHAR *)Name->Buffer + Name->Length, Parts[Index]->Buffer, Bytes);
        Name->Length = (USHORT)(Name->Length + Bytes);
    }
    if (Path.Buffer != NULL)
        ExiFree(Path.Buffer);
    return Name->Length == *ReturnLength ? STATUS_SUCCESS : STATUS_BUFFER_OVERFLOW;
}
