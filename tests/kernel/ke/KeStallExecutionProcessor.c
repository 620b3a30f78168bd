/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeStallExecutionProcessor - at least that long, at any IRQL.
 */
#include "time_test.h"

TEST(KeStallExecutionProcessor, TakesTheTime)
{
    LONGLONG Start = TimeTestNow();

    KeStallExecutionProcessor(50);
    /* a processor's own calibration may be a little off */
    CHECK(TimeTestNow() - Start >= 450);
}

TEST(KeStallExecutionProcessor, WorksAtAnyIrql)
{
    LONGLONG Start = TimeTestNow();
    KIRQL Old;

    KeRaiseIrql(HIGH_LEVEL, &Old);
    KeStallExecutionProcessor(10);
    KeLowerIrql(Old);
    CHECK(TimeTestNow() - Start >= 90);
    KeStallExecutionProcessor(0);
}
