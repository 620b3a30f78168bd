/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeReleaseInStackQueuedSpinLockFromDpcLevel - the lock is free; the level stays.
 */
#include "lock_test.h"

TEST(KeReleaseInStackQueuedSpinLockFromDpcLevel, KeepsTheLevel)
{
    KSPIN_LOCK Lock;
    KLOCK_QUEUE_HANDLE Handle;
    KIRQL Old, Level;
    ULONG Round;

    KeInitializeSpinLock(&Lock);
    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    for (Round = 0; Round < 3; Round++) {
        KeAcquireInStackQueuedSpinLockAtDpcLevel(&Lock, &Handle);
        KeReleaseInStackQueuedSpinLockFromDpcLevel(&Handle);
    }
    Level = KeGetCurrentIrql();
    KeLowerIrql(Old);
    CHECK_EQ(Level, DISPATCH_LEVEL);
}
