/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * time_test.h - how long something took, by the performance counter, in 100 ns.
 */
#ifndef TESTS_KERNEL_KE_TIME_TEST_H
#define TESTS_KERNEL_KE_TIME_TEST_H

#include "kthread.h"

#define TIME_TEST_MILLISECOND 10000LL

static inline LONGLONG TimeTestNow(VOID)
{
    LARGE_INTEGER Frequency;
    LARGE_INTEGER Counter = KeQueryPerformanceCounter(&Frequency);

    return Counter.QuadPart / Frequency.QuadPart * 10000000 +
           Counter.QuadPart % Frequency.QuadPart * 10000000 / Frequency.QuadPart;
}

/* A relative time may end up to a clock tick early: the clock moves in ticks. */
static inline BOOLEAN TimeTestHasPassed(LONGLONG Start, LONGLONG Interval)
{
    return TimeTestNow() - Start >= Interval - (LONGLONG)KeQueryTimeIncrement();
}

#endif
