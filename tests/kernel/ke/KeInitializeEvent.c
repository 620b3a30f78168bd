/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeInitializeEvent - both types, both states.
 */
#include "kthread.h"

TEST(KeInitializeEvent, HasTheStateGiven)
{
    KEVENT Event;

    KeInitializeEvent(&Event, NotificationEvent, FALSE);
    CHECK_EQ(KeReadStateEvent(&Event), 0);
    CHECK_STATUS(KtestPoll(&Event), STATUS_TIMEOUT);
    KeInitializeEvent(&Event, NotificationEvent, TRUE);
    CHECK(KeReadStateEvent(&Event) != 0);
    KeInitializeEvent(&Event, SynchronizationEvent, FALSE);
    CHECK_EQ(KeReadStateEvent(&Event), 0);
    CHECK_STATUS(KtestPoll(&Event), STATUS_TIMEOUT);
    KeInitializeEvent(&Event, SynchronizationEvent, TRUE);
    CHECK(KeReadStateEvent(&Event) != 0);
}

TEST(KeInitializeEvent, ANotificationEventStaysSignalled)
{
    KEVENT Event;

    KeInitializeEvent(&Event, NotificationEvent, TRUE);
    CHECK_STATUS(KtestPoll(&Event), STATUS_SUCCESS);
    CHECK_STATUS(KtestPoll(&Event), STATUS_SUCCESS);
    CHECK(KeReadStateEvent(&Event) != 0);
}

TEST(KeInitializeEvent, ASynchronizationEventIsTakenByOneWait)
{
    KEVENT Event;

    KeInitializeEvent(&Event, SynchronizationEvent, TRUE);
    CHECK_STATUS(KtestPoll(&Event), STATUS_SUCCESS);
    CHECK_EQ(KeReadStateEvent(&Event), 0);
    CHECK_STATUS(KtestPoll(&Event), STATUS_TIMEOUT);
}
