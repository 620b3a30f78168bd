/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The last step of a request that is done: what it returns goes to who asked for it, in his memory,
 * and everything it held is given back. On the hot path of the machine. A file is closed when no
 * request on it is at this step.
 */
#include <stdatomic.h>
#include <string.h>

#include "dotsys/dotsys.h"
#include "gate.h"
#include "io/completion.h"
#include "mm/space.h"

void IopFreeMdls(IRP *Irp)
{
    for (MDL *Mdl = Irp->MdlAddress, *Next; Mdl != NULL; Mdl = Next) {
        Next = Mdl->Next;
        if (Mdl->MdlFlags & MDL_PAGES_LOCKED)
            MmUnlockPages(Mdl);
        IoFreeMdl(Mdl);
    }
    Irp->MdlAddress = NULL;
}

/* What goes to a client is looked at; the location the request was sent with has kept its major
 * function. */
static void IopCheckData(IRP *Irp, const void *Buffer, ULONG_PTR Filled, ULONG_PTR Bytes)
{
    const IO_STACK_LOCATION *Last = (const IO_STACK_LOCATION *)(Irp + 1) + Irp->StackCount - 1;
    const IOP_PACKET *Packet = IopPacket(Irp);
    const IO_DATA Data = {.Start = Buffer,
        .Bytes = Bytes,
        .Filled = Filled,
        .ControlCode = Packet->ControlCode,
        .Dispatch = (ULONG_PTR)Last->DeviceObject->DriverObject->MajorFunction[Last->MajorFunction],
        .CompletedBy = Packet->CompletedBy};
    if (Packet->Mode == UserMode && Packet->Kind == IOP_SERVICE)
        IoDataWatch->Check(&Data);
}

/* A client's buffer that the driver has written to itself. */
static void IopFinishDirect(IRP *Irp)
{
    const MDL *Mdl = Irp->MdlAddress;
    const ULONG_PTR Bytes = Irp->IoStatus.Information;
    const SHORT Written = MDL_MAPPED_TO_SYSTEM_VA | MDL_WRITE_OPERATION;
    if (__builtin_expect(IoDataWatch != NULL, 0) && (Mdl->MdlFlags & Written) == Written &&
        NT_SUCCESS(Irp->IoStatus.Status) && Bytes <= Mdl->ByteCount)
        IopCheckData(Irp, Mdl->MappedSystemVa, Bytes, Bytes);
    IopFreeMdls(Irp);
}

/* Information bytes of the system buffer to the caller's, unless the request failed. */
static void IopReturnBuffer(IRP *Irp)
{
    IOP_PACKET *Packet = IopPacket(Irp);
    ULONG_PTR Bytes = Irp->IoStatus.Information;
    if (NT_ERROR(Irp->IoStatus.Status) || Irp->IoStatus.Status == STATUS_VERIFY_REQUIRED ||
        Bytes == 0)
        return;
    if (Bytes > Packet->OutputBytes) {
        const IO_STACK_LOCATION *Last = (const IO_STACK_LOCATION *)(Irp + 1) + Irp->StackCount - 1;
        KdFinding(DOTSYS_FINDING_OTHER,
            Last->DeviceObject != NULL ? (ULONG_PTR)Last->DeviceObject->DriverObject->DriverStart
                                       : 0,
            "a request completed with Information %llu although the caller's buffer takes %u "
            "bytes; "
            "Windows would copy beyond the system buffer",
            (unsigned long long)Bytes, Packet->OutputBytes);
        Bytes = Packet->OutputBytes;
    }
    NTSTATUS Status = STATUS_SUCCESS;
    if (__builtin_expect(IoDataWatch != NULL, 0))
        IopCheckData(Irp, Irp->AssociatedIrp.SystemBuffer, Packet->InputBytes, Bytes);
    if (Packet->Mode == UserMode)
        Status = MmCopyToUser(Irp->UserBuffer, Irp->AssociatedIrp.SystemBuffer, Bytes);
    else
        memcpy(Irp->UserBuffer, Irp->AssociatedIrp.SystemBuffer, Bytes);
    if (!NT_SUCCESS(Status)) {
        Irp->IoStatus.Status = Status;
        Irp->IoStatus.Information = 0;
    }
}

/* A block that is not there is the client's loss. */
static void IopStoreIoStatus(IRP *Irp, const IOP_PACKET *Packet)
{
    if (Irp->UserIosb == NULL)
        return;
    if (Packet->Mode == UserMode)
        MmWriteStatusBlock(Irp->UserIosb, &Irp->IoStatus);
    else
        *Irp->UserIosb = Irp->IoStatus;
}

/*
 * The last step; returns the request's status, which a buffer that went away changes. In the host's
 * convention for the issuer, who mostly takes it: an NTAPI function has to save ten vector
 * registers around what it calls here.
 */
