/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeTryToAcquireSpinLockAtDpcLevel - takes a free lock, and only a free one.
 */
#include "lock_test.h"

TEST(KeTryToAcquireSpinLockAtDpcLevel, TakesAFreeLock)
{
    KSPIN_LOCK Lock;
    KIRQL Old, Level;
    BOOLEAN First, Second, Third;

    KeInitializeSpinLock(&Lock);
    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    First = KeTryToAcquireSpinLockAtDpcLevel(&Lock);
    Second = KeTryToAcquireSpinLockAtDpcLevel(&Lock);
    Level = KeGetCurrentIrql();
    KeReleaseSpinLockFromDpcLevel(&Lock);
    Third = KeTryToAcquireSpinLockAtDpcLevel(&Lock);
    if (Third)
        KeReleaseSpinLockFromDpcLevel(&Lock);
    KeLowerIrql(Old);
    CHECK(First);
    CHECK(!Second);
    CHECK(Third);
    CHECK_EQ(Level, DISPATCH_LEVEL);
}

static VOID CountOnce(LOCK_TEST *Test)
{
    KIRQL Old;

    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    while (!KeTryToAcquireSpinLockAtDpcLevel(&Test->Lock))
        YieldProcessor();
    LockTestCount(Test);
    KeReleaseSpinLockFromDpcLevel(&Test->Lock);
    KeLowerIrql(Old);
}

TEST(KeTryToAcquireSpinLockAtDpcLevel, KeepsTheOtherThreadOut)
{
    LockTestRun(CountOnce);
}
