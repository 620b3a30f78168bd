/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Queues: entries on one side, threads that wait for them on the other, the last to come the first
 * to go. A thread that has taken an entry counts as active in its queue (CurrentCount) until it
 * waits for anything at all, comes for the next entry, turns to another queue or ends; while
 * MaximumCount threads are active, entries stay where they are. The dispatcher lock guards it all.
 * A queue that was run down has Header.Abandoned set: whoever comes then leaves with
 * STATUS_ABANDONED.
 */
#include "ke/kep.h"
#include "ke/processor.h"

/*
 * KeInitializeQueue - prepare a queue in the caller's non-paged memory.
 *
 * Count:   how many threads may be active at a time; 0: as many as there are processors.
 * IRQL:    PASSIVE_LEVEL
 * Source:  DOC ntifs/KeInitializeQueue; OBS tests/kernel/ke/KeInitializeQueue.c
 */
void NTAPI KeInitializeQueue(KQUEUE *Queue, ULONG Count)
{
    *Queue = (KQUEUE){
        .Header.Type = QueueObject, .MaximumCount = Count != 0 ? Count : KiProcessorCount};
    Queue->Header.Size = sizeof(KQUEUE) / sizeof(LONG);
    InitializeListHead(&Queue->Header.WaitListHead);
    InitializeListHead(&Queue->EntryListHead);
    InitializeListHead(&Queue->ThreadListHead);
}

/* KeReadStateQueue - how many entries are queued. IRQL: up to DISPATCH_LEVEL. Source: DOC ntifs;
 * OBS tests. */
LONG NTAPI KeReadStateQueue(KQUEUE *Queue)
{
    return __atomic_load_n(&Queue->Header.SignalState, __ATOMIC_SEQ_CST);
}

/* ---- under the dispatcher lock --------------------------------------------------------------- */

static LIST_ENTRY *KiTakeEntryLocked(KQUEUE *Queue)
{
    LIST_ENTRY *Entry = RemoveHeadList(&Queue->EntryListHead);
    Entry->Flink = NULL;
    Queue->Header.SignalState--;
    return Entry;
}

/* The thread that waits for an entry and shall have the next one; NULL: none, or enough are
 * active. */
static KTHREAD *KiNextWaiterLocked(const KQUEUE *Queue)
{
    if (Queue->CurrentCount >= Queue->MaximumCount || IsListEmpty(&Queue->Header.WaitListHead))
        return NULL;
    return (KTHREAD *)CONTAINING_RECORD(
        Queue->Header.WaitListHead.Blink, KWAIT_BLOCK, WaitListEntry)
        ->Thread;
}

static void KiHandOverLocked(KTHREAD *Thread, LIST_ENTRY *Entry)
{
    Thread->QueueEntry = Entry;
    KiEndWaitLocked(Thread, STATUS_SUCCESS); /* which counts it as active again */
}

void KiActivateQueueLocked(KQUEUE *Queue)
{
    Queue->CurrentCount--;
    KTHREAD *Waiter = IsListEmpty(&Queue->EntryListHead) ? NULL : KiNextWaiterLocked(Queue);
    if (Waiter != NULL)
        KiHandOverLocked(Waiter, KiTakeEntryLocked(Queue));
}

static void KiLeaveQueueLocked(KTHREAD *Thread)
{
    KQUEUE *Queue = Thread->Queue;
    if (Queue == NULL)
        return;
    Thread->Queue = NULL;
    RemoveEntryList(&Thread->QueueListEntry);
    KiActivateQueueLocked(Queue);
}

void KeLeaveQueue(KTHREAD *Thread)
{
    KIRQL Old = KiLockDispatcher();
    KiLeaveQueueLocked(Thread);
    KiUnlockDispatcher(Old);
}

/* ---- in -------------------------------------------------------------------------------------- */

