/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The oplocks of a file: the requests of those who hold them, and those that wait for a holder's
 *          word. Requests and waiters can be cancelled at any time; who takes one off its list
 *          while its cancel routine runs leaves it on a list of its own.
 */
#include "fsrtl/oplock.h"

static KSPIN_LOCK FsrtlpOplockLock;

KIRQL FsrtlpLockOplocks(FSRTLP_OPLOCK_WORK *Work)
{
    InitializeListHead(&Work->Irps);
    InitializeListHead(&Work->Waiters);
    InitializeListHead(&Work->Grants);
    return KiAcquireLock(&FsrtlpOplockLock);
}

static void FsrtlpEndWaiter(FSRTLP_OPLOCK_WAITER *Waiter, NTSTATUS Status)
{
    const FSRTLP_OPLOCK_WAITER Copy = *Waiter;
    if (Copy.Event != NULL) {
        Waiter->Cancelled = !NT_SUCCESS(Status);
        KeSetEvent(Copy.Event, IO_NO_INCREMENT, FALSE);
        return;
    }
    ExiFree(Waiter);
    if (Copy.Irp != NULL) {
        Copy.Irp->IoStatus.Status = Status;
        Copy.Irp->IoStatus.Information = 0;
    }
    if (Copy.Routine != NULL)
        Copy.Routine(Copy.Context, Copy.Irp);
    else
        IofCompleteRequest(Copy.Irp, IO_NO_INCREMENT);
}

void FsrtlpUnlockOplocks(KIRQL Old, FSRTLP_OPLOCK_WORK *Work)
{
    KiReleaseLock(&FsrtlpOplockLock, Old);
    while (!IsListEmpty(&Work->Irps))
        IofCompleteRequest(
            CONTAINING_RECORD(RemoveHeadList(&Work->Irps), IRP, Tail.Overlay.ListEntry),
            IO_NO_INCREMENT);
    while (!IsListEmpty(&Work->Waiters))
        FsrtlpEndWaiter(
            CONTAINING_RECORD(RemoveHeadList(&Work->Waiters), FSRTLP_OPLOCK_WAITER, Link),
            STATUS_SUCCESS);
    while (!IsListEmpty(&Work->Grants))
        ExiFree(CONTAINING_RECORD(RemoveHeadList(&Work->Grants), FSRTLP_GRANT, Link));
}

FSRTLP_OPLOCKS *FsrtlpOplocksOf(const FSRTL_OPLOCK *Oplock)
{
    return __atomic_load_n(Oplock, __ATOMIC_ACQUIRE);
}

BOOLEAN FsrtlpAnyBreaking(const FSRTLP_OPLOCKS *Oplocks)
{
    for (LIST_ENTRY *Link = Oplocks->Grants.Flink; Link != &Oplocks->Grants; Link = Link->Flink) {
        if (FsrtlpIsBreaking(CONTAINING_RECORD(Link, FSRTLP_GRANT, Link)))
            return TRUE;
    }
    return FALSE;
}

/* ---- holders: locked ------------------------------------------------------------------------- */

static void FsrtlpEndHeld(
    IRP *Irp, NTSTATUS Status, ULONG_PTR Information, FSRTLP_OPLOCK_WORK *Work)
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    InsertTailList(&Work->Irps, &Irp->Tail.Overlay.ListEntry);
}

/* An oplock whose request is cancelled is none any more. */
static void NTAPI FsrtlpCancelHeld(DEVICE_OBJECT *Device, IRP *Irp)
{
    FSRTLP_OPLOCK_WORK Work;
    (void)Device;
    IoReleaseCancelSpinLock(Irp->CancelIrql);
    KIRQL Old = FsrtlpLockOplocks(&Work);
    FSRTLP_GRANT *Grant = Irp->Tail.Overlay.DriverContext[0];
    if (Grant != NULL)
        FsrtlpDrop(Grant, &Work);
    FsrtlpEndHeld(Irp, STATUS_CANCELLED, 0, &Work);
    FsrtlpUnlockOplocks(Old, &Work);
}

BOOLEAN FsrtlpHoldIrp(FSRTLP_GRANT *Grant, IRP *Irp, FSRTLP_OPLOCK_WORK *Work)
{
    IoMarkIrpPending(Irp);
    Grant->Irp = Irp;
    Irp->Tail.Overlay.DriverContext[0] = Grant;
    IoSetCancelRoutine(Irp, FsrtlpCancelHeld);
    if (!Irp->Cancel || IoSetCancelRoutine(Irp, NULL) == NULL)
        return TRUE;
    FsrtlpEndHeld(Irp, STATUS_CANCELLED, 0, Work);
    return FALSE;
}

