/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * IRQL and spin locks. The IRQL is the thread's, in its KPCR; drivers also read and write it inline
 * through CR8, which traps and ends here. Spin locks are real: one word, taken by exchange. Misuse
 * stops the machine as Windows does.
 */
#include "ke/kep.h"

/* KeGetCurrentIrql - the thread's IRQL. Source: DOC wdm/KeGetCurrentIrql. */
KIRQL NTAPI KeGetCurrentIrql(void)
{
    return KiGetIrql();
}

/*
 * KfRaiseIrql - raise the IRQL; returns the old one. Raising to a lower one: bugcheck
 * IRQL_NOT_GREATER_OR_EQUAL.
 * IRQL: up to NewIrql. Source: DOC wdm/KeRaiseIrql.
 */
KIRQL FASTCALL KfRaiseIrql(KIRQL NewIrql)
{
    KIRQL Old = KiGetIrql();
    if (NewIrql < Old || NewIrql > HIGH_LEVEL)
        KeBugCheckEx(IRQL_NOT_GREATER_OR_EQUAL, Old, NewIrql, 0, 8);
    KiSetIrql(NewIrql);
    return Old;
}

/* KfLowerIrql - back to an IRQL no higher than now, or bugcheck IRQL_NOT_LESS_OR_EQUAL. Source: DOC
 * wdm/KeLowerIrql. */
void FASTCALL KfLowerIrql(KIRQL NewIrql)
{
    KIRQL Old = KiGetIrql();
    if (NewIrql > Old)
        KeBugCheckEx(IRQL_NOT_LESS_OR_EQUAL, NewIrql, Old, 0, 0);
    KiSetIrql(NewIrql);
    if (NewIrql < APC_LEVEL)
        KiCheckApcs();
}

/* KeRaiseIrql - KfRaiseIrql with the old IRQL stored. Source: DOC wdm/KeRaiseIrql. */
void NTAPI KeRaiseIrql(KIRQL NewIrql, KIRQL *OldIrql)
{
    *OldIrql = KfRaiseIrql(NewIrql);
}

/* KeLowerIrql - see KfLowerIrql. Source: DOC wdm/KeLowerIrql. */
void NTAPI KeLowerIrql(KIRQL NewIrql)
{
    KfLowerIrql(NewIrql);
}

/* KeRaiseIrqlToDpcLevel - raise to DISPATCH_LEVEL; returns the old IRQL. Source: DOC
 * wdm/KeRaiseIrqlToDpcLevel. */
KIRQL NTAPI KeRaiseIrqlToDpcLevel(void)
{
    return KfRaiseIrql(DISPATCH_LEVEL);
}

#if defined(__x86_64__)
#define KI_SYNCH_LEVEL 12 /* two below IPI_LEVEL, as the headers of x64 drivers have it */
#else
#define KI_SYNCH_LEVEL DISPATCH_LEVEL
#endif

/* KeRaiseIrqlToSynchLevel - raise to the level of interprocessor work. Source: INF wdm.h names
 * SYNCH_LEVEL. */
KIRQL NTAPI KeRaiseIrqlToSynchLevel(void)
{
    return KfRaiseIrql(KI_SYNCH_LEVEL);
}

static inline void KiSpinAcquire(KSPIN_LOCK *Lock)
{
    unsigned Turn = 0;
    while (__atomic_exchange_n(Lock, 1, __ATOMIC_ACQUIRE) != 0) {
        while (__atomic_load_n(Lock, __ATOMIC_RELAXED) != 0)
            KiSpin(&Turn);
    }
}

/* KeInitializeSpinLock - make it free. IRQL: any. Source: DOC wdm/KeInitializeSpinLock. */
void NTAPI KeInitializeSpinLock(KSPIN_LOCK *Lock)
{
    __atomic_store_n(Lock, 0, __ATOMIC_RELEASE);
}

/*
 * KeAcquireSpinLockRaiseToDpc - raise to DISPATCH_LEVEL and take the lock; returns the old IRQL.
 * IRQL: up to DISPATCH_LEVEL. Source: DOC wdm/KeAcquireSpinLockRaiseToDpc.
 */
KIRQL NTAPI KeAcquireSpinLockRaiseToDpc(KSPIN_LOCK *Lock)
{
    KIRQL Old = KfRaiseIrql(DISPATCH_LEVEL);
    KiSpinAcquire(Lock);
    return Old;
}

/* KeReleaseSpinLock - free the lock and go back to NewIrql. IRQL: DISPATCH_LEVEL. Source: DOC
 * wdm/KeReleaseSpinLock. */
void NTAPI KeReleaseSpinLock(KSPIN_LOCK *Lock, KIRQL NewIrql)
{
    __atomic_store_n(Lock, 0, __ATOMIC_RELEASE);
    KfLowerIrql(NewIrql);
}

/* KeAcquireSpinLockAtDpcLevel - take the lock, IRQL unchanged. IRQL: at least DISPATCH_LEVEL.
 * Source: DOC wdm. */
void NTAPI KeAcquireSpinLockAtDpcLevel(KSPIN_LOCK *Lock)
{
    KiSpinAcquire(Lock);
}

/* KeReleaseSpinLockFromDpcLevel - free the lock, IRQL unchanged. IRQL: at least DISPATCH_LEVEL.
 * Source: DOC wdm. */
void NTAPI KeReleaseSpinLockFromDpcLevel(KSPIN_LOCK *Lock)
{
    __atomic_store_n(Lock, 0, __ATOMIC_RELEASE);
}

