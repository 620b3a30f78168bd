/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeAcquireSpinLockRaiseToDpc - what KeAcquireSpinLock of the DDK calls.
 */
#include "lock_test.h"

TEST(KeAcquireSpinLockRaiseToDpc, RaisesAndReturnsTheLevelBefore)
{
    KSPIN_LOCK Lock;
    KIRQL Old, Level;
    BOOLEAN Taken;

    KeInitializeSpinLock(&Lock);
    KeAcquireSpinLock(&Lock, &Old);
    Level = KeGetCurrentIrql();
    Taken = LockTestIsTaken(&Lock);
    KeReleaseSpinLock(&Lock, Old);
    CHECK_EQ(Old, PASSIVE_LEVEL);
    CHECK_EQ(Level, DISPATCH_LEVEL);
    CHECK(Taken);
}

TEST(KeAcquireSpinLockRaiseToDpc, WorksAtDispatchLevel)
{
    KSPIN_LOCK Lock;
    KIRQL Outer, Old;

    KeInitializeSpinLock(&Lock);
    KeRaiseIrql(DISPATCH_LEVEL, &Outer);
    KeAcquireSpinLock(&Lock, &Old);
    KeReleaseSpinLock(&Lock, Old);
    KeLowerIrql(Outer);
    CHECK_EQ(Old, DISPATCH_LEVEL);
}

static VOID CountOnce(LOCK_TEST *Test)
{
    KIRQL Old;

    KeAcquireSpinLock(&Test->Lock, &Old);
    LockTestCount(Test);
    KeReleaseSpinLock(&Test->Lock, Old);
}

TEST(KeAcquireSpinLockRaiseToDpc, KeepsTheOtherThreadOut)
{
    LockTestRun(CountOnce);
}
