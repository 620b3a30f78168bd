/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Rundown protection. The word is twice the number of users; or it has EX_RUNDOWN_ACTIVE, which
 * lets no more in, and then above that bit is zero or the address of what the owner waits with,
 * where the users there still are count themselves down.
 *
 * The cache-aware form is opaque to drivers; here it holds one such word.
 */
#include "ex/rundown.h"

typedef struct EXP_RUNDOWN_WAIT {
    ULONG_PTR Count; /* users that have not left yet; atomic */
    KEVENT Left;
} EXP_RUNDOWN_WAIT;

struct _EX_RUNDOWN_REF_CACHE_AWARE {
    EX_RUNDOWN_REF Ref;
};

static inline EXP_RUNDOWN_WAIT *ExpRundownWait(ULONG_PTR Value)
{
    return (EXP_RUNDOWN_WAIT *)(Value & ~(ULONG_PTR)EX_RUNDOWN_ACTIVE);
}

static inline BOOLEAN ExpEnter(EX_RUNDOWN_REF *Ref, ULONG Count)
{
    ULONG_PTR Value = __atomic_load_n(&Ref->Count, __ATOMIC_RELAXED);
    do {
        if (Value & EX_RUNDOWN_ACTIVE)
            return FALSE;
    } while (!__atomic_compare_exchange_n(&Ref->Count, &Value,
        Value + (ULONG_PTR)Count * EX_RUNDOWN_COUNT_INC, TRUE, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED));
    return TRUE;
}

static inline void ExpLeave(EX_RUNDOWN_REF *Ref, ULONG Count)
{
    ULONG_PTR Value = __atomic_load_n(&Ref->Count, __ATOMIC_ACQUIRE);
    do {
        if (Value & EX_RUNDOWN_ACTIVE) {
            EXP_RUNDOWN_WAIT *Wait = ExpRundownWait(Value);
            if (__atomic_sub_fetch(&Wait->Count, Count, __ATOMIC_ACQ_REL) == 0)
                KeSetEvent(&Wait->Left, 0, FALSE);
            return;
        }
    } while (!__atomic_compare_exchange_n(&Ref->Count, &Value,
        Value - (ULONG_PTR)Count * EX_RUNDOWN_COUNT_INC, TRUE, __ATOMIC_RELEASE, __ATOMIC_ACQUIRE));
}

/*
 * ExInitializeRundownProtection - nobody is in, everybody may. IRQL: up to APC_LEVEL.
 * Source: DOC ntddk/ExInitializeRundownProtection; OBS
 * tests/kernel/ex/ExInitializeRundownProtection.c
 */
void FASTCALL ExInitializeRundownProtection(EX_RUNDOWN_REF *RunRef)
{
    RunRef->Count = 0;
}

/*
 * ExReInitializeRundownProtection - open again after the rundown is complete. IRQL: up to
 * APC_LEVEL.
 * Source: DOC ntddk/ExReInitializeRundownProtection; OBS
 * tests/kernel/ex/ExReInitializeRundownProtection.c
 */
void FASTCALL ExReInitializeRundownProtection(EX_RUNDOWN_REF *RunRef)
{
    __atomic_store_n(&RunRef->Count, 0, __ATOMIC_RELEASE);
}

/*
 * ExAcquireRundownProtection - come in. FALSE: it is being taken down, or was. IRQL: up to
 * DISPATCH_LEVEL.
 * Source: DOC ntddk/ExAcquireRundownProtection; OBS tests/kernel/ex/ExAcquireRundownProtection.c
 */
BOOLEAN FASTCALL ExAcquireRundownProtection(EX_RUNDOWN_REF *RunRef)
{
    return ExpEnter(RunRef, 1);
}

/* ExAcquireRundownProtectionEx - Count times, or not at all. IRQL: up to DISPATCH_LEVEL. Source:
 * DOC ntddk; OBS tests. */
BOOLEAN FASTCALL ExAcquireRundownProtectionEx(EX_RUNDOWN_REF *RunRef, ULONG Count)
{
    return ExpEnter(RunRef, Count);
}

/* ExReleaseRundownProtection - go out again. IRQL: up to DISPATCH_LEVEL. Source: DOC ntddk; OBS
 * tests. */
void FASTCALL ExReleaseRundownProtection(EX_RUNDOWN_REF *RunRef)
{
    ExpLeave(RunRef, 1);
}

/* ExReleaseRundownProtectionEx - Count times. IRQL: up to DISPATCH_LEVEL. Source: DOC ntddk; OBS
 * tests. */
void FASTCALL ExReleaseRundownProtectionEx(EX_RUNDOWN_REF *RunRef, ULONG Count)
{
    ExpLeave(RunRef, Count);
}

/*
 * ExRundownCompleted - from now on it is down: a wait returns at once. IRQL: up to APC_LEVEL.
 * Source: DOC ntddk/ExRundownCompleted; OBS tests/kernel/ex/ExRundownCompleted.c
 */
void FASTCALL ExRundownCompleted(EX_RUNDOWN_REF *RunRef)
{
    __atomic_store_n(&RunRef->Count, EX_RUNDOWN_ACTIVE, __ATOMIC_RELEASE);
}

/*
 * ExWaitForRundownProtectionRelease - let nobody in any more and wait until those that are in have
 * left. Returns at once when that was done before. One caller at a time.
 *
 * IRQL:    up to APC_LEVEL
 * Source:  DOC ntddk/ExWaitForRundownProtectionRelease; OBS
 *          tests/kernel/ex/ExWaitForRundownProtectionRelease.c
 */
