/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Work items: routines called at PASSIVE_LEVEL on a system thread. There is no thread until the
 * first item; another is made when an item finds none free, up to IOP_WORKER_LIMIT, so that items
 * which wait for one another get on. For the first few I/O work items there is a thread each before
 * they can be queued, so that this needs no memory then. Threads stay until the machine ends.
 * IopWorkLock guards the queues, counts and slots.
 *
 * An IO_WORKITEM holds its device or driver object from being queued until its routine has
 * returned: that code is not unloaded under it. Its routine may free it or queue it again. A bare
 * WORK_QUEUE_ITEM holds nothing.
 */
#include "io/iop.h"

#define IOP_WORKER_LIMIT 16u
#define IOP_WORKER_RESERVE 4u

#define IOP_SLOT_TAKEN ((ETHREAD *)1) /* its thread is being made */

/* What WORKER_INVALID says in its first parameter. */
enum { IOP_QUEUED_TWICE = 1, IOP_FREED_WHILE_QUEUED = 2 };

enum IOP_WORK_QUEUE { IOP_WORK_URGENT, IOP_WORK_CRITICAL, IOP_WORK_DELAYED, IOP_WORK_QUEUES };

struct _IO_WORKITEM {
    WORK_QUEUE_ITEM Item;
    void *IoObject; /* DEVICE_OBJECT or DRIVER_OBJECT; referenced while queued */
    union IOP_WORK_ROUTINE {
        PIO_WORKITEM_ROUTINE Plain;
        PIO_WORKITEM_ROUTINE_EX Extended;
    } Routine;
    void *Context;
    BOOLEAN IsExtended;
    BOOLEAN Queued;
};

static KSPIN_LOCK IopWorkLock;
static LIST_ENTRY IopWorkQueue[IOP_WORK_QUEUES];
static ULONG IopWorkQueued;  /* items in the queues */
static ULONG IopWorkersFree; /* threads waiting for an item, or on their way there */
static ULONG IopWorkItems;   /* from IoAllocateWorkItem and not freed; atomic */
static ETHREAD *IopWorkerThread[IOP_WORKER_LIMIT]; /* referenced; NULL: no thread */
static BOOLEAN IopWorkersStopping;
static KSEMAPHORE IopWorkReady; /* a count for each queued item, and one for each thread that is to
                                   end */

static WORK_QUEUE_ITEM IopDeletionItem;
static BOOLEAN IopDeletionQueued; /* atomic */

/* ---- the threads ----------------------------------------------------------------------------- */

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
    /* The item may be gone when its routine returns. */
    PWORKER_THREAD_ROUTINE Routine = Item->WorkerRoutine;
    void *Parameter = Item->Parameter;
    Routine(Parameter);
    if (KiGetIrql() != PASSIVE_LEVEL)
        KeBugCheckEx(WORKER_THREAD_RETURNED_AT_BAD_IRQL, (ULONG_PTR)Routine, KiGetIrql(),
            (ULONG_PTR)Parameter, (ULONG_PTR)Item);
    ObDrainDeletions();
}

static void NTAPI IopWorker(void *Context)
{
    (void)Context;
    for (;;) {
        KeWaitForSingleObject(&IopWorkReady, WrQueue, KernelMode, FALSE, NULL);
        KIRQL Old = KiAcquireLock(&IopWorkLock);
        WORK_QUEUE_ITEM *Item = IopTakeItemLocked();
        BOOLEAN Stop = Item == NULL && IopWorkersStopping;
        IopWorkersFree -= Item != NULL;
        KiReleaseLock(&IopWorkLock, Old);
        if (Stop)
            return;
        if (Item == NULL)
            continue;
        IopRunItem(Item);
        Old = KiAcquireLock(&IopWorkLock);
        IopWorkersFree++;
        KiReleaseLock(&IopWorkLock, Old);
    }
}

/* A free slot when another thread is needed, or NULL. AtLeast: so many are, whatever is queued. */
static ETHREAD **IopTakeSlotLocked(ULONG AtLeast)
{
    ETHREAD **Free = NULL;
    ULONG Taken = 0;
    for (ULONG Slot = 0; Slot < IOP_WORKER_LIMIT; Slot++) {
        if (IopWorkerThread[Slot] != NULL)
            Taken++;
        else if (Free == NULL)
            Free = &IopWorkerThread[Slot];
    }
    if (IopWorkersStopping || Free == NULL)
        return NULL;
    return IopWorkQueued > IopWorkersFree || Taken < AtLeast ? Free : NULL;
}

