/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeResetEvent - cleared, and the state before.
 */
#include "kthread.h"

static VOID CheckReset(EVENT_TYPE Type)
{
    KEVENT Event;

    KeInitializeEvent(&Event, Type, TRUE);
    CHECK(KeResetEvent(&Event) != 0);
    CHECK_EQ(KeReadStateEvent(&Event), 0);
    CHECK_EQ(KeResetEvent(&Event), 0);
    CHECK_STATUS(KtestPoll(&Event), STATUS_TIMEOUT);
}

TEST(KeResetEvent, ClearsAndReturnsTheStateBefore)
{
    CheckReset(NotificationEvent);
    CheckReset(SynchronizationEvent);
}
