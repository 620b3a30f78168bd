/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeQuerySystemTimePrecise - Windows 8 and later.
 */
#include "time_test.h"

typedef VOID(NTAPI *QUERY_SYSTEM_TIME)(PLARGE_INTEGER CurrentTime);

TEST(KeQuerySystemTimePrecise, IsTheSystemTime)
{
    QUERY_SYSTEM_TIME QueryPrecise = (QUERY_SYSTEM_TIME)KtestExport(L"KeQuerySystemTimePrecise");
    LARGE_INTEGER Coarse, Precise, Again;

    if (QueryPrecise == NULL) {
        skip("Windows 8 and later");
        return;
    }
    KeQuerySystemTime(&Coarse);
    QueryPrecise(&Precise);
    QueryPrecise(&Again);
    CHECK(Precise.QuadPart >= Coarse.QuadPart - (LONGLONG)KeQueryTimeIncrement());
    CHECK(Precise.QuadPart - Coarse.QuadPart < 10000 * TIME_TEST_MILLISECOND);
    CHECK(Again.QuadPart >= Precise.QuadPart);
}