static NTSTATUS IopCreateWorker(ETHREAD **Thread)
{
    OBJECT_ATTRIBUTES Attributes;
    HANDLE Handle;
    void *Object;
    InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    NTSTATUS Status = PsCreateSystemThread(
        &Handle, THREAD_ALL_ACCESS, &Attributes, NULL, NULL, IopWorker, NULL);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ObiReferenceByHandle(Handle, PsThreadObjectType, KernelMode, &Object, NULL);
    ObCloseHandle(Handle, KernelMode);
    if (NT_SUCCESS(Status))
        *Thread = Object;
    return Status;
}

/*
 * Makes one more thread if queued items need it. Called at up to DISPATCH_LEVEL: making a thread
 * takes spin locks only.
 * FALSE: none could be made; what is queued waits for one that is busy or is tried again with the
 * next item.
 */
static BOOLEAN IopEnsureWorker(ULONG AtLeast)
{
    ETHREAD *Thread = NULL;
    KIRQL Old = KiAcquireLock(&IopWorkLock);
    ETHREAD **Slot = IopTakeSlotLocked(AtLeast);
    if (Slot != NULL) {
        *Slot = IOP_SLOT_TAKEN;
        IopWorkersFree++;
    }
    KiReleaseLock(&IopWorkLock, Old);
    if (Slot == NULL)
        return TRUE;
    /* Windows has its worker threads before any driver: a simulated lack of memory is not for
     * them. */
    BOOLEAN Armed = __atomic_exchange_n(&MmFailArmed, FALSE, __ATOMIC_ACQ_REL);
    BOOLEAN Made = NT_SUCCESS(IopCreateWorker(&Thread));
    if (Armed)
        __atomic_store_n(&MmFailArmed, TRUE, __ATOMIC_RELEASE);
    Old = KiAcquireLock(&IopWorkLock);
    *Slot = Thread;
    IopWorkersFree -= !Made;
    KiReleaseLock(&IopWorkLock, Old);
    return Made;
}

/* ---- queueing -------------------------------------------------------------------------------- */

static BOOLEAN IopIsQueuedLocked(const WORK_QUEUE_ITEM *Item)
{
    for (ULONG Queue = 0; Queue < IOP_WORK_QUEUES; Queue++) {
        for (LIST_ENTRY *Entry = IopWorkQueue[Queue].Flink; Entry != &IopWorkQueue[Queue];
             Entry = Entry->Flink) {
            if (Entry == &Item->List)
                return TRUE;
        }
    }
    return FALSE;
}

static LIST_ENTRY *IopQueueOfType(WORK_QUEUE_TYPE Type)
{
    switch (Type) {
    case HyperCriticalWorkQueue:
    case SuperCriticalWorkQueue:
    case RealTimeWorkQueue:
        return &IopWorkQueue[IOP_WORK_URGENT];
    case CriticalWorkQueue:
        return &IopWorkQueue[IOP_WORK_CRITICAL];
    default:
        return &IopWorkQueue[IOP_WORK_DELAYED];
    }
}

static void IopQueueItem(WORK_QUEUE_ITEM *Item, WORK_QUEUE_TYPE Type)
{
    KIRQL Old = KiAcquireLock(&IopWorkLock);
    /* A link that is not NULL may just be one nobody cleared. */
    if (Item->List.Flink != NULL && IopIsQueuedLocked(Item)) {
        KiReleaseLock(&IopWorkLock, Old);
        KeBugCheckEx(WORKER_INVALID, IOP_QUEUED_TWICE, (ULONG_PTR)Item, (ULONG_PTR)Item,
            (ULONG_PTR)(Item + 1));
    }
    InsertTailList(IopQueueOfType(Type), &Item->List);
    IopWorkQueued++;
    KiReleaseLock(&IopWorkLock, Old);
    KeReleaseSemaphore(&IopWorkReady, IO_NO_INCREMENT, 1, FALSE);
    IopEnsureWorker(0);
}

/*
 * ExQueueWorkItem - have WorkItem's routine called on a system thread.
 *
 * WorkItem: initialised with ExInitializeWorkItem; the caller's memory, and its code's presence is
 *           the caller's business. QueueType: critical items are taken before delayed ones.
 * IRQL:    up to DISPATCH_LEVEL Bugcheck WORKER_INVALID (0xE4): it is queued already.
 *          WORKER_THREAD_RETURNED_AT_BAD_IRQL (0xE1): the routine came back above PASSIVE_LEVEL.
 * Source:  DOC wdm/ExQueueWorkItem; tests/kernel/io/ExQueueWorkItem.c; INF without memory for the
 *          very first thread the item waits until there is.
 */
void NTAPI ExQueueWorkItem(WORK_QUEUE_ITEM *WorkItem, WORK_QUEUE_TYPE QueueType)
{
    IopQueueItem(WorkItem, QueueType);
}

/* ---- I/O work items -------------------------------------------------------------------------- */