static LONG KiInsertQueue(KQUEUE *Queue, LIST_ENTRY *Entry, BOOLEAN Head)
{
    KIRQL Old = KiLockDispatcher();
    LONG Previous = Queue->Header.SignalState;
    KTHREAD *Waiter = KiNextWaiterLocked(Queue);
    if (Waiter != NULL && IsListEmpty(&Queue->EntryListHead)) {
        Entry->Flink = NULL;
        KiHandOverLocked(Waiter, Entry);
    } else {
        Queue->Header.SignalState++;
        if (Head)
            InsertHeadList(&Queue->EntryListHead, Entry);
        else
            InsertTailList(&Queue->EntryListHead, Entry);
    }
    KiUnlockDispatcher(Old);
    return Previous;
}

/*
 * KeInsertQueue - queue an entry, or hand it to a thread that waits for one.
 *
 * IRQL:    up to DISPATCH_LEVEL
 * Returns: how many entries were queued before.
 * Source:  DOC ntifs/KeInsertQueue; OBS tests/kernel/ke/KeInsertQueue.c
 */
LONG NTAPI KeInsertQueue(KQUEUE *Queue, LIST_ENTRY *Entry)
{
    return KiInsertQueue(Queue, Entry, FALSE);
}

/* KeInsertHeadQueue - the same, before all others. IRQL: up to DISPATCH_LEVEL. Source: DOC ntifs;
 * OBS tests. */
LONG NTAPI KeInsertHeadQueue(KQUEUE *Queue, LIST_ENTRY *Entry)
{
    return KiInsertQueue(Queue, Entry, TRUE);
}

/* ---- out ------------------------------------------------------------------------------------- */

/* The thread comes for an entry: it is a thread of this queue, and not active for now. */
static void KiComeToQueueLocked(KTHREAD *Thread, KQUEUE *Queue)
{
    if (Thread->Queue != Queue) {
        KiLeaveQueueLocked(Thread);
        Thread->Queue = Queue;
        InsertTailList(&Queue->ThreadListHead, &Thread->QueueListEntry);
    } else {
        Queue->CurrentCount--;
    }
}

/* Takes up to Count entries; *Taken of them. STATUS_SUCCESS when there is at least one.
 * STATUS_KERNEL_APC: as KiWaitOnce. */
static NTSTATUS KiRemoveOnce(KQUEUE *Queue, KPROCESSOR_MODE Mode, BOOLEAN Alertable,
    const LARGE_INTEGER *Timeout, uint64_t Deadline, LIST_ENTRY **Entry, ULONG Count, ULONG *Taken)
{
    KTHREAD *Thread = KiHostThread;
    NTSTATUS Status = STATUS_SUCCESS;
    KIRQL Old = KiLockDispatcher();
    if (Queue->Header.Abandoned) {
        KiUnlockDispatcher(Old);
        return STATUS_ABANDONED;
    }
    KiComeToQueueLocked(Thread, Queue);
    *Taken = 0;
    if (Queue->CurrentCount < Queue->MaximumCount) {
        while (*Taken < Count && !IsListEmpty(&Queue->EntryListHead))
            Entry[(*Taken)++] = KiTakeEntryLocked(Queue);
    }
    BOOLEAN Ends = *Taken != 0 || KiTestAlertLocked(Thread, Mode, Alertable, Old, &Status);
    if (!Ends && Timeout != NULL && Timeout->QuadPart == 0) {
        Status = STATUS_TIMEOUT;
        Ends = TRUE;
    }
    Queue->CurrentCount++; /* active again; where it waits, KiBeginWaitLocked counts it out */
    if (Ends) {
        KiUnlockDispatcher(Old);
        return Status;
    }
    if (Thread->ExecutingDpc)
        KiWaitInDpc(Thread, Old);
    KWAIT_BLOCK *Block = &Thread->QueueBlock;
    Block->Object = Queue;
    Block->Thread = (PKTHREAD)Thread;
    Block->WaitType = WaitAny;
    Block->WaitKey = 0;
    Thread->QueueEntry = NULL;
    KiBeginWaitLocked(Thread, Block, 1, Mode, Alertable, Old);
    KiUnlockDispatcher(Old);
    Status = KiSleep(Thread, Deadline);
    if (Status == STATUS_SUCCESS) {
        Entry[0] = Thread->QueueEntry;
        *Taken = 1;
    }
    return Status;
}

