/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeReleaseSpinLockFromDpcLevel - the lock is free; the level stays.
 */
#include "lock_test.h"

TEST(KeReleaseSpinLockFromDpcLevel, FreesTheLockAndKeepsTheLevel)
{
    KSPIN_LOCK Lock;
    KIRQL Old, Level;

    KeInitializeSpinLock(&Lock);
    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    KeAcquireSpinLockAtDpcLevel(&Lock);
    KeReleaseSpinLockFromDpcLevel(&Lock);
    Level = KeGetCurrentIrql();
    KeLowerIrql(Old);
    CHECK_EQ(Level, DISPATCH_LEVEL);
    CHECK(!LockTestIsTaken(&Lock));
}
