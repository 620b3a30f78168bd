/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The dispatcher: waits on any of NT's dispatcher objects, where they lie in driver memory.
 * KiDispatcherLock guards every object's state and wait list and every thread's wait blocks. A
 * thread that must sleep puts its blocks on the objects' lists and sleeps on its WakeWord; whoever
 * satisfies the wait takes the blocks off, stores the answer and, after the lock is released, wakes
 * it. A kernel APC ends a wait, too; the thread delivers it and waits again, until the same time.
 */
#include <errno.h>
#include <stdatomic.h>

#include "ke/kep.h"
#include "ke/turns.h"

KSPIN_LOCK KiDispatcherLock;

/* Threads whose wait ended while the lock was held, linked through a slot that is free once a wait
 * has ended. */
static KTHREAD *KiWakeList;

static BOOLEAN KiIsSignalled(DISPATCHER_HEADER *Object, const KTHREAD *Thread)
{
    if ((Object->Type & 0x7F) == MutantObject) {
        const KMUTANT *Mutant = CONTAINING_RECORD(Object, KMUTANT, Header);
        return Object->SignalState > 0 || Mutant->OwnerThread == (const void *)Thread;
    }
    return Object->SignalState > 0;
}

/* Takes what the wait takes from a signalled object. Returns STATUS_ABANDONED for an abandoned
 * mutex, else 0. */
static NTSTATUS KiSatisfy(DISPATCHER_HEADER *Object, KTHREAD *Thread)
{
    KiOrderAfter(Object, Thread);
    switch (Object->Type & 0x7F) {
    case EventSynchronizationObject:
    case TimerSynchronizationObject:
        Object->SignalState = 0;
        break;
    case SemaphoreObject:
        Object->SignalState--;
        break;
    case MutantObject: {
        KMUTANT *Mutant = CONTAINING_RECORD(Object, KMUTANT, Header);
        if (--Object->SignalState == 0) {
            Mutant->OwnerThread = (PKTHREAD)Thread;
            if (Mutant->ApcDisable)
                Thread->KernelApcDisable--;
            InsertTailList(&Thread->MutantList, &Mutant->MutantListEntry);
            if (Mutant->Abandoned) {
                Mutant->Abandoned = FALSE;
                return STATUS_ABANDONED_WAIT_0;
            }
        }
        break;
    }
    default:
        break;
    }
    return STATUS_SUCCESS;
}

static void KiUnlinkWait(KTHREAD *Thread)
{
    for (ULONG Index = 0; Index < Thread->WaitCount; Index++)
        RemoveEntryList(&Thread->WaitBlockList[Index].WaitListEntry);
    Thread->WaitCount = 0;
    Thread->Waiting = FALSE;
    if (Thread->Queue != NULL)
        Thread->Queue->CurrentCount++;
}

void KiBeginWaitLocked(KTHREAD *Thread, KWAIT_BLOCK *Block, ULONG Count, KPROCESSOR_MODE Mode,
    BOOLEAN Alertable, KIRQL Irql)
{
    Thread->WaitBlockList = Block;
    Thread->WaitCount = Count;
    Thread->WaitAlertable = Alertable;
    Thread->WaitMode = Mode;
    Thread->WaitIrql = Irql;
    Thread->WakeWord = 0;
    Thread->Waiting = TRUE;
    for (ULONG Index = 0; Index < Count; Index++)
        InsertTailList(
            &((DISPATCHER_HEADER *)Block[Index].Object)->WaitListHead, &Block[Index].WaitListEntry);
    if (Thread->Queue != NULL)
        KiActivateQueueLocked(Thread->Queue);
}

void KiEndWaitLocked(KTHREAD *Thread, NTSTATUS Status)
{
    KiUnlinkWait(Thread);
    Thread->WaitStatus = Status;
    Thread->NextToWake = KiWakeList;
    KiWakeList = Thread;
}

static BOOLEAN KiAllSignalled(KTHREAD *Thread)
{
    for (ULONG Index = 0; Index < Thread->WaitCount; Index++) {
        if (!KiIsSignalled(Thread->WaitBlockList[Index].Object, Thread))
            return FALSE;
    }
    return TRUE;
}