/* The holder's request, unless it is being cancelled: it then goes by itself, without the grant. */
static IRP *FsrtlpTakeHeld(FSRTLP_GRANT *Grant)
{
    IRP *Irp = Grant->Irp;
    Grant->Irp = NULL;
    if (Irp == NULL)
        return NULL;
    Irp->Tail.Overlay.DriverContext[0] = NULL;
    return IoSetCancelRoutine(Irp, NULL) != NULL ? Irp : NULL;
}

void FsrtlpDrop(FSRTLP_GRANT *Grant, FSRTLP_OPLOCK_WORK *Work)
{
    RemoveEntryList(&Grant->Link);
    InsertTailList(&Work->Grants, &Grant->Link);
}

static ULONG FsrtlpTellBreak(const FSRTLP_GRANT *Grant, ULONG NewLevel, BOOLEAN Ack, const IRP *Irp)
{
    if (Grant->Type != FsrtlpGranular)
        return NewLevel != 0 ? FILE_OPLOCK_BROKEN_TO_LEVEL_2 : FILE_OPLOCK_BROKEN_TO_NONE;
    FSRTLP_OPLOCK_OUTPUT *Answer = Irp->AssociatedIrp.SystemBuffer;
    *Answer = (FSRTLP_OPLOCK_OUTPUT){.StructureVersion = FSRTLP_OPLOCK_VERSION,
        .StructureLength = sizeof(*Answer),
        .OriginalOplockLevel = Grant->Level,
        .NewOplockLevel = NewLevel,
        .Flags = Ack ? FSRTLP_OPLOCK_ACK_REQUIRED : 0};
    return sizeof(*Answer);
}

void FsrtlpBreak(FSRTLP_GRANT *Grant, ULONG NewLevel, BOOLEAN Ack, FSRTLP_OPLOCK_WORK *Work)
{
    IRP *Irp = FsrtlpTakeHeld(Grant);
    if (Irp != NULL)
        FsrtlpEndHeld(Irp, STATUS_SUCCESS, FsrtlpTellBreak(Grant, NewLevel, Ack, Irp), Work);
    Grant->NewLevel = NewLevel;
    if (!Ack || Irp == NULL) /* nobody would ever say a word */
        FsrtlpDrop(Grant, Work);
}

void FsrtlpSwitch(FSRTLP_GRANT *Grant, FSRTLP_OPLOCK_WORK *Work)
{
    IRP *Irp = FsrtlpTakeHeld(Grant);
    if (Irp != NULL)
        FsrtlpEndHeld(Irp, STATUS_OPLOCK_SWITCHED_TO_NEW_HANDLE, 0, Work);
    FsrtlpDrop(Grant, Work);
}

/* ---- waiters: locked ------------------------------------------------------------------------- */

static void NTAPI FsrtlpCancelWaiter(DEVICE_OBJECT *Device, IRP *Irp)
{
    FSRTLP_OPLOCK_WORK Work;
    (void)Device;
    IoReleaseCancelSpinLock(Irp->CancelIrql);
    KIRQL Old = FsrtlpLockOplocks(&Work);
    FSRTLP_OPLOCK_WAITER *Waiter = Irp->Tail.Overlay.DriverContext[0];
    RemoveEntryList(&Waiter->Link);
    FsrtlpUnlockOplocks(Old, &Work);
    FsrtlpEndWaiter(Waiter, STATUS_CANCELLED);
}

BOOLEAN FsrtlpAddWaiter(FSRTLP_OPLOCKS *Oplocks, FSRTLP_OPLOCK_WAITER *Waiter)
{
    IRP *Irp = Waiter->Irp;
    InsertTailList(&Oplocks->Waiters, &Waiter->Link);
    if (Irp == NULL)
        return TRUE;
    Irp->Tail.Overlay.DriverContext[0] = Waiter;
    IoSetCancelRoutine(Irp, FsrtlpCancelWaiter);
    if (!Irp->Cancel || IoSetCancelRoutine(Irp, NULL) == NULL)
        return TRUE;
    RemoveEntryList(&Waiter->Link);
    return FALSE;
}

void FsrtlpWakeWaiters(FSRTLP_OPLOCKS *Oplocks, FSRTLP_OPLOCK_WORK *Work)
{
    while (!IsListEmpty(&Oplocks->Waiters)) {
        FSRTLP_OPLOCK_WAITER *Waiter =
            CONTAINING_RECORD(RemoveHeadList(&Oplocks->Waiters), FSRTLP_OPLOCK_WAITER, Link);
        InitializeListHead(&Waiter->Link);
        if (Waiter->Irp == NULL || IoSetCancelRoutine(Waiter->Irp, NULL) != NULL)
            InsertTailList(&Work->Waiters, &Waiter->Link);
    }
}