NTSTATUS IopFinish(IRP *Irp)
{
    IOP_PACKET *Packet = IopPacket(Irp);
    FILE_OBJECT *File = Irp->Tail.Overlay.OriginalFileObject;
    KEVENT *Event = Irp->UserEvent;
    IOP_ISSUE *Issue = Packet->Issue;
    ETHREAD *Thread = NULL;
    UCHAR Kind = Packet->Kind;
    BOOLEAN Pended = Irp->PendingReturned, Notify = Packet->Notify;

    KiOrderBefore(File);
    if ((Irp->Flags & IRP_BUFFERED_IO) && (Irp->Flags & IRP_INPUT_OPERATION))
        IopReturnBuffer(Irp);
    if ((Irp->Flags & IRP_BUFFERED_IO) && (Irp->Flags & IRP_DEALLOCATE_BUFFER))
        ExiFree(Irp->AssociatedIrp.SystemBuffer);
    if (Irp->MdlAddress != NULL)
        IopFinishDirect(Irp);
    if (Packet->Listed != IOP_UNLISTED) {
        if (__builtin_expect(Notify, 0)) {
            Thread = (ETHREAD *)Irp->Tail.Overlay.Thread; /* off its list, the request does not keep
                                                             it */
            ObiReference(Thread);
        }
        IopDelistIrp(Irp);
    }

    NTSTATUS Status = Irp->IoStatus.Status;
    /* A request that failed before it pended has its status returned by who sent it: neither block
     * nor event tell. */
    BOOLEAN Tell = !NT_ERROR(Irp->IoStatus.Status) || Pended;
    Notify = Notify && Tell;
    if (Tell)
        IopStoreIoStatus(Irp, Packet);
    if (File != NULL)
        File->FinalStatus = Irp->IoStatus.Status;
    if (Issue != NULL)
        Issue->IoStatus = Irp->IoStatus;
    if (Kind != IOP_INTERNAL && __builtin_expect(!Notify, 1)) {
        IopFreeIrp(Irp);
        if (__builtin_expect(Thread != NULL, 0))
            ObfDereferenceObject(Thread);
    }

    if (Event != NULL) {
        if (Tell)
            KeSetEvent(Event, IO_NO_INCREMENT, FALSE);
        if (Kind == IOP_SERVICE)
            ObfDereferenceObject(Event);
    } else if (File != NULL && Tell && Kind == IOP_SERVICE && File->Event.Header.SignalState == 0 &&
               !(File->Flags & FO_SKIP_SET_EVENT)) {
        KeSetEvent(&File->Event, IO_NO_INCREMENT, FALSE);
    }
    if (__builtin_expect(Notify, 0))
        IopNotify(Irp, File, Thread, Pended);
    if (Kind == IOP_SERVICE && File != NULL)
        ObfDereferenceObject(File);
    if (Issue != NULL) {
        /* The issuer's stack is gone once it has seen this: the event is the last thing touched. */
        KiOrderBefore(Issue);
        __atomic_store_n(&Issue->Finished, TRUE, __ATOMIC_RELEASE);
        if (Pended)
            KeSetEvent(&Issue->Done, IO_NO_INCREMENT, FALSE);
    }
    return Status;
}

/*
 * Requests in their last step away from their issuer's thread, counted by file. On Windows that
 * step runs on the issuer's own thread, so who learns from block, event or port that a request is
 * done and closes the file then, closes it for good.
 */
#define IOP_FINISHING 256u
#define IOP_FINISHING_PATIENCE 100000u

static _Atomic ULONG IopFinishing[IOP_FINISHING];

static _Atomic ULONG *IopFinishingCount(const FILE_OBJECT *File)
{
    return &IopFinishing[((ULONG_PTR)File >> 6) % IOP_FINISHING];
}

void IopResetFinishing(void)
{
    for (ULONG Index = 0; Index < IOP_FINISHING; Index++)
        IopFinishing[Index] = 0;
}

/* With the issuer's memory as the thread's, for buffer and block are the issuer's. */
static void IopFinishAsIssuer(IRP *Irp, const ETHREAD *Issuer, KTHREAD *Thread)
{
    struct MM_SPACE *Space = Thread->Space;
    struct MM_REGIONS *Regions = Thread->Regions;

    if (Issuer != NULL && IopPacket(Irp)->Mode == UserMode)
        Thread->Space = Issuer->Process->Space;
    if (&Issuer->Tcb != Thread)
        Thread->Regions = NULL;
    IopFinish(Irp);
    Thread->Space = Space;
    Thread->Regions = Regions;
}

void NTAPI IopFinishRequest(IRP *Irp)
{
    _Atomic ULONG *Count = IopFinishingCount(Irp->Tail.Overlay.OriginalFileObject);

    atomic_fetch_add(Count, 1);
    IopFinishAsIssuer(Irp, (const ETHREAD *)Irp->Tail.Overlay.Thread, KiHostThread);
    atomic_fetch_sub(Count, 1);
}

/* A few instructions, unless a file that shares the count is being closed by a driver that takes
 * its time. */
static void IopAwaitNone(const _Atomic ULONG *Count)
{
    for (ULONG Patience = IOP_FINISHING_PATIENCE; *Count != 0 && Patience != 0 && !KiStopped;
         Patience--)
        host_yield();
}

void IopAwaitFinishing(const FILE_OBJECT *File)
{
    IopAwaitNone(IopFinishingCount(File));
}

void IopAwaitAllFinishing(void)
{
    for (ULONG Index = 0; Index < IOP_FINISHING; Index++)
        IopAwaitNone(&IopFinishing[Index]);
    ObAwaitDeletions();
}
