/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeReadStateSemaphore - looks, and takes nothing.
 */
#include "kthread.h"

TEST(KeReadStateSemaphore, IsTheCount)
{
    KSEMAPHORE Semaphore;

    KeInitializeSemaphore(&Semaphore, 2, 2);
    CHECK_EQ(KeReadStateSemaphore(&Semaphore), 2);
    CHECK_EQ(KeReadStateSemaphore(&Semaphore), 2);
    CHECK_STATUS(KtestPoll(&Semaphore), STATUS_SUCCESS);
    CHECK_EQ(KeReadStateSemaphore(&Semaphore), 1);
}
