/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeClearEvent - cleared; it can be set again.
 */
#include "kthread.h"

static VOID CheckClear(EVENT_TYPE Type)
{
    KEVENT Event;

    KeInitializeEvent(&Event, Type, TRUE);
    KeClearEvent(&Event);
    CHECK_EQ(KeReadStateEvent(&Event), 0);
    KeClearEvent(&Event);
    CHECK_STATUS(KtestPoll(&Event), STATUS_TIMEOUT);
    CHECK_EQ(KeSetEvent(&Event, IO_NO_INCREMENT, FALSE), 0);
    CHECK_STATUS(KtestPoll(&Event), STATUS_SUCCESS);
}

TEST(KeClearEvent, ClearsBothTypes)
{
    CheckClear(NotificationEvent);
    CheckClear(SynchronizationEvent);
}
