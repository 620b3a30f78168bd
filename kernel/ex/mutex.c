/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Fast and guarded mutexes. Both have the same fields in the same places: a count that is 1 while
 * the mutex is free and goes down by one for the owner and for everyone who waits, the owner, and a
 * synchronization event the waiters wait for. A release wakes one of them, whose the mutex is then.
 */
#include "ex/mutex.h"

_Static_assert(
    FIELD_OFFSET(FAST_MUTEX, Event) == FIELD_OFFSET(KGUARDED_MUTEX, Gate), "one code for both");
_Static_assert(FIELD_OFFSET(FAST_MUTEX, Contention) == FIELD_OFFSET(KGUARDED_MUTEX, Contention),
    "one code for both");

static __attribute__((noinline)) void NTAPI ExpWaitForMutex(FAST_MUTEX *Mutex)
{
    __atomic_fetch_add(&Mutex->Contention, 1, __ATOMIC_RELAXED);
    KeWaitForSingleObject(&Mutex->Event, WrFastMutex, KernelMode, FALSE, NULL);
}

static inline void ExpAcquireMutex(FAST_MUTEX *Mutex)
{
    if (__atomic_sub_fetch(&Mutex->Count, 1, __ATOMIC_ACQUIRE) != 0)
        ExpWaitForMutex(Mutex);
    Mutex->Owner = KiHostThread;
}

