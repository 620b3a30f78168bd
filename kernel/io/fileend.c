/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * How files end: the last handle sends IRP_MJ_CLEANUP, the last reference IRP_MJ_CLOSE. A file
 * whose create failed, or was cancelled, sends neither.
 */
#include "io/completion.h"
#include "io/irpextension.h"

/*
 * Cleanup and close must reach the driver also when memory is short: a few IRPs with room for any
 * device stack are kept for them. More than one, since a driver may close files of its own while it
 * closes one.
 */
#define IOP_RESERVES 4
#define IOP_RESERVE_STACK 32

static IRP *IopReserve[IOP_RESERVES];
static KSEMAPHORE IopReserveFree;

NTSTATUS IopCreateReserve(void)
{
    for (ULONG Index = 0; Index < IOP_RESERVES; Index++) {
        IopReserve[Index] = IopAllocateIrp(IOP_RESERVE_STACK, IOP_INTERNAL, EX_KERNEL_SITE);
        if (IopReserve[Index] == NULL)
            return STATUS_INSUFFICIENT_RESOURCES;
        IopReserve[Index]->Type = 0; /* none in use for whoever looks through IRPs */
    }
    KeInitializeSemaphore(&IopReserveFree, IOP_RESERVES, IOP_RESERVES);
    return STATUS_SUCCESS;
}

IRP *IopTakeReserve(CCHAR StackSize)
{
    IRP *Irp = NULL;
    KeWaitForSingleObject(&IopReserveFree, Executive, KernelMode, FALSE, NULL);
    for (ULONG Index = 0; Irp == NULL; Index = (Index + 1) % IOP_RESERVES)
        Irp = __atomic_exchange_n(&IopReserve[Index], NULL, __ATOMIC_ACQ_REL);
    IoInitializeIrp(Irp, Irp->Size, StackSize);
    Irp->AllocationFlags = IOP_HAS_PACKET | IOP_IS_RESERVE;
    return Irp;
}

void IopReturnReserve(IRP *Irp)
{
    Irp->Type = 0;
    for (ULONG Index = 0; Irp != NULL; Index = (Index + 1) % IOP_RESERVES)
        Irp = __atomic_exchange_n(&IopReserve[Index], Irp, __ATOMIC_ACQ_REL);
    KeReleaseSemaphore(&IopReserveFree, IO_NO_INCREMENT, 1, FALSE);
}

/* One of the two requests that end a file. */
static void IopSendEndTo(DEVICE_OBJECT *Device, FILE_OBJECT *File, UCHAR MajorFunction)
{
    IRP *Irp = IopAllocateIrp(Device->StackSize, IOP_INTERNAL, EX_KERNEL_SITE);
    if (Irp == NULL)
        Irp = IopTakeReserve(Device->StackSize);
    Irp->Flags |= MajorFunction == IRP_MJ_CLOSE ? IRP_CLOSE_OPERATION : 0;
    Irp->Tail.Overlay.OriginalFileObject = File;
    IO_STACK_LOCATION *Stack = IoGetNextIrpStackLocation(Irp);
    Stack->MajorFunction = MajorFunction;
    Stack->FileObject = File;
    IopSendInternal(Device, Irp, NULL);
}

static void IopSendEnd(FILE_OBJECT *File, UCHAR MajorFunction)
{
    IopSendEndTo(IoGetRelatedDeviceObject(File), File, MajorFunction);
}

/*
 * IoCancelFileOpen - undo an open that a driver below has made and one above will not have: cleanup
 * and close are sent now, and not when the file object goes.
 *
 * DeviceObject: the next lower one, where the requests go. FileObject: no handle was made to it
 * yet, or it is a bugcheck.
 * IRQL:    PASSIVE_LEVEL
 * Source:  DOC ntifs/IoCancelFileOpen; OBS tests/kernel/io/IoCancelFileOpen.c
 */
void NTAPI IoCancelFileOpen(DEVICE_OBJECT *DeviceObject, FILE_OBJECT *FileObject)
{
    if (OBJECT_TO_HEADER(FileObject)->HandleCount != 0)
        KeBugCheckEx(
            INVALID_CANCEL_OF_FILE_OPEN, (ULONG_PTR)FileObject, (ULONG_PTR)DeviceObject, 0, 0);
    FileObject->Flags |= FO_FILE_OPEN_CANCELLED;
    IopSendEndTo(DeviceObject, FileObject, IRP_MJ_CLEANUP);
    FileObject->Flags |= FO_CLEANUP_COMPLETE;
    IopSendEndTo(DeviceObject, FileObject, IRP_MJ_CLOSE);
}

void IopCloseFile(void *Object, ULONG HandleCount)
{
    FILE_OBJECT *File = Object;
    if (HandleCount != 1 || (File->Flags & FO_FILE_OPEN_CANCELLED))
        return;
    BOOLEAN Locked = (File->Flags & FO_SYNCHRONOUS_IO) != 0 && IopLockFile(File) == STATUS_SUCCESS;
    File->Flags |= FO_CLEANUP_COMPLETE;
    KiOrderAfter(&File->Flags, NULL);
    IopSendEnd(File, IRP_MJ_CLEANUP);
    KiOrderBefore(File);
    if (Locked)
        IopUnlockFile(File);
    IopAwaitFinishing(File);
}

static void IopFreeFileExtension(IOP_FILE_EXTENSION *Extension)
{
    for (ULONG Slot = 0; Slot < IO_FILE_SLOTS; Slot++) {
        if (Extension->Slot[Slot] != NULL)
            ExiFree(Extension->Slot[Slot]);
    }
    ExiFree(Extension);
}

void IopDeleteFile(void *Object)
{
    FILE_OBJECT *File = Object;
    if (File->DeviceObject != NULL) {
        if (!(File->Flags & FO_FILE_OPEN_CANCELLED)) {
            /* A file that never had a handle (IoGetDeviceObjectPointer undone half-way) is cleaned
             * up first all the same. */
            if (!(File->Flags & FO_CLEANUP_COMPLETE))
                IopSendEnd(File, IRP_MJ_CLEANUP);
            KiOrderAfter(&File->Flags, NULL);
            KiOrderAfter(File, NULL); /* all its requests, and the cleanup */
            IopSendEnd(File, IRP_MJ_CLOSE);
        }
        IopDereferenceDevice(File->DeviceObject);
    }
    if (File->FileName.Buffer != NULL)
        ExiFree(File->FileName.Buffer);
    if (File->FileObjectExtension != NULL)
        IopFreeFileExtension(File->FileObjectExtension);
    IopFreeCompletion(File);
}
