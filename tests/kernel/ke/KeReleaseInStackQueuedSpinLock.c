/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeReleaseInStackQueuedSpinLock - back to the level the lock was taken at, whatever it was.
 */
#include "lock_test.h"

TEST(KeReleaseInStackQueuedSpinLock, RestoresTheLevelInTheHandle)
{
    KSPIN_LOCK Lock;
    KLOCK_QUEUE_HANDLE Handle;
    KIRQL Old, Level;

    KeInitializeSpinLock(&Lock);
    KeRaiseIrql(APC_LEVEL, &Old);
    KeAcquireInStackQueuedSpinLock(&Lock, &Handle);
    KeReleaseInStackQueuedSpinLock(&Handle);
    Level = KeGetCurrentIrql();
    KeLowerIrql(Old);
    CHECK_EQ(Level, APC_LEVEL);
}

TEST(KeReleaseInStackQueuedSpinLock, TheLockCanBeTakenAgain)
{
    KSPIN_LOCK Lock;
    KLOCK_QUEUE_HANDLE Handle;
    ULONG Round;

    KeInitializeSpinLock(&Lock);
    for (Round = 0; Round < 3; Round++) {
        KeAcquireInStackQueuedSpinLock(&Lock, &Handle);
        KeReleaseInStackQueuedSpinLock(&Handle);
    }
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}
