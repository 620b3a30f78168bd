/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * IRPs: allocation, the way down through IofCallDriver and the way back through IofCompleteRequest,
 * and cancellation. An IRP has StackCount stack locations; CurrentLocation counts down from
 * StackCount + 1, and the current location is the one of the driver that has the IRP.
 */
#include <string.h>

#include "io/iop.h"
#include "ke/queuedlock.h"
#include "ke/seh.h"

const IO_VERIFIER *IoVerifier;
const IO_DATA_WATCH *IoDataWatch;

static KSPIN_LOCK IopCancelLock;

/* memset for whole chunks: a call into libc has an NTAPI function save ten vector registers around
 * it. */
typedef ULONG64 IOP_CHUNK __attribute__((vector_size(16), may_alias));

static inline void IopClearChunks(void *Block, SIZE_T Count)
{
    IOP_CHUNK *At = Block;
    for (IOP_CHUNK *End = At + Count; At != End; At++) {
        *At = (IOP_CHUNK){0};
        __asm__("" : "+r"(At)); /* or the compiler makes it memset again */
    }
}

/* A zeroed IRP's fields that are not zero. */
static inline void IopInitializeIrp(IRP *Irp, USHORT PacketSize, CCHAR StackSize)
{
    Irp->Type = IO_TYPE_IRP;
    Irp->Size = PacketSize;
    Irp->StackCount = StackSize;
    Irp->CurrentLocation = (CCHAR)(StackSize + 1);
    InitializeListHead(&Irp->ThreadListEntry);
    Irp->Tail.Overlay.CurrentStackLocation = (IO_STACK_LOCATION *)(Irp + 1) + StackSize;
}

IRP *NTAPI IopAllocateIrp(CCHAR StackSize, enum IOP_KIND Kind, ULONG_PTR Site)
{
    USHORT Size = (USHORT)(sizeof(IRP) + (SIZE_T)StackSize * sizeof(IO_STACK_LOCATION));
    if (MmShouldFailFor(Site))
        return NULL;
    SIZE_T Chunks = (FIELD_OFFSET(IOP_PACKET, Irp) + (SIZE_T)Size + sizeof(IOP_CHUNK) - 1) /
        sizeof(IOP_CHUNK);
    IOP_PACKET *Packet = ExiAllocate(NonPagedPoolNx, Chunks * sizeof(IOP_CHUNK), IOP_TAG_IRP, Site);
    if (Packet == NULL)
        return NULL;
    IopClearChunks(Packet, Chunks);
    Packet->Site = Site;
    Packet->Kind = (UCHAR)Kind;
    IopInitializeIrp(&Packet->Irp, Size, StackSize);
    Packet->Irp.AllocationFlags = IOP_HAS_PACKET;
    return &Packet->Irp;
}

/* One of those kept for when memory is short, or with an extension. */
static void NTAPI __attribute__((noinline)) IopFreeRareIrp(IRP *Irp)
{
    if (IopPacket(Irp)->Extension != NULL)
        IopFreeExtension(IopPacket(Irp));
    if (Irp->AllocationFlags & IOP_IS_RESERVE) {
        IopReturnReserve(Irp);
        return;
    }
    Irp->Type = 0;
    ExiFree(IopPacket(Irp));
}

void NTAPI IopFreeIrp(IRP *Irp)
{
    if (__builtin_expect(
            (Irp->AllocationFlags & IOP_IS_RESERVE) || IopPacket(Irp)->Extension != NULL, 0)) {
        IopFreeRareIrp(Irp);
        return;
    }
    Irp->Type = 0; /* a second completion finds no IRP here */
    ExiFree(IopPacket(Irp));
}

/*
 * IoAllocateIrp - an IRP with StackSize stack locations, zeroed.
 *
 * ChargeQuota: accepted; no limits. Returns NULL when out of memory.
 * IRQL:        up to DISPATCH_LEVEL. Owner: driver; IoFreeIrp.
 * Source:      DOC wdm/IoAllocateIrp.
 */
IRP *NTAPI IoAllocateIrp(CCHAR StackSize, BOOLEAN ChargeQuota)
{
    (void)ChargeQuota;
    return IopAllocateIrp(StackSize, IOP_DRIVER_OWNED, EX_CALLER);
}

/*
 * IoAllocateIrpEx - IoAllocateIrp for a device, which may ask for more than an IRP. None here does.
 *
 * DeviceObject: optional, where the request will go. ChargeQuota: accepted; no limits. Returns NULL
 * when out of memory.
 * IRQL:        up to DISPATCH_LEVEL. Owner: driver; IoFreeIrp.
 * Source:      DOC wdm/IoAllocateIrpEx; OBS tests/kernel/io/IoAllocateIrp.c
 */