void FASTCALL ExWaitForRundownProtectionRelease(EX_RUNDOWN_REF *RunRef)
{
    EXP_RUNDOWN_WAIT Wait;
    ULONG_PTR Value = __atomic_load_n(&RunRef->Count, __ATOMIC_ACQUIRE), New;
    KeInitializeEvent(&Wait.Left, SynchronizationEvent, FALSE);
    do {
        if (Value & EX_RUNDOWN_ACTIVE)
            return;
        Wait.Count = Value >> EX_RUNDOWN_COUNT_SHIFT;
        New = Wait.Count == 0 ? EX_RUNDOWN_ACTIVE : (ULONG_PTR)&Wait | EX_RUNDOWN_ACTIVE;
    } while (!__atomic_compare_exchange_n(
        &RunRef->Count, &Value, New, FALSE, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE));
    if (Value == 0)
        return;
    KeWaitForSingleObject(&Wait.Left, WrRundown, KernelMode, FALSE, NULL);
    __atomic_store_n(&RunRef->Count, EX_RUNDOWN_ACTIVE, __ATOMIC_RELEASE);
}

/* ---- the cache-aware form -------------------------------------------------------------------- */

/*
 * ExAllocateCacheAwareRundownProtection - one that many processors may use at once.
 * IRQL: up to APC_LEVEL. Returns: NULL: no memory. Owner: driver;
 * ExFreeCacheAwareRundownProtection.
 * Source: DOC ntddk/ExAllocateCacheAwareRundownProtection; OBS
 * tests/kernel/ex/ExAllocateCacheAwareRundownProtection.c
 */
EX_RUNDOWN_REF_CACHE_AWARE *NTAPI ExAllocateCacheAwareRundownProtection(
    POOL_TYPE PoolType, ULONG PoolTag)
{
    return ExiAllocateZero(
        PoolType & PagedPool, sizeof(EX_RUNDOWN_REF_CACHE_AWARE), PoolTag, EX_CALLER);
}

/* ExFreeCacheAwareRundownProtection - the reverse. IRQL: up to APC_LEVEL. Source: DOC ntddk; OBS as
 * above. */
void NTAPI ExFreeCacheAwareRundownProtection(EX_RUNDOWN_REF_CACHE_AWARE *RunRefCacheAware)
{
    ExiFree(RunRefCacheAware);
}

/* ExSizeOfRundownProtectionCacheAware - bytes for one in the driver's own memory. IRQL: up to
 * APC_LEVEL. Source: DOC ntddk; OBS. */
SIZE_T NTAPI ExSizeOfRundownProtectionCacheAware(void)
{
    return sizeof(EX_RUNDOWN_REF_CACHE_AWARE);
}

/* ExInitializeRundownProtectionCacheAware - one in the driver's own memory. IRQL: up to APC_LEVEL.
 * Source: DOC ntddk; OBS. */
void NTAPI ExInitializeRundownProtectionCacheAware(
    EX_RUNDOWN_REF_CACHE_AWARE *RunRefCacheAware, SIZE_T RunRefSize)
{
    (void)RunRefSize;
    RunRefCacheAware->Ref.Count = 0;
}

/*
 * ExInitializeRundownProtectionCacheAwareEx - one in the driver's own memory, of
 * ExSizeOfRundownProtectionCacheAware bytes.
 * Flags: 0; others have no effect. IRQL: up to APC_LEVEL. Source: DOC ntddk; INF Flags; OBS as
 * above.
 */
void NTAPI ExInitializeRundownProtectionCacheAwareEx(
    EX_RUNDOWN_REF_CACHE_AWARE *RunRefCacheAware, ULONG Flags)
{
    (void)Flags;
    ExInitializeRundownProtectionCacheAware(RunRefCacheAware, sizeof(*RunRefCacheAware));
}

/* The rest is as the plain form's, each. Source: DOC ntddk, page of the same name; OBS as above. */
BOOLEAN FASTCALL ExAcquireRundownProtectionCacheAware(EX_RUNDOWN_REF_CACHE_AWARE *RunRef)
{
    return ExpEnter(&RunRef->Ref, 1);
}

BOOLEAN FASTCALL ExAcquireRundownProtectionCacheAwareEx(
    EX_RUNDOWN_REF_CACHE_AWARE *RunRef, ULONG Count)
{
    return ExpEnter(&RunRef->Ref, Count);
}

void FASTCALL ExReleaseRundownProtectionCacheAware(EX_RUNDOWN_REF_CACHE_AWARE *RunRef)
{
    ExpLeave(&RunRef->Ref, 1);
}

void FASTCALL ExReleaseRundownProtectionCacheAwareEx(
    EX_RUNDOWN_REF_CACHE_AWARE *RunRef, ULONG Count)
{
    ExpLeave(&RunRef->Ref, Count);
}

void FASTCALL ExRundownCompletedCacheAware(EX_RUNDOWN_REF_CACHE_AWARE *RunRef)
{
    ExRundownCompleted(&RunRef->Ref);
}

void FASTCALL ExReInitializeRundownProtectionCacheAware(EX_RUNDOWN_REF_CACHE_AWARE *RunRef)
{
    ExReInitializeRundownProtection(&RunRef->Ref);
}

void FASTCALL ExWaitForRundownProtectionReleaseCacheAware(EX_RUNDOWN_REF_CACHE_AWARE *RunRef)
{
    ExWaitForRundownProtectionRelease(&RunRef->Ref);
}
