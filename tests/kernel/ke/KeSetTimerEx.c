/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeSetTimerEx - comes again every period until it is cancelled.
 */
#include "timer_test.h"

TEST(KeSetTimerEx, ComesAgain)
{
    LONGLONG Start = TimeTestNow();
    KTIMER Timer;
    ULONG Round;

    KeInitializeTimerEx(&Timer, SynchronizationTimer);
    CHECK(!KeSetTimerEx(&Timer, TimerTestIn(5), 10, NULL));
    for (Round = 0; Round < 4; Round++)
        CHECK_STATUS(KtestWait(&Timer), STATUS_SUCCESS);
    CHECK(TimeTestHasPassed(Start, 35 * TIME_TEST_MILLISECOND));
    CHECK(KeCancelTimer(&Timer));
    CHECK(!KeCancelTimer(&Timer));
}

TEST(KeSetTimerEx, WithoutPeriodComesOnce)
{
    KTIMER Timer;

    KeInitializeTimerEx(&Timer, SynchronizationTimer);
    CHECK(!KeSetTimerEx(&Timer, TimerTestIn(1), 0, NULL));
    CHECK_STATUS(KtestWait(&Timer), STATUS_SUCCESS);
    CHECK(!KeCancelTimer(&Timer));
    TimerTestPass(30);
    CHECK_STATUS(KtestPoll(&Timer), STATUS_TIMEOUT);
}

#define PERIODS 5

typedef struct PERIODIC {
    KTIMER Timer;
    KDPC Dpc;
    KSEMAPHORE Came;
} PERIODIC;

static VOID NTAPI PeriodicRoutine(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
    PERIODIC *Periodic = Context;

    UNREFERENCED_PARAMETER(Dpc);
    UNREFERENCED_PARAMETER(Argument1);
    UNREFERENCED_PARAMETER(Argument2);
    KeReleaseSemaphore(&Periodic->Came, IO_NO_INCREMENT, 1, FALSE);
}

TEST(KeSetTimerEx, QueuesItsDpcEachTime)
{
    PERIODIC Periodic;
    LARGE_INTEGER Now;
    ULONG Round;

    KeInitializeTimer(&Periodic.Timer);
    KeInitializeDpc(&Periodic.Dpc, PeriodicRoutine, &Periodic);
    KeInitializeSemaphore(&Periodic.Came, 0, MAXLONG);
    Now.QuadPart = 0;
    CHECK(!KeSetTimerEx(&Periodic.Timer, Now, 1, &Periodic.Dpc));
    for (Round = 0; Round < PERIODS; Round++)
        CHECK_STATUS(KtestWait(&Periodic.Came), STATUS_SUCCESS);
    CHECK(KeCancelTimer(&Periodic.Timer));
    KeRemoveQueueDpc(&Periodic.Dpc);
    KeFlushQueuedDpcs();
    while (KtestPoll(&Periodic.Came) == STATUS_SUCCESS)
        continue;
    TimerTestPass(20);
    CHECK_STATUS(KtestPoll(&Periodic.Came), STATUS_TIMEOUT);
}

TEST(KeSetTimerEx, PeriodicIsSetBetweenItsTimes)
{
    KTIMER Timer;
    LARGE_INTEGER Now;

    KeInitializeTimer(&Timer);
    Now.QuadPart = 0;
    CHECK(!KeSetTimerEx(&Timer, Now, 3600 * 1000, NULL));
    CHECK_STATUS(KtestWait(&Timer), STATUS_SUCCESS);
    CHECK(KeSetTimer(&Timer, TimerTestMuchLater(), NULL));
    CHECK(KeCancelTimer(&Timer));
}
