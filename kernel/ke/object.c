/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Events, semaphores and mutexes: their state lives in the driver's memory exactly as NT lays it
 * out. State changes happen under the dispatcher lock.
 */
#include "ke/kep.h"

static void KiInitializeHeader(DISPATCHER_HEADER *Header, UCHAR Type, SIZE_T SizeBytes, LONG State)
{
    Header->Type = Type;
    Header->Signalling = 0;
    Header->Size = (UCHAR)(SizeBytes / sizeof(LONG));
    Header->Reserved1 = 0;
    Header->SignalState = State;
    InitializeListHead(&Header->WaitListHead);
}

/*
 * KeInitializeEvent - prepare an event in the caller's memory.
 * IRQL: any. Source: DOC wdm/KeInitializeEvent.
 */
void NTAPI KeInitializeEvent(KEVENT *Event, EVENT_TYPE Type, BOOLEAN State)
{
    KiInitializeHeader(&Event->Header,
        Type == NotificationEvent ? EventNotificationObject : EventSynchronizationObject,
        sizeof(KEVENT), State != FALSE);
}

/*
 * KeSetEvent - signal an event; a synchronization event wakes one waiter, a notification event all.
 *
 * Wait:    the caller goes on to a wait at once: the IRQL stays at DISPATCH_LEVEL until then, and
 *          the wait is one at the IRQL from before.
 * IRQL:    up to DISPATCH_LEVEL; with Wait up to APC_LEVEL.
 * Returns: the previous state.
 * Source:  DOC wdm/KeSetEvent.
 */
LONG NTAPI KeSetEvent(KEVENT *Event, LONG Increment, BOOLEAN Wait)
{
    (void)Increment;
    KIRQL Old = KiLockDispatcher();
    /* KeClearEvent takes no lock. */
    LONG Previous = __atomic_load_n(&Event->Header.SignalState, __ATOMIC_RELAXED);
    __atomic_store_n(&Event->Header.SignalState, 1, __ATOMIC_RELAXED);
    if (Previous == 0)
        KiSignalObjectLocked(&Event->Header);
    KiEndSignal(Wait, Old);
    return Previous;
}

/*
 * KeSetEventBoostPriority - signals a synchronization event; the thread that waits longest is told
 * in *Thread and would get the caller's priority until it has run. Thread: optional, untouched when
 * nobody waits.
 * IRQL: up to DISPATCH_LEVEL. Source: INF: undocumented; OBS
 * tests/kernel/ke/KeSetEventBoostPriority.c
 */
void NTAPI KeSetEventBoostPriority(KEVENT *Event, KTHREAD **Thread)
{
    KIRQL Old = KiLockDispatcher();
    if (!IsListEmpty(&Event->Header.WaitListHead) && Thread != NULL)
        *Thread = (KTHREAD *)CONTAINING_RECORD(
            Event->Header.WaitListHead.Flink, KWAIT_BLOCK, WaitListEntry)->Thread;
    if (Event->Header.SignalState == 0) {
        Event->Header.SignalState = 1;
        KiSignalObjectLocked(&Event->Header);
    }
    KiUnlockDispatcher(Old);
}

/*
 * KeIsWaitListEmpty - nobody waits for this object at the moment.
 * IRQL: any. Source: INF: undocumented; OBS tests/kernel/ke/KeSetEventBoostPriority.c
 */
BOOLEAN NTAPI KeIsWaitListEmpty(void *Object)
{
    const LIST_ENTRY *Head = &((DISPATCHER_HEADER *)Object)->WaitListHead;
    return __atomic_load_n(&Head->Flink, __ATOMIC_SEQ_CST) == Head;
}

/* KeResetEvent - clear an event; returns the previous state. IRQL: up to DISPATCH_LEVEL. Source:
 * DOC wdm/KeResetEvent. */
LONG NTAPI KeResetEvent(KEVENT *Event)
{
    KIRQL Old = KiLockDispatcher();
    LONG Previous = Event->Header.SignalState;
    Event->Header.SignalState = 0;
    KiUnlockDispatcher(Old);
    return Previous;
}

/* KeClearEvent - clear an event. IRQL: up to DISPATCH_LEVEL. Source: DOC wdm/KeClearEvent. */
void NTAPI KeClearEvent(KEVENT *Event)
{
    __atomic_store_n(&Event->Header.SignalState, 0, __ATOMIC_SEQ_CST);
}

/* KePulseEvent - release the waiters there are and clear. Wait: as for KeSetEvent. Returns the
 * previous state. Source: DOC wdm/KePulseEvent. */
LONG NTAPI KePulseEvent(KEVENT *Event, LONG Increment, BOOLEAN Wait)
{
    (void)Increment;
    KIRQL Old = KiLockDispatcher();
    LONG Previous = Event->Header.SignalState;
    Event->Header.SignalState = 1;
    KiSignalObjectLocked(&Event->Header);
    Event->Header.SignalState = 0;
    KiEndSignal(Wait, Old);
    return Previous;
}

