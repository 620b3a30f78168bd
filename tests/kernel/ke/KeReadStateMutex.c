/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeReadStateMutex - 1 is free, anything else is owned.
 */
#include "kthread.h"

TEST(KeReadStateMutex, TellsFreeFromOwned)
{
    KMUTEX Mutex;

    KeInitializeMutex(&Mutex, 0);
    CHECK_EQ(KeReadStateMutex(&Mutex), 1);
    KtestPoll(&Mutex);
    CHECK(KeReadStateMutex(&Mutex) != 1);
    KtestPoll(&Mutex);
    CHECK(KeReadStateMutex(&Mutex) != 1);
    KeReleaseMutex(&Mutex, FALSE);
    CHECK(KeReadStateMutex(&Mutex) != 1);
    KeReleaseMutex(&Mutex, FALSE);
    CHECK_EQ(KeReadStateMutex(&Mutex), 1);
}
