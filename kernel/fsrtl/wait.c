/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Waits that end when the request they are for is cancelled. Its cancel routine alerts the thread,
 * and is waited for before the wait returns: it finds the thread on a list of those that wait so,
 * by the request.
 */
#include "fsrtl/wait.h"
#include "ps/export.h"
#include "ps/ps.h"

/* On the stack of who waits. */
typedef struct FSRTLP_WAITER {
    LIST_ENTRY Link;
    const IRP *Irp;
    KTHREAD *Thread;
    KEVENT Told; /* the cancel routine is done */
} FSRTLP_WAITER;

/* Count 0: Object is one; otherwise an array. */
typedef struct FSRTLP_WAIT {
    ULONG Count;
    void *Object;
    void **Objects;
    WAIT_TYPE Type;
    LARGE_INTEGER *Timeout;
    KWAIT_BLOCK *Blocks;
} FSRTLP_WAIT;

static KSPIN_LOCK FsrtlpWaiterLock;
static LIST_ENTRY FsrtlpWaiters;

void FsrtlpBeginWaiters(void)
{
    FsrtlpWaiterLock = 0;
    InitializeListHead(&FsrtlpWaiters);
}

static NTSTATUS FsrtlpWaitOnce(const FSRTLP_WAIT *Wait, KPROCESSOR_MODE Mode, BOOLEAN Alertable)
{
    if (Wait->Count == 0)
        return KeWaitForSingleObject(Wait->Object, Executive, Mode, Alertable, Wait->Timeout);
    return KeWaitForMultipleObjects(Wait->Count, Wait->Objects, Wait->Type, Executive, Mode,
        Alertable, Wait->Timeout, Wait->Blocks);
}

/* Without a request only the thread's end is looked for, which ends waits on a client's behalf. */
static NTSTATUS FsrtlpWaitForThread(const FSRTLP_WAIT *Wait)
{
    NTSTATUS Status = FsrtlpWaitOnce(Wait, UserMode, FALSE);
    if (Status != STATUS_USER_APC)
        return Status;
    return PsIsThreadTerminating(PsiCurrentThread()) ? STATUS_THREAD_IS_TERMINATING
                                                     : FsrtlpWaitOnce(Wait, KernelMode, FALSE);
}

static void NTAPI FsrtlpCancelWait(DEVICE_OBJECT *Device, IRP *Irp)
{
    (void)Device;
    IoReleaseCancelSpinLock(Irp->CancelIrql);
    KIRQL Old = KiAcquireLock(&FsrtlpWaiterLock);
    LIST_ENTRY *Link = FsrtlpWaiters.Flink;
    while (CONTAINING_RECORD(Link, FSRTLP_WAITER, Link)->Irp != Irp)
        Link = Link->Flink;
    KiReleaseLock(&FsrtlpWaiterLock, Old);
    FSRTLP_WAITER *Waiter = CONTAINING_RECORD(Link, FSRTLP_WAITER, Link);
    KeAlertThread(Waiter->Thread, KernelMode);
    KeSetEvent(&Waiter->Told, IO_NO_INCREMENT, FALSE);
}

/* A cancel routine that has run, or runs, is waited for. */
static void FsrtlpEndWaiter(FSRTLP_WAITER *Waiter, IRP *Irp)
{
    if (IoSetCancelRoutine(Irp, NULL) == NULL) {
        KeWaitForSingleObject(&Waiter->Told, Executive, KernelMode, FALSE, NULL);
        KeTestAlertThread(KernelMode); /* it may have come when the wait was over */
    }
    KIRQL Old = KiAcquireLock(&FsrtlpWaiterLock);
    RemoveEntryList(&Waiter->Link);
    KiReleaseLock(&FsrtlpWaiterLock, Old);
}

static NTSTATUS FsrtlpWaitForRequest(const FSRTLP_WAIT *Wait, IRP *Irp)
{
    FSRTLP_WAITER Waiter = {.Irp = Irp, .Thread = &PsiCurrentThread()->Tcb};
    NTSTATUS Status;
    KeInitializeEvent(&Waiter.Told, NotificationEvent, FALSE);
    KIRQL Old = KiAcquireLock(&FsrtlpWaiterLock);
    InsertTailList(&FsrtlpWaiters, &Waiter.Link);
    KiReleaseLock(&FsrtlpWaiterLock, Old);
    IoSetCancelRoutine(Irp, FsrtlpCancelWait);
    do
        Status = Irp->Cancel ? STATUS_ALERTED : FsrtlpWaitOnce(Wait, KernelMode, TRUE);
    while (Status == STATUS_ALERTED && !Irp->Cancel);
    FsrtlpEndWaiter(&Waiter, Irp);
    if (Status != STATUS_ALERTED)
        return Status;
    return PsIsThreadTerminating(PsiCurrentThread()) ? STATUS_THREAD_IS_TERMINATING
                                                     : STATUS_CANCELLED;
}

/*
 * FsRtlCancellableWaitForSingleObject, FsRtlCancellableWaitForMultipleObjects - KeWaitFor…Object,
 * but for cancelling.
 *
 * Irp:     optional; the caller's, without a cancel routine, which it has none of afterwards
 *          either. WaitBlockArray: as for KeWaitForMultipleObjects.
 * IRQL:    PASSIVE_LEVEL; without Irp up to APC_LEVEL
 * Returns: what waits return; CANCELLED: Irp is cancelled, also before; THREAD_IS_TERMINATING.
 * Source:  DOC ntifs/FsRtlCancellableWaitForSingleObject, FsRtlCancellableWaitForMultipleObjects;
 *          INF that a cancelled request comes before a signalled object
 */
NTSTATUS NTAPI FsRtlCancellableWaitForSingleObject(PVOID Object, LARGE_INTEGER *Timeout, IRP *Irp)
{
    const FSRTLP_WAIT Wait = {.Object = Object, .Timeout = Timeout};
    return Irp != NULL ? FsrtlpWaitForRequest(&Wait, Irp) : FsrtlpWaitForThread(&Wait);
}

NTSTATUS NTAPI FsRtlCancellableWaitForMultipleObjects(ULONG Count, PVOID ObjectArray[],
    WAIT_TYPE WaitType, LARGE_INTEGER *Timeout, KWAIT_BLOCK *WaitBlockArray, IRP *Irp)
{
    const FSRTLP_WAIT Wait = {.Count = Count,
        .Objects = ObjectArray,
        .Type = WaitType,
        .Timeout = Timeout,
        .Blocks = WaitBlockArray};
    return Irp != NULL ? FsrtlpWaitForRequest(&Wait, Irp) : FsrtlpWaitForThread(&Wait);
}
