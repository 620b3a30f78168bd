/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeReadStateTimer - whether it is signalled; reading changes nothing.
 */
#include "timer_test.h"

TEST(KeReadStateTimer, FollowsTheTimer)
{
    KTIMER Timer;

    KeInitializeTimerEx(&Timer, SynchronizationTimer);
    CHECK(!KeReadStateTimer(&Timer));
    KeSetTimer(&Timer, TimerTestMuchLater(), NULL);
    CHECK(!KeReadStateTimer(&Timer));
    KeSetTimer(&Timer, TimerTestIn(1), NULL);
    TimerTestPass(60);
    CHECK(KeReadStateTimer(&Timer));
    CHECK(KeReadStateTimer(&Timer));
    CHECK_STATUS(KtestPoll(&Timer), STATUS_SUCCESS);
    CHECK(!KeReadStateTimer(&Timer));
}
