/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeQueryTickCount - inline on x64 (the shared user data page), and an export.
 */
#include "time_test.h"

typedef VOID(NTAPI *QUERY_TICK_COUNT)(PLARGE_INTEGER TickCount);

TEST(KeQueryTickCount, GoesOnWithTheTime)
{
    LARGE_INTEGER Before, After, Interval;

    Interval.QuadPart = -100 * TIME_TEST_MILLISECOND;
    KeQueryTickCount(&Before);
    KeDelayExecutionThread(KernelMode, FALSE, &Interval);
    KeQueryTickCount(&After);
    CHECK(After.QuadPart > Before.QuadPart);
}

/* Ticks times the time of one is the interrupt time, give or take what an adjusted tick lost. */
TEST(KeQueryTickCount, IsTheInterruptTimeInTicks)
{
    LARGE_INTEGER Count;
    ULONGLONG Time = KeQueryInterruptTime();

    KeQueryTickCount(&Count);
    CHECK((ULONGLONG)Count.QuadPart <= (Time / KeQueryTimeIncrement() + 2) * 2);
}

TEST(KeQueryTickCount, TheExportAgrees)
{
    QUERY_TICK_COUNT QueryTickCount = (QUERY_TICK_COUNT)KtestExport(L"KeQueryTickCount");
    LARGE_INTEGER Before, Count, After;

    if (QueryTickCount == NULL) {
        skip("not exported here");
        return;
    }
    KeQueryTickCount(&Before);
    QueryTickCount(&Count);
    KeQueryTickCount(&After);
    CHECK(Before.QuadPart <= Count.QuadPart && Count.QuadPart <= After.QuadPart);
}
