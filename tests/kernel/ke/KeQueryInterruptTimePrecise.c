/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeQueryInterruptTimePrecise - Windows 8.1 and later.
 */
#include "time_test.h"

typedef ULONGLONG(NTAPI *QUERY_PRECISE)(PULONG64 QpcTimeStamp);

TEST(KeQueryInterruptTimePrecise, IsTheInterruptTimeAndItsCounter)
{
    QUERY_PRECISE QueryPrecise = (QUERY_PRECISE)KtestExport(L"KeQueryInterruptTimePrecise");
    ULONGLONG Coarse, Precise, Again;
    ULONG64 Before, Counter, Second, After;

    if (QueryPrecise == NULL) {
        skip("Windows 8.1 and later");
        return;
    }
    Coarse = KeQueryInterruptTime();
    Before = KeQueryPerformanceCounter(NULL).QuadPart;
    Precise = QueryPrecise(&Counter);
    Again = QueryPrecise(&Second);
    After = KeQueryPerformanceCounter(NULL).QuadPart;
    CHECK(Precise + KeQueryTimeIncrement() >= Coarse);
    CHECK(Again >= Precise);
    CHECK(Before <= Counter && Counter <= Second && Second <= After);
}
