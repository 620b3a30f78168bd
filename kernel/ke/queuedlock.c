/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Queued spin locks: one for each number there is, where no other component has the one that is
 * meant. The order of those who wait is not kept: who spins on a lock here takes it when it is
 * free.
 */
#include "ke/queuedlock.h"

#define KI_QUEUED_LOCKS 17u /* LockQueueMaximumLock */

static KSPIN_LOCK KiQueuedLock[KI_QUEUED_LOCKS];
static KSPIN_LOCK *KiQueuedLockOf[KI_QUEUED_LOCKS];

void KiResetQueuedLocks(void)
{
    for (ULONG Number = 0; Number < KI_QUEUED_LOCKS; Number++) {
        KiQueuedLock[Number] = 0;
        KiQueuedLockOf[Number] = &KiQueuedLock[Number];
    }
}

void KeSetQueuedLock(ULONG Number, KSPIN_LOCK *Lock)
{
    KiQueuedLockOf[Number] = Lock;
}

/* A number there is not is the caller's mistake, which Windows does not notice: the first lock. */
static KSPIN_LOCK *KiLockOfNumber(ULONG Number)
{
    return KiQueuedLockOf[Number < KI_QUEUED_LOCKS ? Number : 0];
}

/*
 * KeAcquireQueuedSpinLock - raise to DISPATCH_LEVEL and take a lock of the system's; returns the
 * old IRQL.
 * Number: KSPIN_LOCK_QUEUE_NUMBER. IRQL: up to DISPATCH_LEVEL. Source: DOC ntifs; OBS
 * tests/kernel/ke/KeAcquireQueuedSpinLock.c
 */
KIRQL FASTCALL KeAcquireQueuedSpinLock(ULONG Number)
{
    return KeAcquireSpinLockRaiseToDpc(KiLockOfNumber(Number));
}

/* KeReleaseQueuedSpinLock - the reverse. IRQL: that it was taken with. Source: DOC ntifs; OBS as
 * above. */
void FASTCALL KeReleaseQueuedSpinLock(ULONG Number, KIRQL OldIrql)
{
    KeReleaseSpinLock(KiLockOfNumber(Number), OldIrql);
}

static LOGICAL KiTryQueuedLock(ULONG Number, KIRQL Irql, KIRQL *OldIrql)
{
    KIRQL Old = KfRaiseIrql(Irql);
    if (!KeTryToAcquireSpinLockAtDpcLevel(KiLockOfNumber(Number))) {
        KfLowerIrql(Old);
        return FALSE;
    }
    *OldIrql = Old;
    return TRUE;
}

/* KeTryToAcquireQueuedSpinLock - if it is free; FALSE: it is not, *OldIrql untouched. Source: DOC
 * ntifs; OBS as above. */
LOGICAL FASTCALL KeTryToAcquireQueuedSpinLock(ULONG Number, KIRQL *OldIrql)
{
    return KiTryQueuedLock(Number, DISPATCH_LEVEL, OldIrql);
}

#if defined(__x86_64__)
#define KI_SYNCH 12
#else
#define KI_SYNCH DISPATCH_LEVEL
#endif

/* KeAcquireQueuedSpinLockRaiseToSynch - the same at SYNCH_LEVEL. Source: INF as its name says; OBS
 * as above. */
KIRQL FASTCALL KeAcquireQueuedSpinLockRaiseToSynch(ULONG Number)
{
    return KeAcquireSpinLockRaiseToSynch(KiLockOfNumber(Number));
}

/* KeTryToAcquireQueuedSpinLockRaiseToSynch - the same at SYNCH_LEVEL. Source: INF as its name says;
 * OBS as above. */
LOGICAL FASTCALL KeTryToAcquireQueuedSpinLockRaiseToSynch(ULONG Number, KIRQL *OldIrql)
{
    return KiTryQueuedLock(Number, KI_SYNCH, OldIrql);
}

/* KeAcquireInStackQueuedSpinLockRaiseToSynch - a driver's lock at SYNCH_LEVEL. Source: INF as its
 * name says; OBS as above. */
void FASTCALL KeAcquireInStackQueuedSpinLockRaiseToSynch(
    KSPIN_LOCK *Lock, KLOCK_QUEUE_HANDLE *Handle)
{
    Handle->LockQueue.Next = NULL;
    Handle->LockQueue.Lock = Lock;
    Handle->OldIrql = KeAcquireSpinLockRaiseToSynch(Lock);
}