static void NTAPI IopRunIoWorkItem(void *Parameter)
{
    IO_WORKITEM *Work = Parameter;
    void *IoObject = Work->IoObject, *Context = Work->Context;
    union IOP_WORK_ROUTINE Routine = Work->Routine;
    BOOLEAN IsExtended = Work->IsExtended;
    __atomic_store_n(&Work->Queued, FALSE, __ATOMIC_RELEASE); /* from here on the routine's */
    if (IsExtended)
        Routine.Extended(IoObject, Context, Work);
    else
        Routine.Plain(IoObject, Context);
    ObfDereferenceObject(IoObject);
}

/* IoSizeofWorkItem - bytes IoInitializeWorkItem needs. IRQL: any. Source: DOC
 * wdm/IoSizeofWorkItem. */
ULONG NTAPI IoSizeofWorkItem(void)
{
    return sizeof(IO_WORKITEM);
}

/*
 * IoInitializeWorkItem - make a work item in the driver's own non-paged memory.
 *
 * IoObject: the driver's object or one of its devices. IoWorkItem: IoSizeofWorkItem bytes.
 * IRQL:    up to DISPATCH_LEVEL. Owner: driver; IoUninitializeWorkItem before the memory goes.
 * Source:  DOC wdm/IoInitializeWorkItem; tests/kernel/io/IoQueueWorkItemEx.c
 */
void NTAPI IoInitializeWorkItem(void *IoObject, IO_WORKITEM *IoWorkItem)
{
    *IoWorkItem = (IO_WORKITEM){.IoObject = IoObject};
    ExInitializeWorkItem(&IoWorkItem->Item, IopRunIoWorkItem, IoWorkItem);
    IopEnsureWorker(1);
}

static void IopCheckIdle(const IO_WORKITEM *Work)
{
    if (__atomic_load_n(&Work->Queued, __ATOMIC_ACQUIRE))
        KeBugCheckEx(WORKER_INVALID, IOP_FREED_WHILE_QUEUED, (ULONG_PTR)Work, (ULONG_PTR)Work,
            (ULONG_PTR)(Work + 1));
}

/*
 * IoUninitializeWorkItem - the end of one IoInitializeWorkItem made.
 * IRQL: up to DISPATCH_LEVEL. Bugcheck WORKER_INVALID (0xE4): it is queued. Source: DOC
 * wdm/IoUninitializeWorkItem.
 */
void NTAPI IoUninitializeWorkItem(IO_WORKITEM *IoWorkItem)
{
    IopCheckIdle(IoWorkItem);
}

/*
 * IoAllocateWorkItem - a work item for a device.
 *
 * IRQL:    up to DISPATCH_LEVEL
 * Returns: NULL: out of memory, also for the thread that would run it.
 * Owner:   driver; IoFreeWorkItem, at the earliest in its routine.
 * Source:  DOC wdm/IoAllocateWorkItem; tests/kernel/io/IoAllocateWorkItem.c
 */
IO_WORKITEM *NTAPI IoAllocateWorkItem(DEVICE_OBJECT *DeviceObject)
{
    IO_WORKITEM *Work = MmShouldFailFor(EX_CALLER)
        ? NULL
        : ExiAllocate(NonPagedPoolNx, sizeof(IO_WORKITEM), IOP_TAG_WORK, EX_CALLER);
    if (Work == NULL)
        return NULL;
    ULONG Items = __atomic_add_fetch(&IopWorkItems, 1, __ATOMIC_RELAXED);
    if (!IopEnsureWorker(Items < IOP_WORKER_RESERVE ? Items : IOP_WORKER_RESERVE)) {
        __atomic_fetch_sub(&IopWorkItems, 1, __ATOMIC_RELAXED);
        ExiFree(Work);
        return NULL;
    }
    *Work = (IO_WORKITEM){.IoObject = DeviceObject};
    ExInitializeWorkItem(&Work->Item, IopRunIoWorkItem, Work);
    return Work;
}

/*
 * IoFreeWorkItem - free what IoAllocateWorkItem made.
 * IRQL: up to DISPATCH_LEVEL. Bugcheck WORKER_INVALID (0xE4): it is queued. Source: DOC
 * wdm/IoFreeWorkItem.
 */
void NTAPI IoFreeWorkItem(IO_WORKITEM *IoWorkItem)
{
    IopCheckIdle(IoWorkItem);
    __atomic_fetch_sub(&IopWorkItems, 1, __ATOMIC_RELAXED);
    ExiFree(IoWorkItem);
}

static void IopQueueIoWorkItem(IO_WORKITEM *Work, WORK_QUEUE_TYPE Type)
{
    ObiReference(Work->IoObject);
    IopQueueItem(&Work->Item, Type);
}

/* Claims an item that is about to be filled in. */
static void IopClaimWorkItem(IO_WORKITEM *Work)
{
    if (__atomic_exchange_n(&Work->Queued, TRUE, __ATOMIC_ACQ_REL))
        KeBugCheckEx(WORKER_INVALID, IOP_QUEUED_TWICE, (ULONG_PTR)Work, (ULONG_PTR)Work,
            (ULONG_PTR)(Work + 1));
}

