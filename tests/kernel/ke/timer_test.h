/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * timer_test.h - due times. What a timer must not do is shown by another one that is due later and
 * is waited for.
 */
#ifndef TESTS_KERNEL_KE_TIMER_TEST_H
#define TESTS_KERNEL_KE_TIMER_TEST_H

#include "dpc_test.h"
#include "time_test.h"

static inline LARGE_INTEGER TimerTestIn(LONGLONG Milliseconds)
{
    LARGE_INTEGER Due;

    Due.QuadPart = -Milliseconds * TIME_TEST_MILLISECOND;
    return Due;
}

/* Longer than any test takes. */
static inline LARGE_INTEGER TimerTestMuchLater(VOID)
{
    return TimerTestIn(3600 * 1000);
}

/* Waits until a timer set now for then has come. */
static inline VOID TimerTestPass(LONGLONG Milliseconds)
{
    KTIMER Timer;

    KeInitializeTimer(&Timer);
    KeSetTimer(&Timer, TimerTestIn(Milliseconds), NULL);
    CHECK_STATUS(KtestWait(&Timer), STATUS_SUCCESS);
}

#endif
