/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeTestSpinLock - whether the lock is free at this moment.
 */
#include "lock_test.h"

NTKERNELAPI BOOLEAN FASTCALL KeTestSpinLock(PKSPIN_LOCK SpinLock);

TEST(KeTestSpinLock, TellsFreeFromTaken)
{
    KSPIN_LOCK Lock;
    KIRQL Old;
    BOOLEAN Before, Taken, After;

    KeInitializeSpinLock(&Lock);
    Before = KeTestSpinLock(&Lock);
    KeAcquireSpinLock(&Lock, &Old);
    Taken = KeTestSpinLock(&Lock);
    KeReleaseSpinLock(&Lock, Old);
    After = KeTestSpinLock(&Lock);
    CHECK(Before);
    CHECK(!Taken);
    CHECK(After);
}