IRP *NTAPI IoAllocateIrpEx(DEVICE_OBJECT *DeviceObject, CCHAR StackSize, BOOLEAN ChargeQuota)
{
    (void)DeviceObject, (void)ChargeQuota;
    return IopAllocateIrp(StackSize, IOP_DRIVER_OWNED, EX_CALLER);
}

/* IoFreeIrp - free what IoAllocateIrp and the IoBuild routines made. IRQL: up to DISPATCH_LEVEL.
 * Source: DOC wdm. */
void NTAPI IoFreeIrp(IRP *Irp)
{
    if (Irp->Type != IO_TYPE_IRP)
        KeBugCheckEx(MULTIPLE_IRP_COMPLETE_REQUESTS, (ULONG_PTR)Irp, __LINE__, 0, 0);
    if (!(Irp->AllocationFlags & IOP_HAS_PACKET)) {
        Irp->Type = 0;
        ExiFree(Irp);
        return;
    }
    if (IopPacket(Irp)->Listed)
        IopDequeueIrp(Irp);
    IopFreeIrp(Irp);
}

/* IoSizeOfIrp - bytes of an IRP with StackSize locations. IRQL: any. Source: DOC wdm. */
USHORT NTAPI IoSizeOfIrp(CCHAR StackSize)
{
    return (USHORT)(sizeof(IRP) + (SIZE_T)StackSize * sizeof(IO_STACK_LOCATION));
}

/* IoInitializeIrp - make an IRP of PacketSize bytes of the caller's own. IRQL: any. Source: DOC
 * wdm; OBS tests. */
void NTAPI IoInitializeIrp(IRP *Irp, USHORT PacketSize, CCHAR StackSize)
{
    memset(Irp, 0, PacketSize);
    IopInitializeIrp(Irp, PacketSize, StackSize);
}

/* IoReuseIrp - start over with an IRP from IoAllocateIrp; its status becomes Iostatus. Source: DOC
 * wdm. */
void NTAPI IoReuseIrp(IRP *Irp, NTSTATUS Iostatus)
{
    UCHAR Flags = Irp->AllocationFlags;
    if ((Flags & IOP_HAS_PACKET) && IopPacket(Irp)->Extension != NULL)
        IopFreeExtension(IopPacket(Irp));
    IoInitializeIrp(Irp, Irp->Size, Irp->StackCount);
    Irp->AllocationFlags = Flags;
    Irp->IoStatus.Status = Iostatus;
}

/* ---- down ------------------------------------------------------------------------------------ */

/*
 * IofCallDriver - hand Irp to DeviceObject's driver with the next stack location.
 *
 * IRQL:    up to DISPATCH_LEVEL. Returns what the dispatch routine returns.
 * Bugcheck NO_MORE_IRP_STACK_LOCATIONS when there is no next location.
 * Source:  DOC wdm/IofCallDriver.
 */
NTSTATUS FASTCALL IofCallDriver(DEVICE_OBJECT *DeviceObject, IRP *Irp)
{
    if (__builtin_expect(--Irp->CurrentLocation <= 0, 0))
        KeBugCheckEx(NO_MORE_IRP_STACK_LOCATIONS, (ULONG_PTR)Irp, 0, 0, 0);
    IO_STACK_LOCATION *Stack = --Irp->Tail.Overlay.CurrentStackLocation;
    Stack->DeviceObject = DeviceObject;
    PDRIVER_DISPATCH Routine = DeviceObject->DriverObject->MajorFunction[Stack->MajorFunction];
    if (__builtin_expect(IoVerifier != NULL, 0))
        return IoVerifier->Dispatch(Routine, DeviceObject, Irp);
    return Routine(DeviceObject, Irp);
}

/* ---- up -------------------------------------------------------------------------------------- */

static inline void IopClearLocation(IO_STACK_LOCATION *Stack)
{
    /* What a completion routine must not mistake for the driver's below: everything but the major
     * function. */
    Stack->MinorFunction = 0;
    Stack->Flags = 0;
    Stack->Control = 0;
    memset(&Stack->Parameters, 0, sizeof(Stack->Parameters));
    Stack->FileObject = NULL;
}