static NTSTATUS KiRemoveQueue(KQUEUE *Queue, KPROCESSOR_MODE Mode, BOOLEAN Alertable,
    const LARGE_INTEGER *Timeout, LIST_ENTRY **Entry, ULONG Count, ULONG *Taken)
{
    uint64_t Deadline = KiDeadline(Timeout);
    NTSTATUS Status;
    KiBeginNextWait(KiHostThread);
    while ((Status = KiRemoveOnce(Queue, Mode, Alertable, Timeout, Deadline, Entry, Count,
                Taken)) == STATUS_KERNEL_APC)
        KiDeliverKernelApcs();
    return Status;
}

/*
 * KeRemoveQueue - take the first entry, waiting until there is one and the thread may be active.
 *
 * Timeout: as KeWaitForSingleObject's.
 * IRQL:    up to APC_LEVEL; DISPATCH_LEVEL with a zero Timeout.
 * Returns: the entry; or, as an address, STATUS_TIMEOUT, STATUS_USER_APC, STATUS_ABANDONED: the
 * queue was run down.
 * Source:  DOC ntifs/KeRemoveQueue; OBS tests/kernel/ke/KeRemoveQueue.c
 */
LIST_ENTRY *NTAPI KeRemoveQueue(KQUEUE *Queue, KPROCESSOR_MODE WaitMode, LARGE_INTEGER *Timeout)
{
    LIST_ENTRY *Entry;
    ULONG Taken;
    NTSTATUS Status = KiRemoveQueue(Queue, WaitMode, FALSE, Timeout, &Entry, 1, &Taken);
    return Status == STATUS_SUCCESS ? Entry : (LIST_ENTRY *)(LONG_PTR)Status;
}

/*
 * KeRemoveQueueEx - the same for up to Count entries at once, and alertably if that is wanted.
 *
 * IRQL:    as KeRemoveQueue.
 * Returns: how many entries EntryArray got; else STATUS_TIMEOUT, STATUS_USER_APC, STATUS_ALERTED or
 *          STATUS_ABANDONED, whose values no Count may reach.
 * Source:  INF: undocumented; OBS tests/kernel/ke/KeRemoveQueueEx.c
 */
ULONG NTAPI KeRemoveQueueEx(KQUEUE *Queue, KPROCESSOR_MODE WaitMode, BOOLEAN Alertable,
    LARGE_INTEGER *Timeout, LIST_ENTRY **EntryArray, ULONG Count)
{
    ULONG Taken;
    NTSTATUS Status = KiRemoveQueue(Queue, WaitMode, Alertable, Timeout, EntryArray, Count, &Taken);
    return Status == STATUS_SUCCESS ? Taken : (ULONG)Status;
}

/*
 * KeRundownQueue - empty a queue and have no thread belong to it. Threads that wait for an entry,
 * and all that come later, are told STATUS_ABANDONED.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: the first of its entries, the others linked to it in a ring; NULL: there were none.
 * Source:  DOC ntifs/KeRundownQueue; OBS tests/kernel/ke/KeRundownQueue.c
 */
LIST_ENTRY *NTAPI KeRundownQueue(KQUEUE *Queue)
{
    LIST_ENTRY *First = NULL;
    KIRQL Old = KiLockDispatcher();
    Queue->Header.Abandoned = TRUE;
    if (!IsListEmpty(&Queue->EntryListHead)) {
        First = Queue->EntryListHead.Flink;
        RemoveEntryList(&Queue->EntryListHead);
        InitializeListHead(&Queue->EntryListHead);
        Queue->Header.SignalState = 0;
    }
    while (!IsListEmpty(&Queue->Header.WaitListHead)) {
        KWAIT_BLOCK *Block = CONTAINING_RECORD(
            Queue->Header.WaitListHead.Flink, KWAIT_BLOCK, WaitListEntry);
        KiEndWaitLocked((KTHREAD *)Block->Thread, STATUS_ABANDONED);
    }
    while (!IsListEmpty(&Queue->ThreadListHead)) {
        LIST_ENTRY *Entry = RemoveHeadList(&Queue->ThreadListHead);
        CONTAINING_RECORD(Entry, KTHREAD, QueueListEntry)->Queue = NULL;
    }
    Queue->CurrentCount = 0;
    KiUnlockDispatcher(Old);
    return First;
}
