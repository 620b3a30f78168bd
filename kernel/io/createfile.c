/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* IoCreateFile and its kin: NtCreateFile with options for drivers, and for filters a device of the
 * stack to start at. */
#include "io/iop.h"
#include "ke/zw.h"
#include "services.h"

#define IOP_OPEN_TARGET_DIRECTORY 0x0004u
#define IOP_STOP_ON_SYMLINK 0x0008u
#define IOP_IGNORE_SHARE_ACCESS_CHECK 0x0800u
#define IOP_CREATE_OPTIONS                                                           \
    (IO_NO_PARAMETER_CHECKING | IO_FORCE_ACCESS_CHECK | IO_CHECK_CREATE_PARAMETERS | \
        IOP_OPEN_TARGET_DIRECTORY | IOP_STOP_ON_SYMLINK | IOP_IGNORE_SHARE_ACCESS_CHECK)

typedef struct IOP_DRIVER_CREATE_CONTEXT { /* IO_DRIVER_CREATE_CONTEXT as of Windows 10; older ones
                                              end before SiloContext */
    SHORT Size;
    void *ExtraCreateParameter;
    DEVICE_OBJECT *DeviceObjectHint;
    void *TxnParameters;
    void *SiloContext;
} IOP_DRIVER_CREATE_CONTEXT;

static NTSTATUS IopCreateForDriver(HANDLE *FileHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, IO_STATUS_BLOCK *IoStatusBlock,
    LARGE_INTEGER *AllocationSize, ULONG FileAttributes, ULONG ShareAccess, ULONG Disposition,
    ULONG CreateOptions, void *EaBuffer, ULONG EaLength, CREATE_FILE_TYPE CreateFileType,
    void *TypeParameters, ULONG Options, DEVICE_OBJECT *Hint, void *CreateParameters)
{
    OBJECT_ATTRIBUTES Forced;
    IOP_OPEN Open = {.FileType = (UCHAR)CreateFileType,
        .TypeParameters = TypeParameters,
        .Hint = Hint,
        .CreateParameters = CreateParameters,
        .CheckParameters = (Options & IO_CHECK_CREATE_PARAMETERS) != 0,
        .TargetDirectory = (Options & IOP_OPEN_TARGET_DIRECTORY) != 0,
        .IgnoreSharing = (Options & IOP_IGNORE_SHARE_ACCESS_CHECK) != 0};
    if ((ULONG)CreateFileType > CreateFileTypeMailslot || (Options & ~(ULONG)IOP_CREATE_OPTIONS) ||
        (CreateFileType != CreateFileTypeNone && TypeParameters == NULL))
        return STATUS_INVALID_PARAMETER;
    if (!(Options & IO_NO_PARAMETER_CHECKING) && KiPreviousMode() != KernelMode)
        return IopCreateFile(FileHandle, DesiredAccess, ObjectAttributes, IoStatusBlock,
            AllocationSize, FileAttributes, ShareAccess, Disposition, CreateOptions, EaBuffer,
            EaLength, &Open);
    if (Options & IO_FORCE_ACCESS_CHECK) {
        Forced = *ObjectAttributes;
        Forced.Attributes |= OBJ_FORCE_ACCESS_CHECK;
        ObjectAttributes = &Forced;
    }
    return ZW_RUN(
        IopCreateFile(FileHandle, DesiredAccess, ObjectAttributes, IoStatusBlock, AllocationSize,
            FileAttributes, ShareAccess, Disposition, CreateOptions, EaBuffer, EaLength, &Open));
}

/*
 * IoCreateFile - NtCreateFile for drivers, in the caller's previous mode.
 *
 * CreateFileType, ExtraCreateParameters: a pipe's or mailslot's, which go to the driver in
 * IRP_MJ_CREATE_NAMED_PIPE or _MAILSLOT.
 * Options: IO_NO_PARAMETER_CHECKING: the arguments are the kernel's, as with ZwCreateFile.
 *          IO_FORCE_ACCESS_CHECK: access is checked even so. IO_CHECK_CREATE_PARAMETERS: so are
 *          disposition, sharing and options, which a driver's are not otherwise.
 *          IO_OPEN_TARGET_DIRECTORY: the folder of the name is opened.
 *          IO_IGNORE_SHARE_ACCESS_CHECK: the open takes no part in sharing. IO_STOP_ON_SYMLINK:
 *          there are none on C:.
 * IRQL:    PASSIVE_LEVEL
 * Returns: as NtCreateFile; INVALID_PARAMETER: no such type or option, or a type without its
 * parameters.
 * Owner:   caller; ZwClose.
 * Source:  DOC wdm/IoCreateFile; OBS tests/kernel/io/IoCreateFile.c
 */
