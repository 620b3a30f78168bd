/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Reaching other drivers' devices: opening one by name, sending an IRP down and waiting for it, and
 * a completion routine that keeps its driver loaded until it has returned.
 */
#include "io/iop.h"

#define IOP_ATTRIBUTE_ACCESS                                                       \
    (SYNCHRONIZE | FILE_READ_ATTRIBUTES | READ_CONTROL | WRITE_DAC | WRITE_OWNER | \
        ACCESS_SYSTEM_SECURITY)

static NTSTATUS IopOpenDevice(UNICODE_STRING *Name, ACCESS_MASK DesiredAccess, FILE_OBJECT **File)
{
    OBJECT_ATTRIBUTES Attributes;
    HANDLE Handle;
    void *Object;
    IOP_OPEN Open = {.Magic = IOP_OPEN_MAGIC,
        .CreateOptions = FILE_NON_DIRECTORY_FILE,
        .Disposition = FILE_OPEN,
        .Direct = (DesiredAccess & ~(ACCESS_MASK)IOP_ATTRIBUTE_ACCESS) == 0};

    InitializeObjectAttributes(
        &Attributes, Name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    NTSTATUS Status = ObiOpenByName(
        &Attributes, IoiFileObjectType, KernelMode, DesiredAccess, &Open, &Handle);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ObiReferenceByHandle(Handle, IoiFileObjectType, KernelMode, &Object, NULL);
    if (NT_SUCCESS(Status))
        *File = Object;
    ObCloseHandle(Handle, KernelMode);
    return Status;
}

/*
 * IoGetDeviceObjectPointer - open a device by name; the pointer is to the top of its stack.
 *
 * The device's driver sees a create, and a cleanup when the handle this uses is closed again; the
 * close comes with the last reference to *FileObject. The caller is the kernel: no access is
 * denied. IRQL:    PASSIVE_LEVEL Returns: SUCCESS; the statuses of a bad or unknown name,
 * NO_SUCH_DEVICE, OBJECT_TYPE_MISMATCH, INSUFFICIENT_RESOURCES, what the driver's create returned:
 * *FileObject, *DeviceObject untouched. Owner:   driver: ObDereferenceObject of *FileObject, which
 * keeps *DeviceObject. Source:  DOC wdm/IoGetDeviceObjectPointer;
 * tests/kernel/io/IoGetDeviceObjectPointer.c
 */
NTSTATUS NTAPI IoGetDeviceObjectPointer(UNICODE_STRING *ObjectName, ACCESS_MASK DesiredAccess,
    FILE_OBJECT **FileObject, DEVICE_OBJECT **DeviceObject)
{
    FILE_OBJECT *File;
    NTSTATUS Status = IopOpenDevice(ObjectName, DesiredAccess, &File);
    if (!NT_SUCCESS(Status))
        return Status;
    *FileObject = File;
    *DeviceObject = IoGetRelatedDeviceObject(File);
    return STATUS_SUCCESS;
}

/* ---- down and back --------------------------------------------------------------------------- */

static NTSTATUS NTAPI IopSignalForwarded(DEVICE_OBJECT *DeviceObject, IRP *Irp, void *Context)
{
    (void)DeviceObject;
    (void)Irp;
    KeSetEvent(Context, IO_NO_INCREMENT, FALSE);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

/*
 * IoForwardIrpSynchronously - pass Irp to the next driver as it is and wait until that is done with
 * it. The caller has it back then and must complete it.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: TRUE: Irp->IoStatus is the result; FALSE: the IRP has no stack location for the next
 * driver.
 * Source:  DOC wdm/IoForwardIrpSynchronously; tests/kernel/io/IoForwardIrpSynchronously.c
 */
BOOLEAN NTAPI IoForwardIrpSynchronously(DEVICE_OBJECT *DeviceObject, IRP *Irp)
{
    KEVENT Done;
    if (Irp->CurrentLocation <= 1)
        return FALSE;
    IoCopyCurrentIrpStackLocationToNext(Irp);
    KeInitializeEvent(&Done, SynchronizationEvent, FALSE);
    IoSetCompletionRoutine(Irp, IopSignalForwarded, &Done, TRUE, TRUE, TRUE);
    IofCallDriver(DeviceObject, Irp);
    /* Set in every case, so that whoever completed it is done with Done before this stack goes. */
    KeWaitForSingleObject(&Done, Suspended, KernelMode, FALSE, NULL);
    return TRUE;
}

/* ---- completion routines that outlive an unload ---------------------------------------------- */

typedef struct IOP_SAFE_COMPLETION {
    DEVICE_OBJECT *Device; /* referenced: keeps the driver */
    PIO_COMPLETION_ROUTINE Routine;
    void *Context;
    UCHAR Control;         /* SL_INVOKE_ON_* */
} IOP_SAFE_COMPLETION;

static NTSTATUS NTAPI IopCompleteSafely(DEVICE_OBJECT *DeviceObject, IRP *Irp, void *Context)
{
    IOP_SAFE_COMPLETION Safe = *(IOP_SAFE_COMPLETION *)Context;
    NTSTATUS Status = ContinueCompletion;
    ExiFree(Context);
    UCHAR Wanted = NT_SUCCESS(Irp->IoStatus.Status) ? SL_INVOKE_ON_SUCCESS : SL_INVOKE_ON_ERROR;
    if (Irp->Cancel)
        Wanted |= SL_INVOKE_ON_CANCEL;
    if (Safe.Control & Wanted)
        Status = IopCallCompletion(Safe.Routine, DeviceObject, Irp, Safe.Context);
    else if (Irp->PendingReturned && Irp->CurrentLocation <= Irp->StackCount)
        IoMarkIrpPending(Irp);
    ObfDereferenceObject(Safe.Device);
    return Status;
}

/*
 * IoSetCompletionRoutineEx - IoSetCompletionRoutine for a driver that may be unloaded while it has
 * requests below it: the driver stays until CompletionRoutine has returned.
 *
 * DeviceObject: one of the caller's devices.
 * IRQL:    up to DISPATCH_LEVEL
 * Returns: SUCCESS; INSUFFICIENT_RESOURCES: no routine is set. After success the IRP must be sent.
 * Source:  DOC wdm/IoSetCompletionRoutineEx; tests/kernel/io/IoSetCompletionRoutineEx.c
 */
NTSTATUS NTAPI IoSetCompletionRoutineEx(DEVICE_OBJECT *DeviceObject, IRP *Irp,
    PIO_COMPLETION_ROUTINE CompletionRoutine, void *Context, BOOLEAN InvokeOnSuccess,
    BOOLEAN InvokeOnError, BOOLEAN InvokeOnCancel)
{
    IOP_SAFE_COMPLETION *Safe = ExiAllocate(NonPagedPoolNx, sizeof(*Safe), IOP_TAG_IO, EX_CALLER);
    if (Safe == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    ObiReference(DeviceObject);
    Safe->Device = DeviceObject;
    Safe->Routine = CompletionRoutine;
    Safe->Context = Context;
    Safe->Control = (UCHAR)((InvokeOnSuccess ? SL_INVOKE_ON_SUCCESS : 0) |
        (InvokeOnError ? SL_INVOKE_ON_ERROR : 0) | (InvokeOnCancel ? SL_INVOKE_ON_CANCEL : 0));
    IoSetCompletionRoutine(Irp, IopCompleteSafely, Safe, TRUE, TRUE, TRUE);
    return STATUS_SUCCESS;
}