/* ---- exports --------------------------------------------------------------------------------- */

/*
 * FsRtlInitializeOplock - no oplock. IRQL: <= APC_LEVEL. Owner: FsRtlUninitializeOplock. Source:
 * DOC ntifs.
 */
void NTAPI FsRtlInitializeOplock(FSRTL_OPLOCK *Oplock)
{
    *Oplock = NULL;
}

/*
 * FsRtlUninitializeOplock - the file goes: oplocks are broken to none, without a word, and what
 * waits goes on.
 * IRQL:    <= APC_LEVEL. Source: DOC ntifs/FsRtlUninitializeOplock
 */
void NTAPI FsRtlUninitializeOplock(FSRTL_OPLOCK *Oplock)
{
    FSRTLP_OPLOCKS *Oplocks = FsrtlpOplocksOf(Oplock);
    FSRTLP_OPLOCK_WORK Work;
    *Oplock = NULL;
    if (Oplocks == NULL)
        return;
    KIRQL Old = FsrtlpLockOplocks(&Work);
    while (!IsListEmpty(&Oplocks->Grants))
        FsrtlpBreak(CONTAINING_RECORD(Oplocks->Grants.Flink, FSRTLP_GRANT, Link), 0, FALSE, &Work);
    FsrtlpWakeWaiters(Oplocks, &Work);
    FsrtlpUnlockOplocks(Old, &Work);
    ExiFree(Oplocks);
}

/* Whether one is held that is of one of these types, and has one of these levels. */
static BOOLEAN FsrtlpIsHeld(const FSRTL_OPLOCK *Oplock, ULONG Types, ULONG Levels)
{
    const FSRTLP_OPLOCKS *Oplocks = FsrtlpOplocksOf(Oplock);
    FSRTLP_OPLOCK_WORK Work;
    BOOLEAN Held = FALSE;
    if (Oplocks == NULL)
        return FALSE;
    KIRQL Old = FsrtlpLockOplocks(&Work);
    for (LIST_ENTRY *Link = Oplocks->Grants.Flink; Link != &Oplocks->Grants && !Held;
         Link = Link->Flink) {
        const FSRTLP_GRANT *Grant = CONTAINING_RECORD(Link, FSRTLP_GRANT, Link);
        Held = (Types >> Grant->Type & 1) != 0 && (Grant->Level & Levels) != 0;
    }
    FsrtlpUnlockOplocks(Old, &Work);
    return Held;
}

/*
 * FsRtlCurrentOplock, FsRtlCurrentOplockH, FsRtlCurrentBatchOplock - whether there is any oplock;
 * one of Windows 7's that keeps handles; a batch or filter oplock. IRQL: <= APC_LEVEL. Source: DOC
 * ntifs/FsRtlCurrentOplock, FsRtlCurrentOplockH, FsRtlCurrentBatchOplock
 */
BOOLEAN NTAPI FsRtlCurrentOplock(FSRTL_OPLOCK *Oplock)
{
    return FsrtlpIsHeld(Oplock, ~0u, ~0u);
}

BOOLEAN NTAPI FsRtlCurrentOplockH(FSRTL_OPLOCK *Oplock)
{
    return FsrtlpIsHeld(Oplock, 1u << FsrtlpGranular, FSRTLP_H);
}

BOOLEAN NTAPI FsRtlCurrentBatchOplock(FSRTL_OPLOCK *Oplock)
{
    return FsrtlpIsHeld(Oplock, 1u << FsrtlpBatch | 1u << FsrtlpFilter, ~0u);
}

/*
 * FsRtlOplockIsFastIoPossible - whether fast I/O need not look at oplocks: none is being broken.
 * IRQL: <= APC_LEVEL. Source: DOC ntifs/FsRtlOplockIsFastIoPossible
 */
BOOLEAN NTAPI FsRtlOplockIsFastIoPossible(FSRTL_OPLOCK *Oplock)
{
    const FSRTLP_OPLOCKS *Oplocks = FsrtlpOplocksOf(Oplock);
    FSRTLP_OPLOCK_WORK Work;
    if (Oplocks == NULL)
        return TRUE;
    KIRQL Old = FsrtlpLockOplocks(&Work);
    const BOOLEAN Breaking = FsrtlpAnyBreaking(Oplocks);
    FsrtlpUnlockOplocks(Old, &Work);
    return !Breaking;
}