/*
 * IoQueueWorkItem - have WorkerRoutine called on a system thread with the item's device and
 * Context. The device, and so its driver, stays until it has returned.
 *
 * IRQL:    up to DISPATCH_LEVEL
 * Bugcheck WORKER_INVALID (0xE4): the item is queued already.
 * Source:  DOC wdm/IoQueueWorkItem; tests/kernel/io/IoAllocateWorkItem.c
 */
void NTAPI IoQueueWorkItem(IO_WORKITEM *IoWorkItem, PIO_WORKITEM_ROUTINE WorkerRoutine,
    WORK_QUEUE_TYPE QueueType, void *Context)
{
    IopClaimWorkItem(IoWorkItem);
    IoWorkItem->Routine.Plain = WorkerRoutine;
    IoWorkItem->IsExtended = FALSE;
    IoWorkItem->Context = Context;
    IopQueueIoWorkItem(IoWorkItem, QueueType);
}

/*
 * IoQueueWorkItemEx - the same; the routine also gets the item.
 * IRQL: up to DISPATCH_LEVEL. Source: DOC wdm/IoQueueWorkItemEx;
 * tests/kernel/io/IoQueueWorkItemEx.c
 */
void NTAPI IoQueueWorkItemEx(IO_WORKITEM *IoWorkItem, PIO_WORKITEM_ROUTINE_EX WorkerRoutine,
    WORK_QUEUE_TYPE QueueType, void *Context)
{
    IopClaimWorkItem(IoWorkItem);
    IoWorkItem->Routine.Extended = WorkerRoutine;
    IoWorkItem->IsExtended = TRUE;
    IoWorkItem->Context = Context;
    IopQueueIoWorkItem(IoWorkItem, QueueType);
}

/* ---- start and end --------------------------------------------------------------------------- */

static void NTAPI IopRunDeletions(void *Parameter)
{
    (void)Parameter;
    __atomic_store_n(&IopDeletionQueued, FALSE, __ATOMIC_RELEASE);
    ObDrainDeletions();
}

/* ob: objects lost their last reference above PASSIVE_LEVEL. */
static void IopDeletionPending(void)
{
    if (!__atomic_exchange_n(&IopDeletionQueued, TRUE, __ATOMIC_ACQ_REL))
        IopQueueItem(&IopDeletionItem, CriticalWorkQueue);
}

void IopInitializeWorkers(void)
{
    IopWorkLock = 0;
    for (ULONG Queue = 0; Queue < IOP_WORK_QUEUES; Queue++)
        InitializeListHead(&IopWorkQueue[Queue]);
    for (ULONG Slot = 0; Slot < IOP_WORKER_LIMIT; Slot++)
        IopWorkerThread[Slot] = NULL;
    IopWorkQueued = IopWorkersFree = IopWorkItems = 0;
    IopWorkersStopping = FALSE;
    KeInitializeSemaphore(&IopWorkReady, 0, MAXLONG);
    ExInitializeWorkItem(&IopDeletionItem, IopRunDeletions, NULL);
    IopDeletionQueued = FALSE;
    ObDeletionPending = IopDeletionPending;
}

static void IopJoinWorker(ETHREAD **Slot)
{
    LARGE_INTEGER Interval = {.QuadPart = -10000};
    ETHREAD *Thread;
    while ((Thread = __atomic_load_n(Slot, __ATOMIC_ACQUIRE)) == IOP_SLOT_TAKEN)
        KeDelayExecutionThread(KernelMode, FALSE, &Interval); /* another thread is about to fill it
                                                                 in */
    if (Thread == NULL)
        return;
    KeWaitForSingleObject(Thread, Executive, KernelMode, FALSE, NULL);
    ObfDereferenceObject(Thread);
    *Slot = NULL;
}

void IopStopWorkers(void)
{
    WORK_QUEUE_ITEM *Item;
    ObDeletionPending = NULL;
    KIRQL Old = KiAcquireLock(&IopWorkLock);
    IopWorkersStopping = TRUE;
    KiReleaseLock(&IopWorkLock, Old);
    KeReleaseSemaphore(&IopWorkReady, IO_NO_INCREMENT, IOP_WORKER_LIMIT, FALSE);
    for (ULONG Slot = 0; Slot < IOP_WORKER_LIMIT; Slot++)
        IopJoinWorker(&IopWorkerThread[Slot]);
    for (;;) {
        Old = KiAcquireLock(&IopWorkLock);
        Item = IopTakeItemLocked(); /* there never was memory for a thread */
        KiReleaseLock(&IopWorkLock, Old);
        if (Item == NULL)
            break;
        IopRunItem(Item);
    }
    ObDrainDeletions();
}
