/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * mutex_test.h - threads that count under one lock, and a thread that tries to get it. The counter
 * is read and written apart: if the lock ever lets two in, counts are lost.
 */
#ifndef TESTS_KERNEL_EX_MUTEX_TEST_H
#define TESTS_KERNEL_EX_MUTEX_TEST_H

#include "kthread.h"

#define MUTEX_TEST_THREADS 3
#define MUTEX_TEST_ROUNDS 2000

typedef struct MUTEX_TEST {
    PVOID Lock;
    VOID (*Acquire)(PVOID Lock);
    VOID (*Release)(PVOID Lock);
    volatile LONG Count;
    KEVENT Go;
} MUTEX_TEST;

static VOID NTAPI MutexTestThread(PVOID Context)
{
    MUTEX_TEST *Test = Context;
    ULONG Round;

    KtestWait(&Test->Go);
    for (Round = 0; Round < MUTEX_TEST_ROUNDS; Round++) {
        LONG Seen;

        Test->Acquire(Test->Lock);
        Seen = Test->Count;
        YieldProcessor();
        Test->Count = Seen + 1;
        Test->Release(Test->Lock);
    }
}

static inline VOID MutexTestExcludes(
    PVOID Lock, VOID (*Acquire)(PVOID Lock), VOID (*Release)(PVOID Lock))
{
    MUTEX_TEST Test;
    PVOID Thread[MUTEX_TEST_THREADS];
    ULONG Index;

    Test.Lock = Lock;
    Test.Acquire = Acquire;
    Test.Release = Release;
    Test.Count = 0;
    KeInitializeEvent(&Test.Go, NotificationEvent, FALSE);
    for (Index = 0; Index < MUTEX_TEST_THREADS; Index++)
        Thread[Index] = KtestStartThread(MutexTestThread, &Test);
    KeSetEvent(&Test.Go, IO_NO_INCREMENT, FALSE);
    for (Index = 0; Index < MUTEX_TEST_THREADS; Index++)
        KtestJoinThread(Thread[Index]);
    CHECK_EQ(Test.Count, MUTEX_TEST_THREADS * MUTEX_TEST_ROUNDS);
}

/*
 * What Try says on another thread, which releases what it got. The thread is made first, at
 * PASSIVE_LEVEL; MutexTestTryNow has it try, whatever the caller holds.
 */
typedef struct MUTEX_TEST_TRY {
    PVOID Lock;
    BOOLEAN (*Try)(PVOID Lock);
    VOID (*Release)(PVOID Lock);
    KEVENT Go;
    PVOID Thread;
    BOOLEAN Got;
    KIRQL Irql;
    BOOLEAN ApcsDisabled;
} MUTEX_TEST_TRY;

static VOID NTAPI MutexTestTryThread(PVOID Context)
{
    MUTEX_TEST_TRY *Test = Context;

    KtestWait(&Test->Go);
    Test->Got = Test->Try(Test->Lock);
    if (Test->Got)
        Test->Release(Test->Lock);
    Test->Irql = KeGetCurrentIrql();
    Test->ApcsDisabled = KeAreApcsDisabled();
}

static inline VOID MutexTestTryPrepare(
    MUTEX_TEST_TRY *Test, PVOID Lock, BOOLEAN (*Try)(PVOID Lock), VOID (*Release)(PVOID Lock))
{
    RtlZeroMemory(Test, sizeof(*Test));
    Test->Lock = Lock;
    Test->Try = Try;
    Test->Release = Release;
    KeInitializeEvent(&Test->Go, NotificationEvent, FALSE);
    Test->Thread = KtestStartThread(MutexTestTryThread, Test);
}

static inline BOOLEAN MutexTestTryNow(MUTEX_TEST_TRY *Test)
{
    KeSetEvent(&Test->Go, IO_NO_INCREMENT, FALSE);
    KtestJoinThread(Test->Thread);
    CHECK_EQ(Test->Irql, PASSIVE_LEVEL);
    CHECK(!Test->ApcsDisabled);
    return Test->Got;
}

/* The same for a caller at PASSIVE_LEVEL. */
static inline BOOLEAN MutexTestTry(
    PVOID Lock, BOOLEAN (*Try)(PVOID Lock), VOID (*Release)(PVOID Lock))
{
    MUTEX_TEST_TRY Test;

    MutexTestTryPrepare(&Test, Lock, Try, Release);
    return MutexTestTryNow(&Test);
}

#endif
