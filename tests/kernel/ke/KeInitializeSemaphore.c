/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeInitializeSemaphore - the count is what waits may take.
 */
#include "kthread.h"

TEST(KeInitializeSemaphore, LetsTheCountThrough)
{
    KSEMAPHORE Semaphore;

    KeInitializeSemaphore(&Semaphore, 2, 5);
    CHECK_STATUS(KtestPoll(&Semaphore), STATUS_SUCCESS);
    CHECK_STATUS(KtestPoll(&Semaphore), STATUS_SUCCESS);
    CHECK_STATUS(KtestPoll(&Semaphore), STATUS_TIMEOUT);
}

TEST(KeInitializeSemaphore, OfCountZeroIsNotSignalled)
{
    KSEMAPHORE Semaphore;

    KeInitializeSemaphore(&Semaphore, 0, 1);
    CHECK_EQ(KeReadStateSemaphore(&Semaphore), 0);
    CHECK_STATUS(KtestPoll(&Semaphore), STATUS_TIMEOUT);
}
