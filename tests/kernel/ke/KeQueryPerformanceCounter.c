/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeQueryPerformanceCounter - a counter that never goes back, and its frequency.
 */
#include "time_test.h"

TEST(KeQueryPerformanceCounter, NeverGoesBack)
{
    LONGLONG Last = KeQueryPerformanceCounter(NULL).QuadPart;
    ULONG Round;

    for (Round = 0; Round < 1000; Round++) {
        LONGLONG Now = KeQueryPerformanceCounter(NULL).QuadPart;

        if (!CHECK(Now >= Last))
            return;
        Last = Now;
    }
}

TEST(KeQueryPerformanceCounter, TheFrequencyStays)
{
    LARGE_INTEGER First, Second;

    First.QuadPart = Second.QuadPart = 0;
    KeQueryPerformanceCounter(&First);
    KeQueryPerformanceCounter(&Second);
    CHECK(First.QuadPart >= 1000000);
    CHECK_EQ(First.QuadPart, Second.QuadPart);
}

TEST(KeQueryPerformanceCounter, WorksAtAnyIrql)
{
    LARGE_INTEGER Low, High;
    KIRQL Old;

    Low = KeQueryPerformanceCounter(NULL);
    KeRaiseIrql(HIGH_LEVEL, &Old);
    High = KeQueryPerformanceCounter(NULL);
    KeLowerIrql(Old);
    CHECK(High.QuadPart >= Low.QuadPart);
}

/* The counter and the system's clock measure the same time. */
TEST(KeQueryPerformanceCounter, KeepsPaceWithTheClock)
{
    LARGE_INTEGER Interval;
    LONGLONG Counter = TimeTestNow();
    ULONGLONG Clock = KeQueryInterruptTime();
    LONGLONG Difference;

    Interval.QuadPart = -100 * TIME_TEST_MILLISECOND;
    KeDelayExecutionThread(KernelMode, FALSE, &Interval);
    Counter = TimeTestNow() - Counter;
    Clock = KeQueryInterruptTime() - Clock;
    Difference = Counter - (LONGLONG)Clock;
    CHECK(Difference < 50 * TIME_TEST_MILLISECOND && Difference > -50 * TIME_TEST_MILLISECOND);
}
