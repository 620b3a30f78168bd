/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeQueryInterruptTime - inline on x64 (the shared user data page), and an export.
 */
#include "time_test.h"

typedef ULONGLONG(NTAPI *QUERY_INTERRUPT_TIME)(VOID);

TEST(KeQueryInterruptTime, GoesOn)
{
    LARGE_INTEGER Interval;
    ULONGLONG Before = KeQueryInterruptTime();

    Interval.QuadPart = -20 * TIME_TEST_MILLISECOND;
    KeDelayExecutionThread(KernelMode, FALSE, &Interval);
    CHECK(KeQueryInterruptTime() > Before);
}

/* The machine has not run for a hundred years, as it would have if this were system time. */
TEST(KeQueryInterruptTime, CountsFromTheStart)
{
    CHECK(KeQueryInterruptTime() < 100ULL * 365 * 86400 * 10000000);
}

TEST(KeQueryInterruptTime, TheExportAgrees)
{
    QUERY_INTERRUPT_TIME QueryInterruptTime = (QUERY_INTERRUPT_TIME)KtestExport(
        L"KeQueryInterruptTime");
    ULONGLONG Before, Time, After;

    if (QueryInterruptTime == NULL) {
        skip("not exported here");
        return;
    }
    Before = KeQueryInterruptTime();
    Time = QueryInterruptTime();
    After = KeQueryInterruptTime();
    CHECK(Before <= Time && Time <= After);
}