static inline BOOLEAN IopWantsCompletion(const IRP *Irp, UCHAR Control)
{
    return (NT_SUCCESS(Irp->IoStatus.Status) ? (Control & SL_INVOKE_ON_SUCCESS)
                                             : (Control & SL_INVOKE_ON_ERROR)) != 0 ||
        ((Control & SL_INVOKE_ON_CANCEL) && __atomic_load_n(&Irp->Cancel, __ATOMIC_RELAXED));
}

/* Runs the completion routines upwards. FALSE: one of them took the IRP back, or the verifier.
 * Resumed: it has given it back. */
static inline BOOLEAN IopRunCompletions(IRP *Irp, BOOLEAN Resumed)
{
    IO_STACK_LOCATION *Stack = IoGetCurrentIrpStackLocation(Irp);
    for (;; Resumed = FALSE) {
        if (__builtin_expect(IoVerifier != NULL, 0) && !Resumed && !IoVerifier->Unwind(Irp))
            return FALSE;
        UCHAR Control = Stack->Control;
        Irp->CurrentLocation++;
        Irp->Tail.Overlay.CurrentStackLocation++;
        Irp->PendingReturned = (Control & SL_PENDING_RETURNED) != 0;
        if (IopWantsCompletion(Irp, Control)) {
            PIO_COMPLETION_ROUTINE Routine = Stack->CompletionRoutine;
            void *Context = Stack->Context;
            IopClearLocation(Stack);
            DEVICE_OBJECT *Device = Irp->CurrentLocation == Irp->StackCount + 1
                                        ? NULL
                                        : IoGetCurrentIrpStackLocation(Irp)->DeviceObject;
            if (IopCallCompletion(Routine, Device, Irp, Context) == STATUS_MORE_PROCESSING_REQUIRED)
                return FALSE;
        } else {
            if (Irp->PendingReturned && Irp->CurrentLocation <= Irp->StackCount)
                IoMarkIrpPending(Irp);
            IopClearLocation(Stack);
        }
        if (Irp->CurrentLocation > Irp->StackCount)
            return TRUE;
        Stack++;
    }
}

/* An associated IRP is done: the master completes with the last of them. */
static void IopCompleteAssociated(IRP *Irp)
{
    IRP *Master = Irp->AssociatedIrp.MasterIrp;
    LONG Left = __atomic_sub_fetch(&Master->AssociatedIrp.IrpCount, 1, __ATOMIC_ACQ_REL);
    for (MDL *Mdl = Irp->MdlAddress, *Next; Mdl != NULL; Mdl = Next) {
        Next = Mdl->Next;
        IoFreeMdl(Mdl);
    }
    IoFreeIrp(Irp);
    if (Left == 0)
        IofCompleteRequest(Master, IO_NO_INCREMENT);
}

/* Windows goes on to queue an APC to the thread of an IRP that has none: a read of address zero. */
static void NTAPI __attribute__((noreturn, noinline)) IopNobodyTookIrp(ULONG_PTR Caller)
{
    const ULONG_PTR Parameter[4] = {(ULONG_PTR)(LONG_PTR)STATUS_ACCESS_VIOLATION, Caller, 0, 0};
    CONTEXT Context;
    RtlCaptureContext(&Context);
    KeBugCheckAt(KMODE_EXCEPTION_NOT_HANDLED, Parameter, &Context,
        "an IRP a driver allocated was completed, and no completion routine took it back");
}

/* All completion routines have run. */
static inline void IopCompleteTop(IRP *Irp, ULONG_PTR Caller)
{
    Irp->CurrentLocation++; /* marks it completed: one more than any IRP in flight has */
    if (Irp->Flags & IRP_ASSOCIATED_IRP) {
        IopCompleteAssociated(Irp);
        return;
    }
    if (!(Irp->AllocationFlags & IOP_HAS_PACKET) || IopPacket(Irp)->Kind == IOP_DRIVER_OWNED)
        IopNobodyTookIrp(Caller);
    /* The issuer is still in IofCallDriver below us and will finish the request itself, unless it
     * was told to wait. */
    if ((Irp->Flags & IRP_DEFER_IO_COMPLETION) && !Irp->PendingReturned)
        return;
    IopFinishRequest(Irp);
}

void IoiNoteCompletion(IRP *Irp, ULONG_PTR CompletedBy)
{
    if ((Irp->AllocationFlags & IOP_HAS_PACKET) && IopPacket(Irp)->CompletedBy == 0)
        IopPacket(Irp)->CompletedBy = CompletedBy;
}

/*
 * IofCompleteRequest - the driver is done with Irp; IoStatus says how.
 *
 * Runs the completion routines of the drivers above, then finishes the request for whoever issued
 * it. IRQL:    up to DISPATCH_LEVEL. Bugcheck MULTIPLE_IRP_COMPLETE_REQUESTS for an IRP that was
 * completed before. Source:  DOC wdm/IofCompleteRequest.
 */
