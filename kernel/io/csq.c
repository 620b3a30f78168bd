/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Cancel-safe queues: the driver brings the queue and its lock as callbacks, this brings the order
 * of steps that makes an IRP's removal and its cancellation exclude one another. Whoever takes the
 * cancel routine out of the IRP, under the driver's lock, owns it. DriverContext[3] leads from a
 * queued IRP to its context, or to the queue when it has none.
 */
#include "io/iop.h"

#define IOP_CSQ_SLOT 3

/* The queue of an IRP whose cancel routine runs, and its context if it has one. */
static IO_CSQ *IopCsqOfIrp(const IRP *Irp, IO_CSQ_IRP_CONTEXT **Context)
{
    void *Link = Irp->Tail.Overlay.DriverContext[IOP_CSQ_SLOT];
    IO_CSQ_IRP_CONTEXT *Candidate = Link;
    *Context = NULL;
    if (Candidate->Type != IO_TYPE_CSQ_IRP_CONTEXT)
        return Link;
    *Context = Candidate;
    return Candidate->Csq;
}

/* The IRP has left the queue: its context no longer stands for it. Lock held. */
static void IopCsqDetach(IRP *Irp)
{
    IO_CSQ_IRP_CONTEXT *Context;
    IopCsqOfIrp(Irp, &Context);
    if (Context != NULL)
        Context->Irp = NULL;
    Irp->Tail.Overlay.DriverContext[IOP_CSQ_SLOT] = NULL;
}

static void NTAPI IopCsqCancel(DEVICE_OBJECT *DeviceObject, IRP *Irp)
{
    IO_CSQ_IRP_CONTEXT *Context;
    KIRQL Irql;
    (void)DeviceObject;
    IoReleaseCancelSpinLock(Irp->CancelIrql);
    IO_CSQ *Csq = IopCsqOfIrp(Irp, &Context);
    Csq->CsqAcquireLock(Csq, &Irql);
    Csq->CsqRemoveIrp(Csq, Irp);
    IopCsqDetach(Irp);
    Csq->CsqReleaseLock(Csq, Irql);
    Csq->CsqCompleteCanceledIrp(Csq, Irp);
}

static NTSTATUS IopCsqFill(IO_CSQ *Csq, ULONG Type, PIO_CSQ_INSERT_IRP Insert,
    PIO_CSQ_REMOVE_IRP Remove, PIO_CSQ_PEEK_NEXT_IRP Peek, PIO_CSQ_ACQUIRE_LOCK Acquire,
    PIO_CSQ_RELEASE_LOCK Release, PIO_CSQ_COMPLETE_CANCELED_IRP Complete)
{
    *Csq = (IO_CSQ){.Type = Type,
        .CsqInsertIrp = Insert,
        .CsqRemoveIrp = Remove,
        .CsqPeekNextIrp = Peek,
        .CsqAcquireLock = Acquire,
        .CsqReleaseLock = Release,
        .CsqCompleteCanceledIrp = Complete};
    return STATUS_SUCCESS;
}

/*
 * IoCsqInitialize - make a cancel-safe queue of the driver's routines.
 * IRQL: up to DISPATCH_LEVEL. Returns SUCCESS. Source: DOC wdm/IoCsqInitialize;
 * tests/kernel/io/IoCsqInsertIrp.c
 */
NTSTATUS NTAPI IoCsqInitialize(IO_CSQ *Csq, PIO_CSQ_INSERT_IRP CsqInsertIrp,
    PIO_CSQ_REMOVE_IRP CsqRemoveIrp, PIO_CSQ_PEEK_NEXT_IRP CsqPeekNextIrp,
    PIO_CSQ_ACQUIRE_LOCK CsqAcquireLock, PIO_CSQ_RELEASE_LOCK CsqReleaseLock,
    PIO_CSQ_COMPLETE_CANCELED_IRP CsqCompleteCanceledIrp)
{
    return IopCsqFill(Csq, IO_TYPE_CSQ, CsqInsertIrp, CsqRemoveIrp, CsqPeekNextIrp, CsqAcquireLock,
        CsqReleaseLock, CsqCompleteCanceledIrp);
}

/*
 * IoCsqInitializeEx - the same with an insert routine that may refuse.
 * IRQL: up to DISPATCH_LEVEL. Returns SUCCESS. Source: DOC wdm/IoCsqInitializeEx;
 *          tests/kernel/io/IoCsqInsertIrpEx.c
 */
NTSTATUS NTAPI IoCsqInitializeEx(IO_CSQ *Csq, PIO_CSQ_INSERT_IRP_EX CsqInsertIrp,
    PIO_CSQ_REMOVE_IRP CsqRemoveIrp, PIO_CSQ_PEEK_NEXT_IRP CsqPeekNextIrp,
    PIO_CSQ_ACQUIRE_LOCK CsqAcquireLock, PIO_CSQ_RELEASE_LOCK CsqReleaseLock,
    PIO_CSQ_COMPLETE_CANCELED_IRP CsqCompleteCanceledIrp)
{
    return IopCsqFill(Csq, IO_TYPE_CSQ_EX, (PIO_CSQ_INSERT_IRP)(void *)CsqInsertIrp, CsqRemoveIrp,
        CsqPeekNextIrp, CsqAcquireLock, CsqReleaseLock, CsqCompleteCanceledIrp);
}

