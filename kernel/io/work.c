/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Work items: routines drivers have called at PASSIVE_LEVEL on a system thread. There is no thread until the first item;
 * another is made when an item finds none free, up to IOP_WORKER_LIMIT, so that items which wait for one another do not
 * stop. Threads stay until the machine ends. IopWorkLock guards the queues and the counts.
 *
 * An IO_WORKITEM holds its device or driver object while it is queued and until its routine has returned: that code is not
 * unloaded under it. It may be freed or queued again by its routine. A bare WORK_QUEUE_ITEM holds nothing.
 */
#include "io/iop.h"
#include "ke/zw.h"

#define IOP_WORKER_LIMIT 16u
#define IOP_TAG_WORK 0x6B726F57u /* 'Work' */

enum IOP_WORK_QUEUE { IOP_WORK_URGENT, IOP_WORK_CRITICAL, IOP_WORK_DELAYED, IOP_WORK_QUEUES };

struct _IO_WORKITEM {
    WORK_QUEUE_ITEM Item;
    void *IoObject; /* DEVICE_OBJECT or DRIVER_OBJECT; referenced while queued */
    void *Routine;  /* PIO_WORKITEM_ROUTINE, or _EX when Extended */
    void *Context;
    BOOLEAN Extended;
    BOOLEAN Queued;
};

static KSPIN_LOCK IopWorkLock;
static LIST_ENTRY IopWorkQueue[IOP_WORK_QUEUES];
static ULONG IopWorkQueued;  /* items in the queues */
static ULONG IopWorkersFree; /* threads waiting for an item, or on their way there */
static ULONG IopWorkers;     /* threads made or being made */
static BOOLEAN IopWorkersStopping;
static ETHREAD *IopWorkerThread[IOP_WORKER_LIMIT]; /* referenced; NULL: being made */
static KSEMAPHORE IopWorkReady; /* one count for each queued item, and one for each thread to end */

/* ---- the threads ---------------------------------------------------------------------------------------------------------- */

static WORK_QUEUE_ITEM *IopTakeItemLocked(void)
{
    for (ULONG Queue = 0; Queue < IOP_WORK_QUEUES; Queue++) {
        if (!IsListEmpty(&IopWorkQueue[Queue])) {
            LIST_ENTRY *Entry = RemoveHeadList(&IopWorkQueue[Queue]);
            Entry->Flink = NULL;
            IopWorkQueued--;
            return CONTAINING_RECORD(Entry, WORK_QUEUE_ITEM, List);
        }
    }
    return NULL;
}

static void IopRunItem(WORK_QUEUE_ITEM *Item)
{
    PWORKER_THREAD_ROUTINE Routine = Item->WorkerRoutine;
    Routine(Item->Parameter);
    if (KiGetIrql() != PASSIVE_LEVEL)
        KeBugCheckEx(WORKER_THREAD_RETURNED_AT_BAD_IRQL, (ULONG_PTR)Routine, KiGetIrql(), (ULONG_PTR)Item, 0);
    ObDrainDeletions();
}

static void NTAPI IopWorker(void *Context)
{
    (void)Context;
    for (;;) {
        KeWaitForSingleObject(&IopWorkReady, WrQueue, KernelMode, FALSE, NULL);
        KIRQL Old = KiAcquireLock(&IopWorkLock);
        WORK_QUEUE_ITEM *Item = IopTakeItemLocked();
        if (Item != NULL)
            IopWorkersFree--;
        BOOLEAN Stop = Item == NULL && IopWorkersStopping;
        KiReleaseLock(&IopWorkLock, Old);
        if (Stop)
            return;
        if (Item == NULL)
            continue; /* somebody else ran it */
        IopRunItem(Item);
        Old = KiAcquireLock(&IopWorkLock);
        IopWorkersFree++;
        KiReleaseLock(&IopWorkLock, Old);
    }
}

/* The thread of a slot that was counted already. All of it works at DISPATCH_LEVEL too: it takes spin locks only. */
static NTSTATUS IopMakeWorker(ULONG Slot)
{
    HANDLE Handle;
    void *Thread;
    NTSTATUS Status = PsCreateSystemThread(&Handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, IopWorker, NULL);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ObiReferenceByHandle(Handle, PsThreadObjectType, KernelMode, &Thread, NULL);
    ZwClose(Handle);
    if (NT_SUCCESS(Status))
        IopWorkerThread[Slot] = Thread;
    return Status;
}

/*
 * Sees to it that a thread is free for every queued item, as far as the limit goes. AtLeastOne: even if nothing is queued.
 * Fails only when there is no thread at all and none can be made.
 */
static NTSTATUS IopEnsureWorkers(BOOLEAN AtLeastOne)
{
    KIRQL Old = KiAcquireLock(&IopWorkLock);
    ULONG Slot = IopWorkers;
    BOOLEAN Make = !IopWorkersStopping && Slot < IOP_WORKER_LIMIT &&
                   (IopWorkQueued > IopWorkersFree || (AtLeastOne && Slot == 0));
    if (Make) {
        IopWorkers++;
        IopWorkersFree++;
    }
    KiReleaseLock(&IopWorkLock, Old);
    if (!Make)
        return STATUS_SUCCESS;
    NTSTATUS Status = IopMakeWorker(Slot);
    if (NT_SUCCESS(Status))
        return STATUS_SUCCESS;
    Old = KiAcquireLock(&IopWorkLock);
    IopWorkers--;
    IopWorkersFree--;
    BOOLEAN None = IopWorkers == 0;
    KiReleaseLock(&IopWorkLock, Old);
    return None ? Status : STATUS_SUCCESS;
}

void IopInitializeWorkers(void)
{
    IopWorkLock = 0;
    for (ULONG Queue = 0; Queue < IOP_WORK_QUEUES; Queue++)
        InitializeListHead(&IopWorkQueue[Queue]);
    IopWorkQueued = IopWorkersFree = IopWorkers = 0;
    IopWorkersStopping = FALSE;
    for (ULONG Slot = 0; Slot < IOP_WORKER_LIMIT; Slot++)
        IopWorkerThread[Slot] = NULL;
    KeInitializeSemaphore(&IopWorkReady, 0, MAXLONG);
}