static NTSTATUS KiSatisfyAll(KWAIT_BLOCK *Block, ULONG Count, KTHREAD *Thread)
{
    NTSTATUS Status = STATUS_SUCCESS;
    for (ULONG Index = 0; Index < Count; Index++) {
        if (KiSatisfy(Block[Index].Object, Thread) != STATUS_SUCCESS)
            Status = STATUS_ABANDONED_WAIT_0;
    }
    return Status;
}

void KiSignalObjectLocked(DISPATCHER_HEADER *Object)
{
    LIST_ENTRY *Entry = Object->WaitListHead.Flink;
    KiOrderBefore(Object);
    while (Entry != &Object->WaitListHead) {
        KWAIT_BLOCK *Block = CONTAINING_RECORD(Entry, KWAIT_BLOCK, WaitListEntry);
        KTHREAD *Thread = (KTHREAD *)Block->Thread;
        if (!KiIsSignalled(Object, Thread))
            return;
        if (Block->WaitType == WaitAny) {
            NTSTATUS Status = KiSatisfy(Object, Thread);
            KiEndWaitLocked(Thread, Status + (NTSTATUS)Block->WaitKey);
        } else if (KiAllSignalled(Thread)) {
            KiEndWaitLocked(Thread, KiSatisfyAll(Thread->WaitBlockList, Thread->WaitCount, Thread));
        } else {
            Entry = Entry->Flink;
            continue;
        }
        Entry = Object->WaitListHead.Flink; /* the list changed under us */
    }
}

void KiUnlockDispatcher(KIRQL Old)
{
    KTHREAD *Thread = KiWakeList;
    KiWakeList = NULL;
    KiReleaseLock(&KiDispatcherLock, Old);
    while (Thread != NULL) {
        KTHREAD *Next = Thread->NextToWake;
        /* Once WakeWord is set the thread may run and end: nothing of it is read afterwards but the
         * address. */
        atomic_store_explicit(&Thread->WakeWord, 1, memory_order_release);
        host_wake(&Thread->WakeWord, 1);
        Thread = Next;
    }
}

void KiEndSignal(BOOLEAN Wait, KIRQL Old)
{
    KTHREAD *Thread = KiHostThread;
    if (Wait && Thread != NULL && Old < DISPATCH_LEVEL) {
        Thread->WaitNext = TRUE;
        Thread->WaitIrql = Old;
        Old = DISPATCH_LEVEL;
    }
    KiUnlockDispatcher(Old);
}

void KiBeginNextWait(KTHREAD *Thread)
{
    if (__builtin_expect(!Thread->WaitNext, 1))
        return;
    Thread->WaitNext = FALSE;
    if (KiGetIrql() == DISPATCH_LEVEL)
        KiSetIrql(Thread->WaitIrql);
}

uint64_t KiDeadline(const LARGE_INTEGER *Timeout)
{
    if (Timeout == NULL)
        return HOST_FOREVER;
    uint64_t Now = host_clock_monotonic();
    if (Timeout->QuadPart < 0) {
        uint64_t Interval = (uint64_t)0 - (uint64_t)Timeout->QuadPart;
        return Interval > HOST_FOREVER - 1 - Now ? HOST_FOREVER : Now + Interval;
    }
    uint64_t Utc = KiSystemTime();
    return (uint64_t)Timeout->QuadPart <= Utc ? Now : Now + ((uint64_t)Timeout->QuadPart - Utc);
}

/* Sleeps until the wait has ended; the blocks are on their lists and the lock is not held. */
NTSTATUS KiSleep(KTHREAD *Thread, uint64_t Deadline)
{
    while (atomic_load_explicit(&Thread->WakeWord, memory_order_acquire) == 0) {
        if (host_wait(&Thread->WakeWord, 0, Deadline) != ETIMEDOUT)
            continue;
        KIRQL Old = KiLockDispatcher();
        if (Thread->Waiting) {
            KiUnlinkWait(Thread);
            Thread->WaitStatus = STATUS_TIMEOUT;
            atomic_store_explicit(&Thread->WakeWord, 1, memory_order_release);
        }
        KiUnlockDispatcher(Old);
        Deadline = HOST_FOREVER; /* ended by another: its wake is on the way */
    }
    if (KiStopped)
        KeLeaveKernel(STATUS_HOST_DOWN);
    return Thread->WaitStatus;
}

