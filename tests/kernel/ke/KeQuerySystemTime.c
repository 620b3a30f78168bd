/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeQuerySystemTime - inline on x64 (the shared user data page), and an export.
 */
#include "time_test.h"

typedef VOID(NTAPI *QUERY_SYSTEM_TIME)(PLARGE_INTEGER CurrentTime);

TEST(KeQuerySystemTime, IsInThisCentury)
{
    LARGE_INTEGER Time;
    TIME_FIELDS Fields;

    KeQuerySystemTime(&Time);
    RtlTimeToTimeFields(&Time, &Fields);
    CHECK(Fields.Year >= 2020 && Fields.Year < 2100);
}

TEST(KeQuerySystemTime, GoesOn)
{
    LARGE_INTEGER Before, After, Interval;

    Interval.QuadPart = -20 * TIME_TEST_MILLISECOND;
    KeQuerySystemTime(&Before);
    KeDelayExecutionThread(KernelMode, FALSE, &Interval);
    KeQuerySystemTime(&After);
    CHECK(After.QuadPart > Before.QuadPart);
}

TEST(KeQuerySystemTime, TheExportAgrees)
{
    QUERY_SYSTEM_TIME QuerySystemTime = (QUERY_SYSTEM_TIME)KtestExport(L"KeQuerySystemTime");
    LARGE_INTEGER Before, Time, After;

    if (QuerySystemTime == NULL) {
        skip("not exported here");
        return;
    }
    KeQuerySystemTime(&Before);
    QuerySystemTime(&Time);
    KeQuerySystemTime(&After);
    CHECK(Before.QuadPart <= Time.QuadPart && Time.QuadPart <= After.QuadPart);
}
