/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Paging I/O: what the cache manager reads and writes itself, page by page, by requests that go to
 * the top of a file's stack and around every cache. Waited for here, whatever the driver does: the
 * MDL and its pages are the caller's.
 */
#include "io/iop.h"

typedef struct IOP_PAGING {
    KEVENT Done;
    IO_STATUS_BLOCK IoStatus;
    BOOLEAN Finished;
} IOP_PAGING;

static NTSTATUS NTAPI IopPagingDone(DEVICE_OBJECT *Device, IRP *Irp, void *Context)
{
    IOP_PAGING *Paging = Context;
    (void)Device;
    Paging->IoStatus = Irp->IoStatus;
    __atomic_store_n(&Paging->Finished, TRUE, __ATOMIC_RELEASE);
    KeSetEvent(&Paging->Done, IO_DISK_INCREMENT, FALSE);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

static NTSTATUS IopPage(UCHAR MajorFunction, FILE_OBJECT *File, MDL *Mdl,
    const LARGE_INTEGER *Offset, KEVENT *Event, IO_STATUS_BLOCK *IoStatus)
{
    IOP_PAGING Paging = {.Finished = FALSE};
    DEVICE_OBJECT *Device = IoGetRelatedDeviceObject(File);
    IRP *Irp = IopAllocateIrp(Device->StackSize, IOP_DRIVER_OWNED, EX_KERNEL_SITE);
    if (Irp == NULL && MajorFunction == IRP_MJ_WRITE) /* else memory would never become free */
        Irp = IopTakeReserve(Device->StackSize);
    if (Irp == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    IO_STACK_LOCATION *Stack = IoGetNextIrpStackLocation(Irp);
    IopPacket(Irp)->Kind = IOP_DRIVER_OWNED;
    Irp->Flags = IRP_PAGING_IO | IRP_NOCACHE | IRP_SYNCHRONOUS_PAGING_IO;
    Irp->RequestorMode = KernelMode;
    Irp->MdlAddress = Mdl;
    Irp->UserBuffer = MmGetMdlVirtualAddress(Mdl);
    Irp->UserIosb = IoStatus;
    Irp->Tail.Overlay.OriginalFileObject = File;
    Irp->Tail.Overlay.Thread = (PETHREAD)PsiCurrentThread();
    Stack->MajorFunction = MajorFunction;
    Stack->FileObject = File;
    Stack->Parameters.Read.Length = Mdl->ByteCount; /* Write has the same layout */
    Stack->Parameters.Read.ByteOffset = *Offset;
    KeInitializeEvent(&Paging.Done, SynchronizationEvent, FALSE);
    IoSetCompletionRoutine(Irp, IopPagingDone, &Paging, TRUE, TRUE, TRUE);
    NTSTATUS Status = IofCallDriver(Device, Irp);
    if (Status == STATUS_PENDING || __atomic_load_n(&Paging.Finished, __ATOMIC_ACQUIRE)) {
        KeWaitForSingleObject(&Paging.Done, WrPageIn, KernelMode, FALSE, NULL);
    } else {
        IopReportLost(Irp);
        Paging.IoStatus = (IO_STATUS_BLOCK){.Status = Status};
    }
    Irp->MdlAddress = NULL;
    IopPacket(Irp)->Kind = IOP_INTERNAL; /* as those kept are */
    IopFreeIrp(Irp);
    *IoStatus = Paging.IoStatus;
    KeSetEvent(Event, IO_NO_INCREMENT, FALSE);
    return Paging.IoStatus.Status;
}

/*
 * IoPageRead, IoSynchronousPageWrite - read pages of a file, or write them, by a paging request.
 *
 * MemoryDescriptorList: of locked pages. Event: set when it is done, as it is when this returns.
 *          IoStatusBlock: the driver's, unless it was not asked.
 * IRQL:    up to APC_LEVEL
 * Returns: what the driver says; INSUFFICIENT_RESOURCES: it was not asked to read, and Event is not
 *          set. There is memory for a write.
 * Source:  INF ntifs.h, undocumented; OBS tests/kernel/cc/CcCopyRead.c
 */
NTSTATUS NTAPI IoPageRead(FILE_OBJECT *FileObject, MDL *MemoryDescriptorList,
    LARGE_INTEGER *StartingOffset, KEVENT *Event, IO_STATUS_BLOCK *IoStatusBlock)
{
    return IopPage(
        IRP_MJ_READ, FileObject, MemoryDescriptorList, StartingOffset, Event, IoStatusBlock);
}

NTSTATUS NTAPI IoSynchronousPageWrite(FILE_OBJECT *FileObject, MDL *MemoryDescriptorList,
    LARGE_INTEGER *StartingOffset, KEVENT *Event, IO_STATUS_BLOCK *IoStatusBlock)
{
    return IopPage(
        IRP_MJ_WRITE, FileObject, MemoryDescriptorList, StartingOffset, Event, IoStatusBlock);
}

NTSTATUS IoiAdvanceValidData(FILE_OBJECT *File, LONGLONG ValidDataLength)
{
    FILE_END_OF_FILE_INFORMATION End = {.EndOfFile.QuadPart = ValidDataLength};
    DEVICE_OBJECT *Device = IoGetRelatedDeviceObject(File);
    IRP *Irp = IopAllocateIrp(Device->StackSize, IOP_INTERNAL, EX_KERNEL_SITE);
    if (Irp == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    IO_STACK_LOCATION *Stack = IoGetNextIrpStackLocation(Irp);
    Irp->RequestorMode = KernelMode;
    Irp->AssociatedIrp.SystemBuffer = &End;
    Irp->Tail.Overlay.OriginalFileObject = File;
    Stack->MajorFunction = IRP_MJ_SET_INFORMATION;
    Stack->FileObject = File;
    Stack->Parameters.SetFile.Length = sizeof(End);
    Stack->Parameters.SetFile.FileInformationClass = FileEndOfFileInformation;
    Stack->Parameters.SetFile.FileObject = File;
    Stack->Parameters.SetFile.AdvanceOnly = TRUE;
    return IopSendInternal(Device, Irp, NULL);
}
