/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeAcquireSpinLockAtDpcLevel - the level stays as it is.
 */
#include "lock_test.h"

TEST(KeAcquireSpinLockAtDpcLevel, TakesTheLockAndKeepsTheLevel)
{
    KSPIN_LOCK Lock;
    KIRQL Old, Level;
    BOOLEAN Taken;

    KeInitializeSpinLock(&Lock);
    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    KeAcquireSpinLockAtDpcLevel(&Lock);
    Level = KeGetCurrentIrql();
    Taken = LockTestIsTaken(&Lock);
    KeReleaseSpinLockFromDpcLevel(&Lock);
    KeLowerIrql(Old);
    CHECK_EQ(Level, DISPATCH_LEVEL);
    CHECK(Taken);
}

static VOID CountOnce(LOCK_TEST *Test)
{
    KIRQL Old;

    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    KeAcquireSpinLockAtDpcLevel(&Test->Lock);
    LockTestCount(Test);
    KeReleaseSpinLockFromDpcLevel(&Test->Lock);
    KeLowerIrql(Old);
}

TEST(KeAcquireSpinLockAtDpcLevel, KeepsTheOtherThreadOut)
{
    LockTestRun(CountOnce);
}

/* The two families work on the same lock. */
static VOID CountEitherWay(LOCK_TEST *Test)
{
    KIRQL Old;

    if (Test->Count & 1) {
        CountOnce(Test);
        return;
    }
    KeAcquireSpinLock(&Test->Lock, &Old);
    LockTestCount(Test);
    KeReleaseSpinLock(&Test->Lock, Old);
}

TEST(KeAcquireSpinLockAtDpcLevel, ExcludesThoseThatRaise)
{
    LockTestRun(CountEitherWay);
}