NTSTATUS NTAPI IoCreateFile(HANDLE *FileHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, IO_STATUS_BLOCK *IoStatusBlock,
    LARGE_INTEGER *AllocationSize, ULONG FileAttributes, ULONG ShareAccess, ULONG Disposition,
    ULONG CreateOptions, void *EaBuffer, ULONG EaLength, CREATE_FILE_TYPE CreateFileType,
    void *ExtraCreateParameters, ULONG Options)
{
    return IopCreateForDriver(FileHandle, DesiredAccess, ObjectAttributes, IoStatusBlock,
        AllocationSize, FileAttributes, ShareAccess, Disposition, CreateOptions, EaBuffer, EaLength,
        CreateFileType, ExtraCreateParameters, Options, NULL, NULL);
}

/*
 * IoCreateFileSpecifyDeviceObjectHint - IoCreateFile whose requests start at a device of the stack,
 * below those a filter is above of.
 *
 * DeviceObject: optional; in the stack the name leads to. All requests of the file start there
 * while it is attached.
 * IRQL:    PASSIVE_LEVEL
 * Returns: as IoCreateFile; INVALID_DEVICE_OBJECT_PARAMETER: the device is not in that stack.
 * Owner:   caller; ZwClose.
 * Source:  DOC ntddk/IoCreateFileSpecifyDeviceObjectHint; OBS
 *          tests/kernel/io/IoCreateFileSpecifyDeviceObjectHint.c
 */
NTSTATUS NTAPI IoCreateFileSpecifyDeviceObjectHint(HANDLE *FileHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, IO_STATUS_BLOCK *IoStatusBlock,
    LARGE_INTEGER *AllocationSize, ULONG FileAttributes, ULONG ShareAccess, ULONG Disposition,
    ULONG CreateOptions, void *EaBuffer, ULONG EaLength, CREATE_FILE_TYPE CreateFileType,
    void *ExtraCreateParameters, ULONG Options, void *DeviceObject)
{
    return IopCreateForDriver(FileHandle, DesiredAccess, ObjectAttributes, IoStatusBlock,
        AllocationSize, FileAttributes, ShareAccess, Disposition, CreateOptions, EaBuffer, EaLength,
        CreateFileType, ExtraCreateParameters, Options, DeviceObject, NULL);
}

/*
 * IoCreateFileEx - the same with a context that names the device and has a list of extra create
 * parameters, which drivers find with the request (FsRtlGetEcpListFromIrp).
 *
 * DriverContext: optional; Size says which Windows it is of. The list stays the caller's.
 * SiloContext: no effect, there are no silos.
 * IRQL:    PASSIVE_LEVEL
 * Returns: as IoCreateFileSpecifyDeviceObjectHint; INVALID_PARAMETER: a context of another size;
 *          NOT_SUPPORTED: a transaction, which nobody can have here: IoGetTransactionParameterBlock
 *          gives none.
 * Owner:   caller; ZwClose.
 * Source:  DOC ntddk/IoCreateFileEx; INF the transaction's; OBS
 *          tests/kernel/io/IoCreateFileSpecifyDeviceObjectHint.c,
 *          tests/kernel/fsrtl/FsRtlAllocateExtraCreateParameter.c
 */
NTSTATUS NTAPI IoCreateFileEx(HANDLE *FileHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, IO_STATUS_BLOCK *IoStatusBlock,
    LARGE_INTEGER *AllocationSize, ULONG FileAttributes, ULONG ShareAccess, ULONG Disposition,
    ULONG CreateOptions, void *EaBuffer, ULONG EaLength, CREATE_FILE_TYPE CreateFileType,
    void *ExtraCreateParameters, ULONG Options, IOP_DRIVER_CREATE_CONTEXT *DriverContext)
{
    if (DriverContext != NULL && DriverContext->Size != sizeof(*DriverContext) &&
        DriverContext->Size != FIELD_OFFSET(IOP_DRIVER_CREATE_CONTEXT, SiloContext))
        return STATUS_INVALID_PARAMETER;
    if (DriverContext != NULL && DriverContext->TxnParameters != NULL)
        return STATUS_NOT_SUPPORTED;
    return IopCreateForDriver(FileHandle, DesiredAccess, ObjectAttributes, IoStatusBlock,
        AllocationSize, FileAttributes, ShareAccess, Disposition, CreateOptions, EaBuffer, EaLength,
        CreateFileType, ExtraCreateParameters, Options,
        DriverContext != NULL ? DriverContext->DeviceObjectHint : NULL,
        DriverContext != NULL ? DriverContext->ExtraCreateParameter : NULL);
}