static NTSTATUS IopCsqCallInsert(IO_CSQ *Csq, IRP *Irp, void *InsertContext)
{
    if (Csq->Type == IO_TYPE_CSQ_EX)
        return ((PIO_CSQ_INSERT_IRP_EX)(void *)Csq->CsqInsertIrp)(Csq, Irp, InsertContext);
    Csq->CsqInsertIrp(Csq, Irp);
    return STATUS_SUCCESS;
}

/*
 * IoCsqInsertIrpEx - queue an IRP and mark it pending. One that was cancelled before it got here is
 * completed as cancelled.
 *
 * Context: optional; stands for the IRP in IoCsqRemoveIrp. InsertContext: for the driver's insert
 * routine.
 * IRQL:    up to DISPATCH_LEVEL, as the driver's routines allow.
 * Returns: SUCCESS: the dispatch routine returns STATUS_PENDING; what an insert routine of
 *          IoCsqInitializeEx refused with: the IRP is not queued and not pending.
 * Source:  DOC wdm/IoCsqInsertIrpEx; tests/kernel/io/IoCsqInsertIrpEx.c; INF a refused IRP is not
 *          marked pending.
 */
NTSTATUS NTAPI IoCsqInsertIrpEx(
    IO_CSQ *Csq, IRP *Irp, IO_CSQ_IRP_CONTEXT *Context, void *InsertContext)
{
    KIRQL Irql;
    Irp->Tail.Overlay.DriverContext[IOP_CSQ_SLOT] = Csq;
    if (Context != NULL) {
        *Context = (IO_CSQ_IRP_CONTEXT){.Type = IO_TYPE_CSQ_IRP_CONTEXT, .Irp = Irp, .Csq = Csq};
        Irp->Tail.Overlay.DriverContext[IOP_CSQ_SLOT] = Context;
    }
    Csq->CsqAcquireLock(Csq, &Irql);
    NTSTATUS Status = IopCsqCallInsert(Csq, Irp, InsertContext);
    if (!NT_SUCCESS(Status)) {
        IopCsqDetach(Irp);
        Csq->CsqReleaseLock(Csq, Irql);
        return Status;
    }
    IoMarkIrpPending(Irp);
    IoSetCancelRoutine(Irp, IopCsqCancel);
    /* Cancelled before the routine was there: nobody will call it, unless that is happening just
     * now. */
    BOOLEAN Cancelled = __atomic_load_n(&Irp->Cancel, __ATOMIC_SEQ_CST) &&
        IoSetCancelRoutine(Irp, NULL) != NULL;
    if (Cancelled) {
        Csq->CsqRemoveIrp(Csq, Irp);
        IopCsqDetach(Irp);
    }
    Csq->CsqReleaseLock(Csq, Irql);
    if (Cancelled)
        Csq->CsqCompleteCanceledIrp(Csq, Irp);
    return Status;
}

/*
 * IoCsqInsertIrp - the same for a queue that takes every IRP.
 * IRQL: up to DISPATCH_LEVEL. Source: DOC wdm/IoCsqInsertIrp; tests/kernel/io/IoCsqInsertIrp.c
 */
void NTAPI IoCsqInsertIrp(IO_CSQ *Csq, IRP *Irp, IO_CSQ_IRP_CONTEXT *Context)
{
    IoCsqInsertIrpEx(Csq, Irp, Context, NULL);
}

/*
 * IoCsqRemoveNextIrp - take the next IRP that matches out of the queue; it cannot be cancelled any
 * more.
 *
 * PeekContext: for the driver's peek routine, which knows what matches.
 * IRQL:    up to DISPATCH_LEVEL
 * Returns: NULL: none.
 * Source:  DOC wdm/IoCsqRemoveNextIrp; tests/kernel/io/IoCsqRemoveNextIrp.c
 */
IRP *NTAPI IoCsqRemoveNextIrp(IO_CSQ *Csq, void *PeekContext)
{
    KIRQL Irql;
    Csq->CsqAcquireLock(Csq, &Irql);
    IRP *Irp = Csq->CsqPeekNextIrp(Csq, NULL, PeekContext);
    /* One whose cancel routine runs already is that routine's. */
    while (Irp != NULL && IoSetCancelRoutine(Irp, NULL) == NULL)
        Irp = Csq->CsqPeekNextIrp(Csq, Irp, PeekContext);
    if (Irp != NULL) {
        Csq->CsqRemoveIrp(Csq, Irp);
        IopCsqDetach(Irp);
    }
    Csq->CsqReleaseLock(Csq, Irql);
    return Irp;
}

/*
 * IoCsqRemoveIrp - take the IRP Context stands for out of the queue.
 *
 * IRQL:    up to DISPATCH_LEVEL
 * Returns: NULL: it has left the queue already or is being cancelled.
 * Source:  DOC wdm/IoCsqRemoveIrp; tests/kernel/io/IoCsqRemoveIrp.c
 */
IRP *NTAPI IoCsqRemoveIrp(IO_CSQ *Csq, IO_CSQ_IRP_CONTEXT *Context)
{
    KIRQL Irql;
    Csq->CsqAcquireLock(Csq, &Irql);
    IRP *Irp = Context->Irp;
    if (Irp != NULL && IoSetCancelRoutine(Irp, NULL) == NULL)
        Irp = NULL;
    if (Irp != NULL) {
        Csq->CsqRemoveIrp(Csq, Irp);
        IopCsqDetach(Irp);
    }
    Csq->CsqReleaseLock(Csq, Irql);
    return Irp;
}