void FASTCALL IofCompleteRequest(IRP *Irp, CCHAR PriorityBoost)
{
    (void)PriorityBoost;
    if (__builtin_expect(Irp->Type != IO_TYPE_IRP || Irp->CurrentLocation > Irp->StackCount + 1, 0))
        KeBugCheckEx(MULTIPLE_IRP_COMPLETE_REQUESTS, (ULONG_PTR)Irp, __LINE__, 0, 0);
    if (__builtin_expect(IoDataWatch != NULL, 0))
        IoiNoteCompletion(Irp, EX_CALLER);
    /* Completed by the driver that made it and never sent it, it has no location to run. */
    if (Irp->CurrentLocation > Irp->StackCount || IopRunCompletions(Irp, FALSE))
        IopCompleteTop(Irp, EX_CALLER);
}

void IoiResumeCompletion(IRP *Irp)
{
    if (IopRunCompletions(Irp, TRUE))
        IopCompleteTop(Irp, EX_CALLER);
}

/* ---- cancelling ------------------------------------------------------------------------------ */

void IopShareCancelLock(void)
{
    KeSetQueuedLock(KE_QUEUED_CANCEL_LOCK, &IopCancelLock);
}


/* IoAcquireCancelSpinLock - the system's cancel lock. IRQL: up to DISPATCH_LEVEL. Source: DOC
 * wdm. */
void NTAPI IoAcquireCancelSpinLock(KIRQL *Irql)
{
    *Irql = KfRaiseIrql(DISPATCH_LEVEL);
    KiAcquireLock(&IopCancelLock);
    KiOrderAfter(&IopCancelLock, NULL);
}

/* IoReleaseCancelSpinLock - the reverse. IRQL: DISPATCH_LEVEL. Source: DOC wdm. */
void NTAPI IoReleaseCancelSpinLock(KIRQL Irql)
{
    KiOrderBefore(&IopCancelLock);
    KiReleaseLock(&IopCancelLock, DISPATCH_LEVEL);
    KfLowerIrql(Irql);
}

/*
 * IoCancelIrp - mark Irp cancelled and call its cancel routine, which must release the cancel lock.
 * IRQL:    up to DISPATCH_LEVEL. Returns TRUE when there was a routine.
 * Source:  DOC wdm/IoCancelIrp.
 */
BOOLEAN NTAPI IoCancelIrp(IRP *Irp)
{
    KIRQL Irql;
    IoAcquireCancelSpinLock(&Irql);
    /* Who sets a routine looks at Cancel afterwards, without the lock: it sees this, or we see the
     * routine. */
    __atomic_store_n(&Irp->Cancel, TRUE, __ATOMIC_SEQ_CST);
    PDRIVER_CANCEL Routine = (PDRIVER_CANCEL)__atomic_exchange_n(
        &Irp->CancelRoutine, NULL, __ATOMIC_SEQ_CST);
    if (Routine == NULL) {
        IoReleaseCancelSpinLock(Irql);
        return FALSE;
    }
    if (Irp->CurrentLocation > Irp->StackCount + 1)
        KeBugCheckEx(CANCEL_STATE_IN_COMPLETED_IRP, (ULONG_PTR)Irp, (ULONG_PTR)Routine, 0, 0);
    Irp->CancelIrql = Irql;
    Routine(IoGetCurrentIrpStackLocation(Irp)->DeviceObject, Irp);
    return TRUE;
}

/* ---- a thread's requests --------------------------------------------------------------------- */

void NTAPI IopQueueIrp(IRP *Irp, ETHREAD *Thread)
{
    Irp->Tail.Overlay.Thread = (PETHREAD)Thread;
    KIRQL Old = KiAcquireLock(&Thread->IrpLock);
    InsertTailList(&Thread->IrpList, &Irp->ThreadListEntry);
    IopPacket(Irp)->Listed = IOP_ON_LIST;
    KiReleaseLock(&Thread->IrpLock, Old);
}

void NTAPI IopDequeueIrp(IRP *Irp)
{
    ETHREAD *Thread = (ETHREAD *)Irp->Tail.Overlay.Thread;
    KIRQL Old = KiAcquireLock(&Thread->IrpLock);
    if (IopPacket(Irp)->Listed == IOP_ON_LIST)
        RemoveEntryList(&Irp->ThreadListEntry);
    else if (IopPacket(Irp)->Listed == IOP_CURRENT)
        __atomic_store_n(&Thread->CurrentIrp, NULL, __ATOMIC_RELEASE);
    IopPacket(Irp)->Listed = IOP_UNLISTED;
    KiReleaseLock(&Thread->IrpLock, Old);
}