static inline BOOLEAN ExpTryMutex(FAST_MUTEX *Mutex)
{
    LONG Free = 1;
    if (!__atomic_compare_exchange_n(
            &Mutex->Count, &Free, 0, FALSE, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
        return FALSE;
    Mutex->Owner = KiHostThread;
    return TRUE;
}

static inline void ExpReleaseMutex(FAST_MUTEX *Mutex)
{
    Mutex->Owner = NULL;
    if (__atomic_add_fetch(&Mutex->Count, 1, __ATOMIC_RELEASE) <= 0)
        KeSetEvent(&Mutex->Event, 0, FALSE);
}

/* A guarded mutex has its gate where a fast mutex has its event. */
static inline FAST_MUTEX *ExpFastPart(KGUARDED_MUTEX *Mutex)
{
    return (FAST_MUTEX *)(void *)Mutex;
}

/* ---- fast mutexes ---------------------------------------------------------------------------- */

/*
 * ExAcquireFastMutex - raise to APC_LEVEL and take the mutex, waiting for it. A thread that has it
 * already waits for ever.
 *
 * IRQL:    up to APC_LEVEL; above: bugcheck IRQL_NOT_GREATER_OR_EQUAL (0x9)
 * Source:  DOC wdm/ExAcquireFastMutex; OBS tests/kernel/ex/ExAcquireFastMutex.c
 */
void NTAPI ExAcquireFastMutex(FAST_MUTEX *FastMutex)
{
    KIRQL Old = KfRaiseIrql(APC_LEVEL);
    ExpAcquireMutex(FastMutex);
    FastMutex->OldIrql = Old;
}

/*
 * ExReleaseFastMutex - give it back and restore the IRQL from before ExAcquireFastMutex.
 * IRQL: APC_LEVEL. Source: DOC wdm/ExReleaseFastMutex; OBS tests/kernel/ex/ExReleaseFastMutex.c
 */
void NTAPI ExReleaseFastMutex(FAST_MUTEX *FastMutex)
{
    KIRQL Old = (KIRQL)FastMutex->OldIrql;
    ExpReleaseMutex(FastMutex);
    KfLowerIrql(Old);
}

/*
 * ExTryToAcquireFastMutex - as ExAcquireFastMutex, without waiting. FALSE: somebody has it; the
 * IRQL is as it was.
 * IRQL: up to APC_LEVEL. Source: DOC wdm/ExTryToAcquireFastMutex; OBS
 * tests/kernel/ex/ExTryToAcquireFastMutex.c
 */
BOOLEAN NTAPI ExTryToAcquireFastMutex(FAST_MUTEX *FastMutex)
{
    KIRQL Old = KfRaiseIrql(APC_LEVEL);
    if (!ExpTryMutex(FastMutex)) {
        KfLowerIrql(Old);
        return FALSE;
    }
    FastMutex->OldIrql = Old;
    return TRUE;
}

/*
 * ExAcquireFastMutexUnsafe - take it with the IRQL unchanged; the caller has seen to it that no APC
 * comes.
 * IRQL: up to APC_LEVEL. Source: DOC wdm/ExAcquireFastMutexUnsafe; OBS
 * tests/kernel/ex/ExAcquireFastMutexUnsafe.c
 */
void FASTCALL ExAcquireFastMutexUnsafe(FAST_MUTEX *FastMutex)
{
    ExpAcquireMutex(FastMutex);
}

/* ExReleaseFastMutexUnsafe - give that back. IRQL: up to APC_LEVEL. Source: DOC
 * wdm/ExReleaseFastMutexUnsafe; OBS as above. */
void FASTCALL ExReleaseFastMutexUnsafe(FAST_MUTEX *FastMutex)
{
    ExpReleaseMutex(FastMutex);
}

/* ExEnterCriticalRegionAndAcquireFastMutexUnsafe - the two in one. Source: INF from its name; OBS
 * tests/kernel/ex. */
void FASTCALL ExEnterCriticalRegionAndAcquireFastMutexUnsafe(FAST_MUTEX *FastMutex)
{
    KeEnterCriticalRegion();
    ExpAcquireMutex(FastMutex);
}

/* ExReleaseFastMutexUnsafeAndLeaveCriticalRegion - the two in one. Source: INF from its name; OBS
 * tests/kernel/ex. */
void FASTCALL ExReleaseFastMutexUnsafeAndLeaveCriticalRegion(FAST_MUTEX *FastMutex)
{
    ExpReleaseMutex(FastMutex);
    KeLeaveCriticalRegion();
}

/* ---- guarded mutexes ------------------------------------------------------------------------- */

/* KeInitializeGuardedMutex - a free one. IRQL: up to APC_LEVEL. Source: DOC
 * wdm/KeInitializeGuardedMutex; OBS tests. */
void FASTCALL KeInitializeGuardedMutex(KGUARDED_MUTEX *Mutex)
{
    FAST_MUTEX *Fast = ExpFastPart(Mutex);
    *Mutex = (KGUARDED_MUTEX){.Count = 1};
    KeInitializeEvent(&Fast->Event, SynchronizationEvent, FALSE);
}

/*
 * KeAcquireGuardedMutex - enter a guarded region and take the mutex, waiting for it. A thread that
 * has it waits for ever.
 * IRQL: up to APC_LEVEL. Source: DOC wdm/KeAcquireGuardedMutex; OBS
 * tests/kernel/ex/KeAcquireGuardedMutex.c
 */
void FASTCALL KeAcquireGuardedMutex(KGUARDED_MUTEX *Mutex)
{
    KeEnterGuardedRegion();
    ExpAcquireMutex(ExpFastPart(Mutex));
}

/* KeReleaseGuardedMutex - the reverse. IRQL: up to APC_LEVEL. Source: DOC
 * wdm/KeReleaseGuardedMutex; OBS tests. */
void FASTCALL KeReleaseGuardedMutex(KGUARDED_MUTEX *Mutex)
{
    ExpReleaseMutex(ExpFastPart(Mutex));
    KeLeaveGuardedRegion();
}

/*
 * KeTryToAcquireGuardedMutex - without waiting. FALSE: somebody has it; no guarded region was
 * entered.
 * IRQL: up to APC_LEVEL. Source: DOC wdm/KeTryToAcquireGuardedMutex; OBS
 * tests/kernel/ex/KeTryToAcquireGuardedMutex.c
 */
BOOLEAN FASTCALL KeTryToAcquireGuardedMutex(KGUARDED_MUTEX *Mutex)
{
    KeEnterGuardedRegion();
    if (ExpTryMutex(ExpFastPart(Mutex)))
        return TRUE;
    KeLeaveGuardedRegion();
    return FALSE;
}

/* KeAcquireGuardedMutexUnsafe - in a guarded region or at APC_LEVEL already. Source: DOC wdm; OBS
 * tests/kernel/ex. */
void FASTCALL KeAcquireGuardedMutexUnsafe(KGUARDED_MUTEX *Mutex)
{
    ExpAcquireMutex(ExpFastPart(Mutex));
}

/* KeReleaseGuardedMutexUnsafe - the reverse. Source: DOC wdm/KeReleaseGuardedMutexUnsafe; OBS
 * tests/kernel/ex. */
void FASTCALL KeReleaseGuardedMutexUnsafe(KGUARDED_MUTEX *Mutex)
{
    ExpReleaseMutex(ExpFastPart(Mutex));
}
