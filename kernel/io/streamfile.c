/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Stream files: file objects that a file system makes of its own for what it keeps of a volume or a
 * file, with no create and no name. That the handle goes sends IRP_MJ_CLEANUP, that the object goes
 * IRP_MJ_CLOSE, to the top of the stack as for any other file.
 */
#include "io/iop.h"
#include "io/streamfile.h"

/* What Device is for; Hint: NULL, or where requests go. */
static NTSTATUS IopCreateStream(DEVICE_OBJECT *Device, DEVICE_OBJECT *Hint, FILE_OBJECT **Result)
{
    static const UNICODE_STRING Nameless;
    const IOP_OPEN Open = {.Hint = Hint};
    FILE_OBJECT *File;
    NTSTATUS Status = IopReferenceDevice(Device, FALSE);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = IopCreateFileObject(Device, &Open, OBJ_CASE_INSENSITIVE, &Nameless, &File);
    if (!NT_SUCCESS(Status)) {
        IopDereferenceDevice(Device);
        return Status;
    }
    File->Flags |= FO_STREAM_FILE;
    Status = IopExtendFile(File, &Open);
    if (!NT_SUCCESS(Status)) {
        File->Flags |= FO_FILE_OPEN_CANCELLED; /* no file system has seen it */
        ObfDereferenceObject(File);
        return Status;
    }
    *Result = File;
    return STATUS_SUCCESS;
}

/* A handle to it, which goes at once where nobody wants it. */
static NTSTATUS IopGiveHandle(FILE_OBJECT *File, HANDLE *FileHandle)
{
    HANDLE Handle;
    NTSTATUS Status = ObOpenObjectByPointer(
        File, OBJ_KERNEL_HANDLE, NULL, FILE_READ_DATA, IoiFileObjectType, KernelMode, &Handle);
    if (!NT_SUCCESS(Status)) {
        File->Flags |= FO_FILE_OPEN_CANCELLED;
        ObfDereferenceObject(File);
        return Status;
    }
    if (FileHandle != NULL)
        *FileHandle = Handle;
    else
        ObCloseHandle(Handle, KernelMode);
    return STATUS_SUCCESS;
}

static NTSTATUS IopMakeStream(const IO_CREATE_STREAM_FILE_OPTIONS *Options, FILE_OBJECT *Beside,
    DEVICE_OBJECT *Device, FILE_OBJECT **Result, HANDLE *FileHandle)
{
    FILE_OBJECT *File;
    if (Beside != NULL)
        Device = Beside->DeviceObject;
    NTSTATUS Status = IopCreateStream(Device, Options->TargetDeviceObject, &File);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Options->Flags & IO_CREATE_STREAM_FILE_LITE)
        File->Flags |= FO_CLEANUP_COMPLETE; /* there is no handle whose end would send one */
    else
        Status = IopGiveHandle(File, FileHandle);
    if (NT_SUCCESS(Status))
        *Result = File;
    return Status;
}

/*
 * IoCreateStreamFileObjectEx2 - a stream file beside a file or on a device.
 *
 * CreateOptions: flags and, optional, the device of the stack that requests go to. FileObject:
 *          NULL: DeviceObject says where. FileHandle: optional; without it the handle is closed,
 *          and the file system gets its IRP_MJ_CLEANUP before this returns. With
 *          IO_CREATE_STREAM_FILE_LITE there is no handle and no such request.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: other options than we know; INVALID_DEVICE_OBJECT_PARAMETER:
 *          the target is in another stack; NO_SUCH_DEVICE: it is being deleted;
 *          INSUFFICIENT_RESOURCES. With IO_CREATE_STREAM_FILE_RAISE_ON_ERROR they are raised.
 * Owner:   caller; ObDereferenceObject, and ZwClose of the handle.
 * Source:  DOC ntifs/IoCreateStreamFileObjectEx2; INF INVALID_PARAMETER; OBS
 *          tests/kernel/io/IoCreateStreamFileObject.c
 */
NTSTATUS NTAPI IoCreateStreamFileObjectEx2(const IO_CREATE_STREAM_FILE_OPTIONS *CreateOptions,
    FILE_OBJECT *FileObject, DEVICE_OBJECT *DeviceObject, FILE_OBJECT **StreamFileObject,
    HANDLE *FileHandle)
{
    const USHORT Known = IO_CREATE_STREAM_FILE_RAISE_ON_ERROR | IO_CREATE_STREAM_FILE_LITE;
    NTSTATUS Status = STATUS_INVALID_PARAMETER;
    if (CreateOptions->Size == sizeof(*CreateOptions) && !(CreateOptions->Flags & ~Known))
        Status =
            IopMakeStream(CreateOptions, FileObject, DeviceObject, StreamFileObject, FileHandle);
    if (!NT_SUCCESS(Status) && (CreateOptions->Flags & IO_CREATE_STREAM_FILE_RAISE_ON_ERROR))
        ExRaiseStatus(Status);
    return Status;
}

static FILE_OBJECT *IopStreamOrRaise(
    USHORT Flags, FILE_OBJECT *FileObject, DEVICE_OBJECT *DeviceObject, HANDLE *FileHandle)
{
    const IO_CREATE_STREAM_FILE_OPTIONS Options = {.Flags = Flags};
    FILE_OBJECT *File;
    NTSTATUS Status = IopMakeStream(&Options, FileObject, DeviceObject, &File, FileHandle);
    if (!NT_SUCCESS(Status))
        ExRaiseStatus(Status);
    return File;
}

/*
 * IoCreateStreamFileObject, IoCreateStreamFileObjectEx, IoCreateStreamFileObjectLite - the older
 * ones: without a handle, with one, and Lite.
 * IRQL: PASSIVE_LEVEL; Lite: up to APC_LEVEL. Returns: the file; statuses are raised.
 * Owner: caller; ObDereferenceObject. Source: DOC ntifs, the pages of these names; OBS as above.
 */
FILE_OBJECT *NTAPI IoCreateStreamFileObject(FILE_OBJECT *FileObject, DEVICE_OBJECT *DeviceObject)
{
    return IopStreamOrRaise(0, FileObject, DeviceObject, NULL);
}

FILE_OBJECT *NTAPI IoCreateStreamFileObjectEx(
    FILE_OBJECT *FileObject, DEVICE_OBJECT *DeviceObject, HANDLE *FileHandle)
{
    return IopStreamOrRaise(0, FileObject, DeviceObject, FileHandle);
}

FILE_OBJECT *NTAPI IoCreateStreamFileObjectLite(
    FILE_OBJECT *FileObject, DEVICE_OBJECT *DeviceObject)
{
    return IopStreamOrRaise(IO_CREATE_STREAM_FILE_LITE, FileObject, DeviceObject, NULL);
}
