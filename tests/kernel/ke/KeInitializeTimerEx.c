/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeInitializeTimerEx - a notification timer satisfies every wait, a synchronization timer one.
 */
#include "timer_test.h"
#include "wait_test.h"

TEST(KeInitializeTimerEx, SynchronizationTimerSatisfiesOneWait)
{
    KTIMER Timer;

    KeInitializeTimerEx(&Timer, SynchronizationTimer);
    KeSetTimer(&Timer, TimerTestIn(1), NULL);
    CHECK_STATUS(KtestWait(&Timer), STATUS_SUCCESS);
    CHECK(!KeReadStateTimer(&Timer));
    CHECK_STATUS(KtestPoll(&Timer), STATUS_TIMEOUT);
}

TEST(KeInitializeTimerEx, NotificationTimerReleasesAllThreads)
{
    KTIMER Timer;
    WAIT_TEST Test;
    ULONG Index;

    KeInitializeTimerEx(&Timer, NotificationTimer);
    KeSetTimer(&Timer, TimerTestIn(5), NULL);
    WaitTestStart(&Test, &Timer);
    for (Index = 0; Index < WAIT_TEST_THREADS; Index++)
        WaitTestNext(&Test);
    WaitTestEnd(&Test);
}

TEST(KeInitializeTimerEx, SynchronizationTimerReleasesOneThreadEachTime)
{
    KTIMER Timer;
    WAIT_TEST Test;
    ULONG Index;

    KeInitializeTimerEx(&Timer, SynchronizationTimer);
    WaitTestStart(&Test, &Timer);
    for (Index = 0; Index < WAIT_TEST_THREADS; Index++) {
        CHECK(!KeSetTimer(&Timer, TimerTestIn(1), NULL));
        WaitTestNext(&Test);
        CHECK_EQ(Test.Passed, Index + 1);
    }
    WaitTestEnd(&Test);
}
