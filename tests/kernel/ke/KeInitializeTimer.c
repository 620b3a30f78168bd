/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeInitializeTimer - a notification timer that is not set.
 */
#include "timer_test.h"

TEST(KeInitializeTimer, IsNeitherSetNorSignalled)
{
    KTIMER Timer;

    RtlFillMemory(&Timer, sizeof(Timer), 0xAA);
    KeInitializeTimer(&Timer);
    CHECK(!KeReadStateTimer(&Timer));
    CHECK(!KeCancelTimer(&Timer));
    CHECK_STATUS(KtestPoll(&Timer), STATUS_TIMEOUT);
}

TEST(KeInitializeTimer, StaysSignalled)
{
    KTIMER Timer;

    KeInitializeTimer(&Timer);
    KeSetTimer(&Timer, TimerTestIn(1), NULL);
    CHECK_STATUS(KtestWait(&Timer), STATUS_SUCCESS);
    CHECK_STATUS(KtestPoll(&Timer), STATUS_SUCCESS);
    CHECK(KeReadStateTimer(&Timer));
}