/* KeTryToAcquireSpinLockAtDpcLevel - take it if it is free. IRQL: at least DISPATCH_LEVEL. Source:
 * DOC wdm. */
BOOLEAN FASTCALL KeTryToAcquireSpinLockAtDpcLevel(KSPIN_LOCK *Lock)
{
    return __atomic_exchange_n(Lock, 1, __ATOMIC_ACQUIRE) == 0;
}

/* KeTestSpinLock - TRUE when the lock is free at this moment. IRQL: any. Source: DOC
 * wdm/KeTestSpinLock. */
BOOLEAN FASTCALL KeTestSpinLock(KSPIN_LOCK *Lock)
{
    host_pause(); /* callers spin on this */
    return __atomic_load_n(Lock, __ATOMIC_RELAXED) == 0;
}

/*
 * KeAcquireSpinLockForDpc - take the lock in a DPC that may be a threaded one: raises to
 * DISPATCH_LEVEL from below; returns the old IRQL. IRQL: up to DISPATCH_LEVEL. Source: DOC
 * wdm/KeAcquireSpinLockForDpc.
 */
KIRQL FASTCALL KeAcquireSpinLockForDpc(KSPIN_LOCK *Lock)
{
    return KeAcquireSpinLockRaiseToDpc(Lock);
}

/* KeReleaseSpinLockForDpc - the reverse. IRQL: DISPATCH_LEVEL. Source: DOC
 * wdm/KeReleaseSpinLockForDpc. */
void FASTCALL KeReleaseSpinLockForDpc(KSPIN_LOCK *Lock, KIRQL OldIrql)
{
    KeReleaseSpinLock(Lock, OldIrql);
}

/* KeAcquireSpinLockRaiseToSynch - take the lock at SYNCH_LEVEL; returns the old IRQL. Source: INF
 * as its name says. */
KIRQL FASTCALL KeAcquireSpinLockRaiseToSynch(KSPIN_LOCK *Lock)
{
    KIRQL Old = KfRaiseIrql(KI_SYNCH_LEVEL);
    KiSpinAcquire(Lock);
    return Old;
}

#if defined(__i386__)
/* What wdm.h has drivers for x86 call instead: the same with arguments in registers. Source: INF
 * its macros. */
KIRQL FASTCALL KfAcquireSpinLock(KSPIN_LOCK *Lock)
{
    return KeAcquireSpinLockRaiseToDpc(Lock);
}

void FASTCALL KfReleaseSpinLock(KSPIN_LOCK *Lock, KIRQL NewIrql)
{
    KeReleaseSpinLock(Lock, NewIrql);
}

void FASTCALL KefAcquireSpinLockAtDpcLevel(KSPIN_LOCK *Lock)
{
    KiSpinAcquire(Lock);
}

void FASTCALL KefReleaseSpinLockFromDpcLevel(KSPIN_LOCK *Lock)
{
    __atomic_store_n(Lock, 0, __ATOMIC_RELEASE);
}
#endif

/*
 * KeAcquireInStackQueuedSpinLock - take the lock with a queue handle on the caller's stack. The
 * lock word is the plain one, so both families work on it; the handle keeps lock and old IRQL.
 * Source: DOC wdm.
 */
void FASTCALL KeAcquireInStackQueuedSpinLock(KSPIN_LOCK *Lock, KLOCK_QUEUE_HANDLE *Handle)
{
    Handle->LockQueue.Next = NULL;
    Handle->LockQueue.Lock = Lock;
    Handle->OldIrql = KeAcquireSpinLockRaiseToDpc(Lock);
}

/* KeReleaseInStackQueuedSpinLock - free it and restore the IRQL. Source: DOC wdm. */
void FASTCALL KeReleaseInStackQueuedSpinLock(KLOCK_QUEUE_HANDLE *Handle)
{
    KeReleaseSpinLock((KSPIN_LOCK *)(ULONG_PTR)Handle->LockQueue.Lock, Handle->OldIrql);
}

/* KeAcquireInStackQueuedSpinLockAtDpcLevel - the same, IRQL unchanged. Source: DOC wdm. */
void FASTCALL KeAcquireInStackQueuedSpinLockAtDpcLevel(KSPIN_LOCK *Lock, KLOCK_QUEUE_HANDLE *Handle)
{
    Handle->LockQueue.Next = NULL;
    Handle->LockQueue.Lock = Lock;
    Handle->OldIrql = KiGetIrql();
    KiSpinAcquire(Lock);
}

/* KeReleaseInStackQueuedSpinLockFromDpcLevel - free it, IRQL unchanged. Source: DOC wdm. */
void FASTCALL KeReleaseInStackQueuedSpinLockFromDpcLevel(KLOCK_QUEUE_HANDLE *Handle)
{
    KeReleaseSpinLockFromDpcLevel((KSPIN_LOCK *)(ULONG_PTR)Handle->LockQueue.Lock);
}

/* KeAcquireInStackQueuedSpinLockForDpc - as KeAcquireSpinLockForDpc, with a queue handle. Source:
 * DOC wdm. */
void FASTCALL KeAcquireInStackQueuedSpinLockForDpc(KSPIN_LOCK *Lock, KLOCK_QUEUE_HANDLE *Handle)
{
    KeAcquireInStackQueuedSpinLock(Lock, Handle);
}

/* KeReleaseInStackQueuedSpinLockForDpc - the reverse. IRQL: DISPATCH_LEVEL. Source: DOC wdm. */
void FASTCALL KeReleaseInStackQueuedSpinLockForDpc(KLOCK_QUEUE_HANDLE *Handle)
{
    KeReleaseInStackQueuedSpinLock(Handle);
}