/* A mutex taken as often as can be counted: the wait raises, with nothing changed. */
static void KiCheckMutants(const KWAIT_BLOCK *Block, ULONG Count, const KTHREAD *Thread, KIRQL Old)
{
    for (ULONG Index = 0; Index < Count; Index++) {
        DISPATCHER_HEADER *Object = Block[Index].Object;
        if ((Object->Type & 0x7F) == MutantObject && Object->SignalState == (LONG)MINLONG &&
            CONTAINING_RECORD(Object, KMUTANT, Header)->OwnerThread == (const void *)Thread) {
            KiUnlockDispatcher(Old);
            ExRaiseStatus(STATUS_MUTANT_LIMIT_EXCEEDED);
        }
    }
}

void KiWaitInDpc(KTHREAD *Thread, KIRQL Old)
{
    KiUnlockDispatcher(Old);
    KeBugCheckEx(ATTEMPTED_SWITCH_FROM_DPC, (ULONG_PTR)Thread, 0, (ULONG_PTR)Thread->StackBase, 0);
}

/* STATUS_KERNEL_APC: there is one to deliver before the wait goes on. */
static NTSTATUS KiWaitOnce(KTHREAD *Thread, KWAIT_BLOCK *Block, ULONG Count, WAIT_TYPE WaitType,
    KPROCESSOR_MODE Mode, BOOLEAN Alertable, const LARGE_INTEGER *Timeout, uint64_t Deadline)
{
    KIRQL Old = KiLockDispatcher();
    NTSTATUS Status;

    KiCheckMutants(Block, Count, Thread, Old);
    if (WaitType == WaitAny) {
        for (ULONG Index = 0; Index < Count; Index++) {
            if (KiIsSignalled(Block[Index].Object, Thread)) {
                Status = KiSatisfy(Block[Index].Object, Thread) + (NTSTATUS)Index;
                KiUnlockDispatcher(Old);
                return Status;
            }
        }
    } else {
        ULONG Signalled = 0;
        while (Signalled < Count && KiIsSignalled(Block[Signalled].Object, Thread))
            Signalled++;
        if (Signalled == Count) {
            Status = KiSatisfyAll(Block, Count, Thread);
            KiUnlockDispatcher(Old);
            return Status;
        }
    }
    if (KiTestAlertLocked(Thread, Mode, Alertable, Old, &Status)) {
        KiUnlockDispatcher(Old);
        return Status;
    }
    if (Timeout != NULL && Timeout->QuadPart == 0) {
        KiUnlockDispatcher(Old);
        return STATUS_TIMEOUT;
    }
    if (Thread->ExecutingDpc)
        KiWaitInDpc(Thread, Old);
    KiBeginWaitLocked(Thread, Block, Count, Mode, Alertable, Old);
    KiUnlockDispatcher(Old);
    return KiSleep(Thread, Deadline);
}

static NTSTATUS KiWait(KTHREAD *Thread, KWAIT_BLOCK *Block, ULONG Count, WAIT_TYPE WaitType,
    KPROCESSOR_MODE Mode, BOOLEAN Alertable, const LARGE_INTEGER *Timeout)
{
    uint64_t Deadline = KiDeadline(Timeout);
    NTSTATUS Status;
    KiBeginNextWait(Thread);
    while ((Status = KiWaitOnce(Thread, Block, Count, WaitType, Mode, Alertable, Timeout,
                Deadline)) == STATUS_KERNEL_APC)
        KiDeliverKernelApcs();
    return Status;
}

