/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeInitializeMutex - free, and whoever waits owns it.
 */
#include "kthread.h"

TEST(KeInitializeMutex, TheMutexIsFree)
{
    KMUTEX Mutex;

    KeInitializeMutex(&Mutex, 0);
    CHECK_EQ(KeReadStateMutex(&Mutex), 1);
    CHECK_STATUS(KtestPoll(&Mutex), STATUS_SUCCESS);
    CHECK_EQ(KeReleaseMutex(&Mutex, FALSE), 0);
}

TEST(KeInitializeMutex, TheOwnerCanWaitAgain)
{
    KMUTEX Mutex;

    KeInitializeMutex(&Mutex, 0);
    CHECK_STATUS(KtestPoll(&Mutex), STATUS_SUCCESS);
    CHECK_STATUS(KtestPoll(&Mutex), STATUS_SUCCESS);
    CHECK_STATUS(KtestWait(&Mutex), STATUS_SUCCESS);
    CHECK(KeReleaseMutex(&Mutex, FALSE) != 0);
    CHECK(KeReleaseMutex(&Mutex, FALSE) != 0);
    CHECK_EQ(KeReleaseMutex(&Mutex, FALSE), 0);
    CHECK_EQ(KeReadStateMutex(&Mutex), 1);
}

/* Normal kernel APCs wait as long as the thread owns it. */
TEST(KeInitializeMutex, OwningItIsACriticalRegion)
{
    KMUTEX Mutex;
    BOOLEAN Before, Owned, Twice, Once, After;

    KeInitializeMutex(&Mutex, 0);
    Before = KeAreApcsDisabled();
    KtestPoll(&Mutex);
    Owned = KeAreApcsDisabled();
    KtestPoll(&Mutex);
    Twice = KeAreApcsDisabled();
    KeReleaseMutex(&Mutex, FALSE);
    Once = KeAreApcsDisabled();
    KeReleaseMutex(&Mutex, FALSE);
    After = KeAreApcsDisabled();
    CHECK(Owned);
    CHECK(Twice);
    CHECK(Once);
    CHECK_EQ(After, Before);
}

typedef struct MUTEX_TEST {
    KMUTEX Mutex;
    KEVENT Owned;   /* the thread has it */
    KEVENT Release; /* the thread is to give it back */
    volatile LONG Count;
} MUTEX_TEST;

static VOID NTAPI OwnerThread(PVOID Context)
{
    MUTEX_TEST *Test = Context;

    KtestWait(&Test->Mutex);
    KeSetEvent(&Test->Owned, IO_NO_INCREMENT, FALSE);
    KtestWait(&Test->Release);
    KeReleaseMutex(&Test->Mutex, FALSE);
}

TEST(KeInitializeMutex, AnotherThreadHasToWait)
{
    MUTEX_TEST Test;
    PVOID Thread;

    KeInitializeMutex(&Test.Mutex, 0);
    KeInitializeEvent(&Test.Owned, NotificationEvent, FALSE);
    KeInitializeEvent(&Test.Release, NotificationEvent, FALSE);
    Thread = KtestStartThread(OwnerThread, &Test);
    if (Thread == NULL)
        return;
    CHECK_STATUS(KtestWait(&Test.Owned), STATUS_SUCCESS);
    CHECK(KeReadStateMutex(&Test.Mutex) != 1);
    CHECK_STATUS(KtestPoll(&Test.Mutex), STATUS_TIMEOUT);
    KeSetEvent(&Test.Release, IO_NO_INCREMENT, FALSE);
    CHECK_STATUS(KtestWait(&Test.Mutex), STATUS_SUCCESS);
    CHECK_EQ(KeReleaseMutex(&Test.Mutex, FALSE), 0);
    KtestJoinThread(Thread);
}

#define MUTEX_ROUNDS 2000

static VOID NTAPI CountingThread(PVOID Context)
{
    MUTEX_TEST *Test = Context;
    ULONG Round;

    for (Round = 0; Round < MUTEX_ROUNDS; Round++) {
        LONG Seen;

        KtestWait(&Test->Mutex);
        Seen = Test->Count;
        YieldProcessor();
        Test->Count = Seen + 1;
        KeReleaseMutex(&Test->Mutex, FALSE);
    }
}

TEST(KeInitializeMutex, OneThreadAtATime)
{
    MUTEX_TEST Test;
    PVOID First, Second;

    KeInitializeMutex(&Test.Mutex, 0);
    Test.Count = 0;
    First = KtestStartThread(CountingThread, &Test);
    Second = KtestStartThread(CountingThread, &Test);
    KtestJoinThread(First);
    KtestJoinThread(Second);
    CHECK_EQ(Test.Count, 2 * MUTEX_ROUNDS);
}
