/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Requests a driver makes for the drivers below it. Buffers, status block and event are the
 * driver's own kernel memory. A synchronous request belongs to the calling thread: it stands on its
 * list and io finishes and frees it. An asynchronous one is the driver's: its completion routine
 * takes it back, with the system buffer or MDL it carries.
 */
#include <string.h>

#include "io/iop.h"

/* Undoes what a build put on an IRP that will not be sent. */
static void IopDropRequest(IRP *Irp)
{
    if (Irp->Flags & IRP_DEALLOCATE_BUFFER)
        ExiFree(Irp->AssociatedIrp.SystemBuffer);
    if (Irp->MdlAddress != NULL)
        IoFreeMdl(Irp->MdlAddress);
    IopFreeIrp(Irp);
}

static NTSTATUS IopAddSystemBuffer(
    IRP *Irp, ULONG Bytes, const void *Input, ULONG InputBytes, ULONG_PTR Site)
{
    void *Buffer = ExiAllocate(NonPagedPoolNx, Bytes, IOP_TAG_SYSTEM_BUFFER, Site);
    if (Buffer == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    if (InputBytes != 0)
        memcpy(Buffer, Input, InputBytes);
    Irp->AssociatedIrp.SystemBuffer = Buffer;
    Irp->Flags |= IRP_BUFFERED_IO | IRP_DEALLOCATE_BUFFER;
    return STATUS_SUCCESS;
}

static NTSTATUS IopAddMdl(IRP *Irp, void *Buffer, ULONG Bytes, LOCK_OPERATION Operation)
{
    if (IoAllocateMdl(Buffer, Bytes, FALSE, FALSE, Irp) == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    return MiLockPages(Irp->MdlAddress, KernelMode, Operation);
}

/* What the last step gives back to the driver's buffer from the system buffer. */
static void IopExpectOutput(IRP *Irp, void *Output, ULONG OutputBytes)
{
    Irp->UserBuffer = Output;
    Irp->Flags |= IRP_INPUT_OPERATION;
    IopPacket(Irp)->OutputBytes = OutputBytes;
}

/* ---- read, write and requests without a buffer ----------------------------------------------- */

static NTSTATUS IopAddTransferBuffer(
    IRP *Irp, const DEVICE_OBJECT *Device, void *Buffer, ULONG Length, ULONG_PTR Site)
{
    BOOLEAN Write = IoGetNextIrpStackLocation(Irp)->MajorFunction == IRP_MJ_WRITE;
    if (Length == 0 || !(Device->Flags & (DO_BUFFERED_IO | DO_DIRECT_IO))) {
        Irp->UserBuffer = Buffer;
        return STATUS_SUCCESS;
    }
    if (Device->Flags & DO_DIRECT_IO)
        return IopAddMdl(Irp, Buffer, Length, Write ? IoReadAccess : IoWriteAccess);
    if (!Write)
        IopExpectOutput(Irp, Buffer, Length);
    return IopAddSystemBuffer(Irp, Length, Buffer, Write ? Length : 0, Site);
}

static IRP *IopBuildFsdRequest(enum IOP_KIND Kind, ULONG MajorFunction, const DEVICE_OBJECT *Device,
    void *Buffer, ULONG Length, const LARGE_INTEGER *StartingOffset, IO_STATUS_BLOCK *IoStatusBlock,
    ULONG_PTR Site)
{
    IRP *Irp = IopAllocateIrp(Device->StackSize, Kind, Site);
    if (Irp == NULL)
        return NULL;
    IO_STACK_LOCATION *Stack = IoGetNextIrpStackLocation(Irp);
    Stack->MajorFunction = (UCHAR)MajorFunction;
    Irp->Tail.Overlay.Thread = (PETHREAD)PsiCurrentThread();
    Irp->UserIosb = IoStatusBlock;
    if (MajorFunction != IRP_MJ_READ && MajorFunction != IRP_MJ_WRITE)
        return Irp;
    Stack->Parameters.Read.Length = Length; /* Write has the same layout */
    if (StartingOffset != NULL)
        Stack->Parameters.Read.ByteOffset = *StartingOffset;
    if (!NT_SUCCESS(IopAddTransferBuffer(Irp, Device, Buffer, Length, Site))) {
        IopDropRequest(Irp);
        return NULL;
    }
    return Irp;
}

/*
 * IoBuildAsynchronousFsdRequest - an IRP for a read, write, flush, shutdown or PnP request that
 * nobody waits for.
 *
 * MajorFunction: IRP_MJ_READ, _WRITE, _FLUSH_BUFFERS, _SHUTDOWN or _PNP. Buffer, Length,
 *                StartingOffset: of read and write only; passed by the method DeviceObject asks
 *                for. IoStatusBlock: optional; written by nobody unless the completion routine
 *                does.
 * IRQL:    up to APC_LEVEL
 * Returns: NULL: out of memory, or Buffer cannot be locked.
 * Owner:   driver: its completion routine frees system buffer or MDL, then the IRP with IoFreeIrp.
 * Source:  DOC wdm/IoBuildAsynchronousFsdRequest; tests/kernel/io/IoBuildAsynchronousFsdRequest.c
 */
IRP *NTAPI IoBuildAsynchronousFsdRequest(ULONG MajorFunction, DEVICE_OBJECT *DeviceObject,
    void *Buffer, ULONG Length, LARGE_INTEGER *StartingOffset, IO_STATUS_BLOCK *IoStatusBlock)
{
    return IopBuildFsdRequest(IOP_DRIVER_OWNED, MajorFunction, DeviceObject, Buffer, Length,
        StartingOffset, IoStatusBlock, EX_CALLER);
}

/*
 * IoBuildSynchronousFsdRequest - the same for a caller that waits: when the request is done
 * IoStatusBlock is written and Event is set, whether it pended or not; the IRP is gone by then.
 *
 * Event:   initialised by the caller, who waits for it after STATUS_PENDING.
 * IRQL:    up to APC_LEVEL
 * Returns: as IoBuildAsynchronousFsdRequest.
 * Owner:   the system, once sent: a driver that sends it never frees it. It ends with its thread.
 * Source:  DOC wdm/IoBuildSynchronousFsdRequest; tests/kernel/io/IoBuildSynchronousFsdRequest.c
 */
IRP *NTAPI IoBuildSynchronousFsdRequest(ULONG MajorFunction, DEVICE_OBJECT *DeviceObject,
    void *Buffer, ULONG Length, LARGE_INTEGER *StartingOffset, KEVENT *Event,
    IO_STATUS_BLOCK *IoStatusBlock)
{
    IRP *Irp = IopBuildFsdRequest(IOP_THREADED, MajorFunction, DeviceObject, Buffer, Length,
        StartingOffset, IoStatusBlock, EX_CALLER);
    if (Irp != NULL) {
        Irp->UserEvent = Event;
        IopQueueIrp(Irp, PsiCurrentThread());
    }
    return Irp;
}

/*
 * IoQueueThreadIrp - has a request a driver built be finished as one of
 * IoBuildSynchronousFsdRequest's: for the current thread, whose list it goes on. UserIosb and
 * UserEvent, both optional, are told; the IRP is gone then.
 *
 * IRQL:    up to DISPATCH_LEVEL
 * Owner:   the system, once sent.
 * Source:  INF: ntifs.h, undocumented; OBS tests/kernel/io/IoBuildAsynchronousFsdRequest.c
 */
void NTAPI IoQueueThreadIrp(IRP *Irp)
{
    IopPacket(Irp)->Kind = IOP_THREADED;
    IopQueueIrp(Irp, PsiCurrentThread());
}

/* ---- device control -------------------------------------------------------------------------- */

static NTSTATUS IopAddControlBuffers(IRP *Irp, ULONG Code, void *Input, ULONG InputBytes,
    void *Output, ULONG OutputBytes, ULONG_PTR Site)
{
    ULONG Larger = InputBytes > OutputBytes ? InputBytes : OutputBytes;
    NTSTATUS Status = STATUS_SUCCESS;
    switch (METHOD_FROM_CTL_CODE(Code)) {
    case METHOD_BUFFERED:
        if (Larger == 0)
            break;
        if (OutputBytes != 0)
            IopExpectOutput(Irp, Output, OutputBytes);
        Status = IopAddSystemBuffer(Irp, Larger, Input, InputBytes, Site);
        break;
    case METHOD_IN_DIRECT:
    case METHOD_OUT_DIRECT:
        if (InputBytes != 0)
            Status = IopAddSystemBuffer(Irp, InputBytes, Input, InputBytes, Site);
        if (NT_SUCCESS(Status) && OutputBytes != 0)
            Status = IopAddMdl(Irp, Output, OutputBytes,
                METHOD_FROM_CTL_CODE(Code) == METHOD_IN_DIRECT ? IoReadAccess : IoWriteAccess);
        break;
    default: /* METHOD_NEITHER */
        IoGetNextIrpStackLocation(Irp)->Parameters.DeviceIoControl.Type3InputBuffer = Input;
        Irp->UserBuffer = Output;
        break;
    }
    return Status;
}

/*
 * IoBuildDeviceIoControlRequest - an IRP for a control code, for a caller that waits.
 *
 * InputBuffer, OutputBuffer: kernel memory, passed by the method of IoControlCode; NULL with length
 * zero.
 * InternalDeviceIoControl: IRP_MJ_INTERNAL_DEVICE_CONTROL instead of IRP_MJ_DEVICE_CONTROL. Event:
 *          optional, set when the request is done. IoStatusBlock: written then. RequestorMode is
 *          KernelMode.
 * IRQL:    up to APC_LEVEL
 * Returns: NULL: out of memory, or OutputBuffer cannot be locked.
 * Owner:   the system, once sent. It ends with its thread.
 * Source:  DOC wdm/IoBuildDeviceIoControlRequest; tests/kernel/io/IoBuildDeviceIoControlRequest.c
 */
IRP *NTAPI IoBuildDeviceIoControlRequest(ULONG IoControlCode, DEVICE_OBJECT *DeviceObject,
    void *InputBuffer, ULONG InputBufferLength, void *OutputBuffer, ULONG OutputBufferLength,
    BOOLEAN InternalDeviceIoControl, KEVENT *Event, IO_STATUS_BLOCK *IoStatusBlock)
{
    IRP *Irp = IopAllocateIrp(DeviceObject->StackSize, IOP_THREADED, EX_CALLER);
    if (Irp == NULL)
        return NULL;
    IO_STACK_LOCATION *Stack = IoGetNextIrpStackLocation(Irp);
    Stack->MajorFunction = InternalDeviceIoControl ? IRP_MJ_INTERNAL_DEVICE_CONTROL
                                                   : IRP_MJ_DEVICE_CONTROL;
    Stack->Parameters.DeviceIoControl.OutputBufferLength = OutputBufferLength;
    Stack->Parameters.DeviceIoControl.InputBufferLength = InputBufferLength;
    Stack->Parameters.DeviceIoControl.IoControlCode = IoControlCode;
    Irp->UserEvent = Event;
    Irp->UserIosb = IoStatusBlock;
    NTSTATUS Status = IopAddControlBuffers(Irp, IoControlCode, InputBuffer, InputBufferLength,
        OutputBuffer, OutputBufferLength, EX_CALLER);
    if (!NT_SUCCESS(Status)) {
        IopDropRequest(Irp);
        return NULL;
    }
    IopQueueIrp(Irp, PsiCurrentThread());
    return Irp;
}

/* ---- associated requests --------------------------------------------------------------------- */

/*
 * IoMakeAssociatedIrp - one of several IRPs a master IRP is split into; the master completes with
 * the last of them.
 *
 * Irp:     the master. Before it sends the first associated IRP the driver sets
 *          AssociatedIrp.IrpCount of the master to their number.
 * IRQL:    up to DISPATCH_LEVEL
 * Returns: NULL: out of memory.
 * Owner:   the system, once sent; IoFreeIrp before.
 * Source:  DOC ntddk/IoMakeAssociatedIrp; tests/kernel/io/IoMakeAssociatedIrp.c
 */
IRP *NTAPI IoMakeAssociatedIrp(IRP *Irp, CCHAR StackSize)
{
    IRP *Part = IopAllocateIrp(StackSize, IOP_DRIVER_OWNED, EX_CALLER);
    if (Part == NULL)
        return NULL;
    Part->Flags |= IRP_ASSOCIATED_IRP;
    Part->AssociatedIrp.MasterIrp = Irp;
    Part->Tail.Overlay.Thread = Irp->Tail.Overlay.Thread;
    return Part;
}
