/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeReleaseSpinLock - the lock is free and the level restored.
 */
#include "lock_test.h"

TEST(KeReleaseSpinLock, FreesTheLockAndRestoresTheLevel)
{
    KSPIN_LOCK Lock;
    KIRQL Old;

    KeInitializeSpinLock(&Lock);
    KeAcquireSpinLock(&Lock, &Old);
    KeReleaseSpinLock(&Lock, Old);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    CHECK(!LockTestIsTaken(&Lock));
}

/* Two locks released in the order they were taken: the level comes down with the last. */
TEST(KeReleaseSpinLock, GoesToTheLevelGiven)
{
    KSPIN_LOCK Outer, Inner;
    KIRQL OuterOld, InnerOld, Level;

    KeInitializeSpinLock(&Outer);
    KeInitializeSpinLock(&Inner);
    KeAcquireSpinLock(&Outer, &OuterOld);
    KeAcquireSpinLock(&Inner, &InnerOld);
    KeReleaseSpinLock(&Outer, InnerOld);
    Level = KeGetCurrentIrql();
    KeReleaseSpinLock(&Inner, OuterOld);
    CHECK_EQ(Level, DISPATCH_LEVEL);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}
