/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeSetCoalescableTimer - a timer that may be late.
 */
#include "timer_test.h"

typedef BOOLEAN(NTAPI *SET_COALESCABLE)(
    PKTIMER Timer, LARGE_INTEGER Due, ULONG Period, ULONG Delay, PKDPC Dpc);

TEST(KeSetCoalescableTimer, ComesNotTooEarly)
{
    SET_COALESCABLE Set = (SET_COALESCABLE)(ULONG_PTR)KtestExport(L"KeSetCoalescableTimer");
    LONGLONG Start = TimeTestNow();
    DPC_TEST Test;
    KTIMER Timer;

    if (Set == NULL) {
        skip("newer than this Windows");
        return;
    }
    DpcTestInitialize(&Test);
    KeInitializeTimerEx(&Timer, SynchronizationTimer);
    CHECK(!Set(&Timer, TimerTestIn(20), 0, 5, &Test.Dpc));
    CHECK_STATUS(KtestWait(&Timer), STATUS_SUCCESS);
    CHECK(TimeTestHasPassed(Start, 20 * TIME_TEST_MILLISECOND));
    CHECK_STATUS(KtestWait(&Test.Ran), STATUS_SUCCESS);
    CHECK(!KeCancelTimer(&Timer));
    KeFlushQueuedDpcs();
}

TEST(KeSetCoalescableTimer, WithPeriod)
{
    SET_COALESCABLE Set = (SET_COALESCABLE)(ULONG_PTR)KtestExport(L"KeSetCoalescableTimer");
    KTIMER Timer;
    ULONG Round;

    if (Set == NULL) {
        skip("newer than this Windows");
        return;
    }
    KeInitializeTimerEx(&Timer, SynchronizationTimer);
    CHECK(!Set(&Timer, TimerTestIn(1), 50, 10, NULL));
    for (Round = 0; Round < 3; Round++)
        CHECK_STATUS(KtestWait(&Timer), STATUS_SUCCESS);
    CHECK(KeCancelTimer(&Timer));
}
