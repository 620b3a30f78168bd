/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeAcquireSpinLockRaiseToSynch - as KeAcquireSpinLock, to SYNCH_LEVEL.
 */
#include "lock_test.h"

typedef KIRQL(FASTCALL *ACQUIRE_LOCK)(PKSPIN_LOCK SpinLock);

TEST(KeAcquireSpinLockRaiseToSynch, RaisesAndTakesTheLock)
{
    ACQUIRE_LOCK Acquire = (ACQUIRE_LOCK)KtestExport(L"KeAcquireSpinLockRaiseToSynch");
    KSPIN_LOCK Lock;
    KIRQL Old, Level, Synch;
    BOOLEAN Taken;

    if (Acquire == NULL) {
        skip("not exported here");
        return;
    }
    KeInitializeSpinLock(&Lock);
    Old = KeRaiseIrqlToSynchLevel();
    Synch = KeGetCurrentIrql();
    KeLowerIrql(Old);
    Old = Acquire(&Lock);
    Level = KeGetCurrentIrql();
    Taken = !KeTryToAcquireSpinLockAtDpcLevel(&Lock);
    KeReleaseSpinLock(&Lock, Old);
    CHECK_EQ(Old, PASSIVE_LEVEL);
    CHECK_EQ(Level, Synch);
    CHECK(Taken);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}
