/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeCancelTimer - what was cancelled does not come.
 */
#include "timer_test.h"

TEST(KeCancelTimer, DoesNotCome)
{
    DPC_TEST Test;
    KTIMER Timer;

    DpcTestInitialize(&Test);
    KeInitializeTimer(&Timer);
    CHECK(!KeSetTimer(&Timer, TimerTestIn(200), &Test.Dpc));
    CHECK(KeCancelTimer(&Timer));
    CHECK(!KeCancelTimer(&Timer));
    TimerTestPass(250);
    CHECK(!KeReadStateTimer(&Timer));
    KeFlushQueuedDpcs();
    CHECK_EQ(Test.Count, 0);
}

TEST(KeCancelTimer, LeavesOthers)
{
    KTIMER Timer[3];
    ULONG Index;

    for (Index = 0; Index < 3; Index++) {
        KeInitializeTimer(&Timer[Index]);
        KeSetTimer(&Timer[Index], Index == 1 ? TimerTestMuchLater() : TimerTestIn(10), NULL);
    }
    CHECK(KeCancelTimer(&Timer[1]));
    CHECK_STATUS(KtestWait(&Timer[0]), STATUS_SUCCESS);
    CHECK_STATUS(KtestWait(&Timer[2]), STATUS_SUCCESS);
}

TEST(KeCancelTimer, LeavesTheState)
{
    KTIMER Timer;

    KeInitializeTimer(&Timer);
    KeSetTimer(&Timer, TimerTestIn(1), NULL);
    CHECK_STATUS(KtestWait(&Timer), STATUS_SUCCESS);
    CHECK(!KeCancelTimer(&Timer));
    CHECK(KeReadStateTimer(&Timer));
}
