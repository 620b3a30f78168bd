/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * lock_test.h - two threads that count under one lock. The counter is read and written apart: if
 * the lock ever lets both in, counts are lost.
 */
#ifndef TESTS_KERNEL_KE_LOCK_TEST_H
#define TESTS_KERNEL_KE_LOCK_TEST_H

#include "kthread.h"

#define LOCK_TEST_ROUNDS 5000

/* In every Windows since 2003; the headers have it for a service pack later than the one we build
 * for. */
NTKERNELAPI BOOLEAN FASTCALL KeTryToAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock);

typedef struct LOCK_TEST {
    KSPIN_LOCK Lock;
    VOID (*CountOnce)(struct LOCK_TEST *Test);
    volatile LONG Count;
    KEVENT Go;
} LOCK_TEST;

static inline VOID LockTestCount(LOCK_TEST *Test)
{
    LONG Seen = Test->Count;

    YieldProcessor();
    Test->Count = Seen + 1;
}

static VOID NTAPI LockTestThread(PVOID Context)
{
    LOCK_TEST *Test = Context;
    ULONG Round;

    KtestWait(&Test->Go);
    for (Round = 0; Round < LOCK_TEST_ROUNDS; Round++)
        Test->CountOnce(Test);
}

static inline VOID LockTestRun(VOID (*CountOnce)(LOCK_TEST *Test))
{
    LOCK_TEST Test = {0};
    PVOID First, Second;

    KeInitializeSpinLock(&Test.Lock);
    KeInitializeEvent(&Test.Go, NotificationEvent, FALSE);
    Test.CountOnce = CountOnce;
    First = KtestStartThread(LockTestThread, &Test);
    Second = KtestStartThread(LockTestThread, &Test);
    KeSetEvent(&Test.Go, IO_NO_INCREMENT, FALSE);
    KtestJoinThread(First);
    KtestJoinThread(Second);
    CHECK_EQ(Test.Count, 2 * LOCK_TEST_ROUNDS);
}

/* Whether the lock is taken: a try that succeeds is undone. */
static inline BOOLEAN LockTestIsTaken(PKSPIN_LOCK Lock)
{
    KIRQL Old;
    BOOLEAN Taken;

    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    Taken = !KeTryToAcquireSpinLockAtDpcLevel(Lock);
    if (!Taken)
        KeReleaseSpinLockFromDpcLevel(Lock);
    KeLowerIrql(Old);
    return Taken;
}

#endif
