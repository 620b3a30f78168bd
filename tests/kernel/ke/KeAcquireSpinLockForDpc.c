/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeAcquireSpinLockForDpc - for a DPC that may be a threaded one: raises to DISPATCH_LEVEL if need
 * be.
 */
#include "lock_test.h"

NTKERNELAPI KIRQL FASTCALL KeAcquireSpinLockForDpc(PKSPIN_LOCK SpinLock);
NTKERNELAPI VOID FASTCALL KeReleaseSpinLockForDpc(PKSPIN_LOCK SpinLock, KIRQL OldIrql);

static VOID CheckFrom(KIRQL From)
{
    KSPIN_LOCK Lock;
    KIRQL Outer, Old, Level, Back;
    BOOLEAN Taken;

    KeInitializeSpinLock(&Lock);
    KeRaiseIrql(From, &Outer);
    Old = KeAcquireSpinLockForDpc(&Lock);
    Level = KeGetCurrentIrql();
    Taken = LockTestIsTaken(&Lock);
    KeReleaseSpinLockForDpc(&Lock, Old);
    Back = KeGetCurrentIrql();
    KeLowerIrql(Outer);
    CHECK_EQ(Level, DISPATCH_LEVEL);
    CHECK(Taken);
    CHECK_EQ(Back, From);
    CHECK(!LockTestIsTaken(&Lock));
}

TEST(KeAcquireSpinLockForDpc, WorksFromBothLevels)
{
    CheckFrom(PASSIVE_LEVEL);
    CheckFrom(DISPATCH_LEVEL);
}

static VOID CountOnce(LOCK_TEST *Test)
{
    KIRQL Old = KeAcquireSpinLockForDpc(&Test->Lock);

    LockTestCount(Test);
    KeReleaseSpinLockForDpc(&Test->Lock, Old);
}

TEST(KeReleaseSpinLockForDpc, LetsTheOtherThreadIn)
{
    LockTestRun(CountOnce);
}
