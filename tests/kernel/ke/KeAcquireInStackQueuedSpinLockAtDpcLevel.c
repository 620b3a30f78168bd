/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeAcquireInStackQueuedSpinLockAtDpcLevel - the level stays as it is.
 */
#include "lock_test.h"

TEST(KeAcquireInStackQueuedSpinLockAtDpcLevel, KeepsTheLevel)
{
    KSPIN_LOCK Lock;
    KLOCK_QUEUE_HANDLE Handle;
    KIRQL Old, Level;

    KeInitializeSpinLock(&Lock);
    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    KeAcquireInStackQueuedSpinLockAtDpcLevel(&Lock, &Handle);
    Level = KeGetCurrentIrql();
    KeReleaseInStackQueuedSpinLockFromDpcLevel(&Handle);
    KeLowerIrql(Old);
    CHECK_EQ(Level, DISPATCH_LEVEL);
}

static VOID CountOnce(LOCK_TEST *Test)
{
    KLOCK_QUEUE_HANDLE Handle;
    KIRQL Old;

    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    KeAcquireInStackQueuedSpinLockAtDpcLevel(&Test->Lock, &Handle);
    LockTestCount(Test);
    KeReleaseInStackQueuedSpinLockFromDpcLevel(&Handle);
    KeLowerIrql(Old);
}

TEST(KeAcquireInStackQueuedSpinLockAtDpcLevel, KeepsTheOtherThreadOut)
{
    LockTestRun(CountOnce);
}

/* Its sibling that raises takes the same lock. */
static VOID CountEitherWay(LOCK_TEST *Test)
{
    KLOCK_QUEUE_HANDLE Handle;

    if (Test->Count & 1) {
        CountOnce(Test);
        return;
    }
    KeAcquireInStackQueuedSpinLock(&Test->Lock, &Handle);
    LockTestCount(Test);
    KeReleaseInStackQueuedSpinLock(&Handle);
}

TEST(KeAcquireInStackQueuedSpinLockAtDpcLevel, ExcludesThoseThatRaise)
{
    LockTestRun(CountEitherWay);
}