/* KeReadStateEvent - nonzero when signalled. IRQL: any. Source: DOC wdm/KeReadStateEvent. */
LONG NTAPI KeReadStateEvent(KEVENT *Event)
{
    return __atomic_load_n(&Event->Header.SignalState, __ATOMIC_SEQ_CST);
}

/* KeInitializeSemaphore - prepare a semaphore. IRQL: any. Source: DOC wdm/KeInitializeSemaphore. */
void NTAPI KeInitializeSemaphore(KSEMAPHORE *Semaphore, LONG Count, LONG Limit)
{
    KiInitializeHeader(&Semaphore->Header, SemaphoreObject, sizeof(KSEMAPHORE), Count);
    Semaphore->Limit = Limit;
}

/*
 * KeReleaseSemaphore - add Adjustment to the count and release waiters. Wait: as for KeSetEvent.
 * Returns: the previous count. Raises STATUS_SEMAPHORE_LIMIT_EXCEEDED when it would pass the limit
 * or Adjustment is negative; the count is unchanged then.
 * IRQL: up to DISPATCH_LEVEL. Source: DOC wdm/KeReleaseSemaphore.
 */
LONG NTAPI KeReleaseSemaphore(KSEMAPHORE *Semaphore, LONG Increment, LONG Adjustment, BOOLEAN Wait)
{
    (void)Increment;
    KIRQL Old = KiLockDispatcher();
    LONG Previous = Semaphore->Header.SignalState;
    LONG Next = (LONG)((ULONG)Previous + (ULONG)Adjustment);
    if (Next > Semaphore->Limit || Next < Previous) {
        KiUnlockDispatcher(Old);
        ExRaiseStatus(STATUS_SEMAPHORE_LIMIT_EXCEEDED);
    }
    Semaphore->Header.SignalState = Next;
    if (Previous == 0)
        KiSignalObjectLocked(&Semaphore->Header);
    KiEndSignal(Wait, Old);
    return Previous;
}

/* KeReadStateSemaphore - the count. IRQL: any. Source: DOC wdm/KeReadStateSemaphore. */
LONG NTAPI KeReadStateSemaphore(KSEMAPHORE *Semaphore)
{
    return __atomic_load_n(&Semaphore->Header.SignalState, __ATOMIC_SEQ_CST);
}

/* KeInitializeMutex - prepare a free mutex. Level is reserved. IRQL: any. Source: DOC
 * wdm/KeInitializeMutex. */
void NTAPI KeInitializeMutex(KMUTEX *Mutex, ULONG Level)
{
    (void)Level;
    KiInitializeHeader(&Mutex->Header, MutantObject, sizeof(KMUTANT), 1);
    InitializeListHead(&Mutex->MutantListEntry);
    Mutex->OwnerThread = NULL;
    Mutex->Abandoned = FALSE;
    Mutex->ApcDisable = 1;
}

void KiReleaseMutantLocked(KMUTANT *Mutant, KTHREAD *Thread, BOOLEAN Abandoned)
{
    if (Abandoned) {
        Mutant->Header.SignalState = 1;
        Mutant->Abandoned = TRUE;
    } else {
        Mutant->Header.SignalState++;
    }
    if (Mutant->Header.SignalState != 1)
        return;
    Mutant->OwnerThread = NULL;
    RemoveEntryList(&Mutant->MutantListEntry);
    if (Mutant->ApcDisable && !Abandoned)
        Thread->KernelApcDisable++;
    KiSignalObjectLocked(&Mutant->Header);
}

/*
 * KeReleaseMutex - give back one level of ownership. Wait: as for KeSetEvent.
 * Returns: zero when the mutex became free, else the previous state (0 is "was owned once"), as
 * KeReadStateMutex. Raises STATUS_MUTANT_NOT_OWNED, or STATUS_ABANDONED when it was abandoned, if
 * the caller does not own it.
 * IRQL: up to DISPATCH_LEVEL. Source: DOC wdm/KeReleaseMutex.
 */
LONG NTAPI KeReleaseMutex(KMUTEX *Mutex, BOOLEAN Wait)
{
    KTHREAD *Thread = KiHostThread;
    KIRQL Old = KiLockDispatcher();
    if (Mutex->OwnerThread != (PKTHREAD)Thread) {
        NTSTATUS Status = Mutex->Abandoned ? STATUS_ABANDONED : STATUS_MUTANT_NOT_OWNED;
        KiUnlockDispatcher(Old);
        ExRaiseStatus(Status);
    }
    LONG Previous = Mutex->Header.SignalState;
    KiReleaseMutantLocked(Mutex, Thread, FALSE);
    KiEndSignal(Wait, Old);
    KiCheckApcs();
    return Previous;
}

/* KeReadStateMutex - 1 when free. IRQL: any. Source: DOC wdm/KeReadStateMutex. */
LONG NTAPI KeReadStateMutex(KMUTEX *Mutex)
{
    return __atomic_load_n(&Mutex->Header.SignalState, __ATOMIC_SEQ_CST);
}
