/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeDelayExecutionThread - not before the time is over.
 */
#include "time_test.h"

TEST(KeDelayExecutionThread, SleepsForARelativeTime)
{
    LARGE_INTEGER Interval;
    LONGLONG Start = TimeTestNow();

    Interval.QuadPart = -20 * TIME_TEST_MILLISECOND;
    CHECK_STATUS(KeDelayExecutionThread(KernelMode, FALSE, &Interval), STATUS_SUCCESS);
    CHECK(TimeTestHasPassed(Start, 20 * TIME_TEST_MILLISECOND));
}

TEST(KeDelayExecutionThread, SleepsUntilAnAbsoluteTime)
{
    LARGE_INTEGER Now, Until;

    KeQuerySystemTime(&Until);
    Until.QuadPart += 20 * TIME_TEST_MILLISECOND;
    CHECK_STATUS(KeDelayExecutionThread(KernelMode, FALSE, &Until), STATUS_SUCCESS);
    KeQuerySystemTime(&Now);
    CHECK(Now.QuadPart >= Until.QuadPart - (LONGLONG)KeQueryTimeIncrement());
}

TEST(KeDelayExecutionThread, ReturnsAtOnceForAPastTime)
{
    LARGE_INTEGER Past;

    Past.QuadPart = 1;
    CHECK_STATUS(KeDelayExecutionThread(KernelMode, FALSE, &Past), STATUS_SUCCESS);
}

TEST(KeDelayExecutionThread, ZeroGivesWay)
{
    LARGE_INTEGER Zero;

    Zero.QuadPart = 0;
    CHECK_STATUS(KeDelayExecutionThread(KernelMode, FALSE, &Zero), STATUS_SUCCESS);
    CHECK_STATUS(KeDelayExecutionThread(KernelMode, TRUE, &Zero), STATUS_SUCCESS);
}

TEST(KeDelayExecutionThread, WorksAtApcLevel)
{
    LARGE_INTEGER Interval;
    KIRQL Old, Level;
    NTSTATUS Status;

    Interval.QuadPart = -TIME_TEST_MILLISECOND;
    KeRaiseIrql(APC_LEVEL, &Old);
    Status = KeDelayExecutionThread(KernelMode, FALSE, &Interval);
    Level = KeGetCurrentIrql();
    KeLowerIrql(Old);
    CHECK_STATUS(Status, STATUS_SUCCESS);
    CHECK_EQ(Level, APC_LEVEL);
}
