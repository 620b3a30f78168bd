/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Reader-writer spin locks: bit 31 is the writer, bit 30 says that one waits and keeps new readers
 * out, the rest counts readers. A lock is free as zero; drivers declare it so.
 */
#include "ex/spinlock.h"

#define EXP_WRITER 0x80000000u
#define EXP_WRITER_WAITS 0x40000000u
#define EXP_READERS 0x3FFFFFFFu

static inline ULONG *ExpWord(EX_SPIN_LOCK *Lock)
{
    return (ULONG *)(ULONG_PTR)Lock;
}

static inline void ExpLockExclusive(EX_SPIN_LOCK *Lock)
{
    ULONG *Word = ExpWord(Lock);
    unsigned Turn = 0;
    for (;;) {
        ULONG Value = __atomic_load_n(Word, __ATOMIC_RELAXED);
        if ((Value & ~EXP_WRITER_WAITS) == 0) {
            if (__atomic_compare_exchange_n(
                    Word, &Value, EXP_WRITER, TRUE, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
                return;
            continue;
        }
        if ((Value & EXP_WRITER_WAITS) == 0)
            __atomic_fetch_or(Word, EXP_WRITER_WAITS, __ATOMIC_RELAXED);
        KiSpin(&Turn);
    }
}

static inline void ExpLockShared(EX_SPIN_LOCK *Lock)
{
    ULONG *Word = ExpWord(Lock);
    unsigned Turn = 0;
    for (;;) {
        ULONG Value = __atomic_load_n(Word, __ATOMIC_RELAXED);
        if ((Value & (EXP_WRITER | EXP_WRITER_WAITS)) == 0 &&
            __atomic_compare_exchange_n(
                Word, &Value, Value + 1, TRUE, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
            return;
        KiSpin(&Turn);
    }
}

/*
 * ExAcquireSpinLockExclusive - raise to DISPATCH_LEVEL and have the lock alone; returns the old
 * IRQL.
 * IRQL: up to DISPATCH_LEVEL. Source: DOC wdm/ExAcquireSpinLockExclusive; OBS
 * tests/kernel/ex/ExAcquireSpinLockExclusive.c
 */
KIRQL NTAPI ExAcquireSpinLockExclusive(EX_SPIN_LOCK *SpinLock)
{
    KIRQL Old = KfRaiseIrql(DISPATCH_LEVEL);
    ExpLockExclusive(SpinLock);
    return Old;
}

/* ExAcquireSpinLockExclusiveAtDpcLevel - the same, IRQL unchanged. IRQL: at least DISPATCH_LEVEL.
 * Source: DOC wdm; OBS. */
void NTAPI ExAcquireSpinLockExclusiveAtDpcLevel(EX_SPIN_LOCK *SpinLock)
{
    ExpLockExclusive(SpinLock);
}

/*
 * ExAcquireSpinLockShared - raise to DISPATCH_LEVEL and share the lock; returns the old IRQL. Not
 * twice by the same thread.
 * IRQL: up to DISPATCH_LEVEL. Source: DOC wdm/ExAcquireSpinLockShared; OBS
 * tests/kernel/ex/ExAcquireSpinLockShared.c
 */
KIRQL NTAPI ExAcquireSpinLockShared(EX_SPIN_LOCK *SpinLock)
{
    KIRQL Old = KfRaiseIrql(DISPATCH_LEVEL);
    ExpLockShared(SpinLock);
    return Old;
}

/* ExAcquireSpinLockSharedAtDpcLevel - the same, IRQL unchanged. IRQL: at least DISPATCH_LEVEL.
 * Source: DOC wdm; OBS. */
void NTAPI ExAcquireSpinLockSharedAtDpcLevel(EX_SPIN_LOCK *SpinLock)
{
    ExpLockShared(SpinLock);
}

/* ExReleaseSpinLockExclusive - the reverse; OldIrql as it was returned. IRQL: DISPATCH_LEVEL.
 * Source: DOC wdm; OBS. */
void NTAPI ExReleaseSpinLockExclusive(EX_SPIN_LOCK *SpinLock, KIRQL OldIrql)
{
    __atomic_and_fetch(ExpWord(SpinLock), ~EXP_WRITER, __ATOMIC_RELEASE);
    KfLowerIrql(OldIrql);
}

/* ExReleaseSpinLockExclusiveFromDpcLevel - IRQL unchanged. IRQL: at least DISPATCH_LEVEL. Source:
 * DOC wdm; OBS. */
void NTAPI ExReleaseSpinLockExclusiveFromDpcLevel(EX_SPIN_LOCK *SpinLock)
{
    __atomic_and_fetch(ExpWord(SpinLock), ~EXP_WRITER, __ATOMIC_RELEASE);
}

/* ExReleaseSpinLockShared - the reverse; OldIrql as it was returned. IRQL: DISPATCH_LEVEL. Source:
 * DOC wdm; OBS. */
void NTAPI ExReleaseSpinLockShared(EX_SPIN_LOCK *SpinLock, KIRQL OldIrql)
{
    __atomic_sub_fetch(ExpWord(SpinLock), 1, __ATOMIC_RELEASE);
    KfLowerIrql(OldIrql);
}

/* ExReleaseSpinLockSharedFromDpcLevel - IRQL unchanged. IRQL: at least DISPATCH_LEVEL. Source: DOC
 * wdm; OBS. */
void NTAPI ExReleaseSpinLockSharedFromDpcLevel(EX_SPIN_LOCK *SpinLock)
{
    __atomic_sub_fetch(ExpWord(SpinLock), 1, __ATOMIC_RELEASE);
}

/*
 * ExTryConvertSharedSpinLockExclusive - have alone what the thread shares with nobody. FALSE:
 * others share it; it goes on sharing.
 * IRQL: DISPATCH_LEVEL. Source: DOC wdm/ExTryConvertSharedSpinLockExclusive; OBS tests/kernel/ex
 */
LOGICAL NTAPI ExTryConvertSharedSpinLockExclusive(EX_SPIN_LOCK *SpinLock)
{
    ULONG Value = __atomic_load_n(ExpWord(SpinLock), __ATOMIC_RELAXED);
    while ((Value & EXP_READERS) == 1) {
        if (__atomic_compare_exchange_n(ExpWord(SpinLock), &Value,
                EXP_WRITER | (Value & EXP_WRITER_WAITS), TRUE, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
            return TRUE;
    }
    return FALSE;
}