static void KiFillBlock(
    KWAIT_BLOCK *Block, void *Object, ULONG Index, WAIT_TYPE WaitType, KTHREAD *Thread)
{
    Block->Object = Object;
    Block->Thread = (PKTHREAD)Thread;
    Block->WaitType = (UCHAR)WaitType;
    Block->WaitKey = (USHORT)Index;
}

/*
 * KeWaitForSingleObject - wait until a dispatcher object is signalled.
 *
 * Timeout: 100 ns units, negative relative, positive absolute system time, zero polls, NULL
 * forever.
 * IRQL:    below DISPATCH_LEVEL; DISPATCH_LEVEL only with a zero Timeout.
 * Returns: SUCCESS; TIMEOUT; ABANDONED_WAIT_0 for a mutex whose owner ended; ALERTED when
 *          Alertable; USER_APC when Alertable in UserMode: the APCs run when the thread leaves the
 *          kernel.
 * Source:  DOC wdm/KeWaitForSingleObject.
 */
NTSTATUS NTAPI KeWaitForSingleObject(void *Object, KWAIT_REASON Reason, KPROCESSOR_MODE Mode,
    BOOLEAN Alertable, LARGE_INTEGER *Timeout)
{
    KTHREAD *Thread = KiHostThread;
    KWAIT_BLOCK Block; /* not the thread's own: an APC in the middle of the wait may wait, too */
    (void)Reason;
    KiFillBlock(&Block, Object, 0, WaitAny, Thread);
    return KiWait(Thread, &Block, 1, WaitAny, Mode, Alertable, Timeout);
}

/*
 * KeWaitForMultipleObjects - wait for any or all of Count objects.
 *
 * WaitBlockArray: Count blocks in non-paged memory; may be NULL up to THREAD_WAIT_OBJECTS (3).
 * Returns: the index of the object (WaitAny), SUCCESS (WaitAll), ABANDONED_WAIT_0 + index, TIMEOUT,
 *          ALERTED, USER_APC. More than MAXIMUM_WAIT_OBJECTS, or NULL with more than three, stops
 *          the machine with MAXIMUM_WAIT_OBJECTS_EXCEEDED.
 * Source:  DOC wdm/KeWaitForMultipleObjects.
 */
NTSTATUS NTAPI KeWaitForMultipleObjects(ULONG Count, void *Object[], WAIT_TYPE WaitType,
    KWAIT_REASON Reason, KPROCESSOR_MODE Mode, BOOLEAN Alertable, LARGE_INTEGER *Timeout,
    KWAIT_BLOCK *WaitBlockArray)
{
    KTHREAD *Thread = KiHostThread;
    KWAIT_BLOCK Own[THREAD_WAIT_OBJECTS];
    KWAIT_BLOCK *Block = WaitBlockArray != NULL ? WaitBlockArray : Own;
    (void)Reason;
    if (Count > (WaitBlockArray != NULL ? MAXIMUM_WAIT_OBJECTS : THREAD_WAIT_OBJECTS))
        KeBugCheck(MAXIMUM_WAIT_OBJECTS_EXCEEDED);
    for (ULONG Index = 0; Index < Count; Index++)
        KiFillBlock(&Block[Index], Object[Index], Index, WaitType, Thread);
    return KiWait(Thread, Block, Count, WaitType, Mode, Alertable, Timeout);
}

/*
 * KeDelayExecutionThread - sleep.
 *
 * Interval: as a wait's timeout. IRQL: up to APC_LEVEL. Returns: SUCCESS when the time is over;
 * ALERTED, USER_APC.
 * Source:   DOC wdm/KeDelayExecutionThread.
 */
NTSTATUS NTAPI KeDelayExecutionThread(
    KPROCESSOR_MODE Mode, BOOLEAN Alertable, LARGE_INTEGER *Interval)
{
    /* No objects: a wait for all of them would be over at once, one for any never is but by its
     * time. */
    NTSTATUS Status = KiWait(KiHostThread, NULL, 0, WaitAny, Mode, Alertable, Interval);
    if (Status != STATUS_TIMEOUT)
        return Status;
    if (Interval->QuadPart == 0)
        host_yield();
    return STATUS_SUCCESS;
}
