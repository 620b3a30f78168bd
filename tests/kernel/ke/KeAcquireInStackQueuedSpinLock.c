/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeAcquireInStackQueuedSpinLock - the level before is kept in the handle.
 */
#include "lock_test.h"

TEST(KeAcquireInStackQueuedSpinLock, RaisesTheLevel)
{
    KSPIN_LOCK Lock;
    KLOCK_QUEUE_HANDLE Handle;
    KIRQL Level;

    KeInitializeSpinLock(&Lock);
    KeAcquireInStackQueuedSpinLock(&Lock, &Handle);
    Level = KeGetCurrentIrql();
    KeReleaseInStackQueuedSpinLock(&Handle);
    CHECK_EQ(Level, DISPATCH_LEVEL);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

static VOID CountOnce(LOCK_TEST *Test)
{
    KLOCK_QUEUE_HANDLE Handle;

    KeAcquireInStackQueuedSpinLock(&Test->Lock, &Handle);
    LockTestCount(Test);
    KeReleaseInStackQueuedSpinLock(&Handle);
}

TEST(KeAcquireInStackQueuedSpinLock, KeepsTheOtherThreadOut)
{
    LockTestRun(CountOnce);
}
