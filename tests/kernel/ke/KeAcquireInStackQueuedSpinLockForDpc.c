/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeAcquireInStackQueuedSpinLockForDpc - the same with a queue handle.
 */
#include "lock_test.h"

NTKERNELAPI VOID FASTCALL KeAcquireInStackQueuedSpinLockForDpc(PKSPIN_LOCK SpinLock,
                                                               PKLOCK_QUEUE_HANDLE LockHandle);
NTKERNELAPI VOID FASTCALL KeReleaseInStackQueuedSpinLockForDpc(PKLOCK_QUEUE_HANDLE LockHandle);

static VOID CheckFrom(KIRQL From)
{
    KSPIN_LOCK Lock;
    KLOCK_QUEUE_HANDLE Handle;
    KIRQL Outer, Level, Back;

    KeInitializeSpinLock(&Lock);
    KeRaiseIrql(From, &Outer);
    KeAcquireInStackQueuedSpinLockForDpc(&Lock, &Handle);
    Level = KeGetCurrentIrql();
    KeReleaseInStackQueuedSpinLockForDpc(&Handle);
    Back = KeGetCurrentIrql();
    KeLowerIrql(Outer);
    CHECK_EQ(Level, DISPATCH_LEVEL);
    CHECK_EQ(Back, From);
}

TEST(KeAcquireInStackQueuedSpinLockForDpc, WorksFromBothLevels)
{
    CheckFrom(PASSIVE_LEVEL);
    CheckFrom(DISPATCH_LEVEL);
}

static VOID CountOnce(LOCK_TEST *Test)
{
    KLOCK_QUEUE_HANDLE Handle;

    KeAcquireInStackQueuedSpinLockForDpc(&Test->Lock, &Handle);
    LockTestCount(Test);
    KeReleaseInStackQueuedSpinLockForDpc(&Handle);
}

TEST(KeReleaseInStackQueuedSpinLockForDpc, LetsTheOtherThreadIn)
{
    LockTestRun(CountOnce);
}