BOOLEAN IoiIsAllocatedIrp(IRP *Irp)
{
    EX_POOL_BLOCK Block;
    return ExQueryPoolBlock(IopPacket(Irp), &Block) && Block.Tag == IOP_TAG_IRP;
}

BOOLEAN IoiSystemBufferRoom(IRP *Irp, ULONG *Bytes)
{
    const ULONG Copied = IRP_BUFFERED_IO | IRP_INPUT_OPERATION;
    if (!(Irp->AllocationFlags & IOP_HAS_PACKET) || (Irp->Flags & Copied) != Copied)
        return FALSE;
    *Bytes = IopPacket(Irp)->OutputBytes;
    return TRUE;
}

BOOLEAN IoiIsIrpOfThread(IRP *Irp)
{
    return (Irp->AllocationFlags & IOP_HAS_PACKET) != 0 && IopPacket(Irp)->Listed != IOP_UNLISTED;
}

void IopEnlistIrp(IRP *Irp, ETHREAD *Thread)
{
    if (__builtin_expect(__atomic_load_n(&Thread->CurrentIrp, __ATOMIC_ACQUIRE) != NULL, 0)) {
        IopQueueIrp(Irp, Thread); /* a driver's own request, made while it works on the client's */
        return;
    }
    Irp->Tail.Overlay.Thread = (PETHREAD)Thread;
    IopPacket(Irp)->Listed = IOP_CURRENT;
    __atomic_store_n(&Thread->CurrentIrp, Irp, __ATOMIC_RELEASE);
}

/*
 * IopPublishIrp has a barrier on this thread between setting IrpWatched and looking at CurrentIrp:
 * either it sees the slot empty, or the flag is seen here, or it is through already and the IRP is
 * on the list.
 */
void IopDelistIrp(IRP *Irp)
{
    ETHREAD *Thread = (ETHREAD *)Irp->Tail.Overlay.Thread;
    const UCHAR *Listed = &IopPacket(Irp)->Listed;

    if (Thread == PsiCurrentThread() && __atomic_load_n(Listed, __ATOMIC_ACQUIRE) == IOP_CURRENT) {
        __atomic_store_n(&Thread->CurrentIrp, NULL, __ATOMIC_RELEASE);
        __atomic_signal_fence(__ATOMIC_SEQ_CST);
        if (__builtin_expect(!__atomic_load_n(&Thread->IrpWatched, __ATOMIC_ACQUIRE) &&
                __atomic_load_n(Listed, __ATOMIC_RELAXED) == IOP_CURRENT, 1))
            return;
    }
    IopDequeueIrp(Irp);
}

void IopPublishIrp(ETHREAD *Thread)
{
    __atomic_store_n(&Thread->IrpWatched, TRUE, __ATOMIC_RELEASE);
    if (Thread != PsiCurrentThread())
        host_process_barrier();
    IRP *Irp = __atomic_load_n(&Thread->CurrentIrp, __ATOMIC_ACQUIRE);
    if (Irp != NULL) {
        InsertTailList(&Thread->IrpList, &Irp->ThreadListEntry);
        __atomic_store_n(&IopPacket(Irp)->Listed, IOP_ON_LIST, __ATOMIC_RELEASE);
        __atomic_store_n(&Thread->CurrentIrp, NULL, __ATOMIC_RELEASE);
    }
    __atomic_store_n(&Thread->IrpWatched, FALSE, __ATOMIC_RELEASE);
}

typedef struct IOP_IRP_VISIT {
    BOOLEAN (*Visit)(IRP *Irp, void *Context);
    void *Context;
} IOP_IRP_VISIT;

static BOOLEAN IopVisitBlock(const EX_POOL_BLOCK *Block, void *Context)
{
    const IOP_IRP_VISIT *Visit = Context;
    IOP_PACKET *Packet = Block->Address;
    if (Block->Tag != IOP_TAG_IRP || Packet->Irp.Type != IO_TYPE_IRP)
        return TRUE;
    return Visit->Visit(&Packet->Irp, Visit->Context);
}

void IoiEnumerateIrps(BOOLEAN (*Visit)(IRP *Irp, void *Context), void *Context)
{
    IOP_IRP_VISIT Both = {Visit, Context};
    ExEnumeratePool(IopVisitBlock, &Both);
}
