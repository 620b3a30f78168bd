/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeReadStateEvent - looks, and takes nothing.
 */
#include "kthread.h"

TEST(KeReadStateEvent, ChangesNothing)
{
    KEVENT Event;

    KeInitializeEvent(&Event, SynchronizationEvent, TRUE);
    CHECK(KeReadStateEvent(&Event) != 0);
    CHECK(KeReadStateEvent(&Event) != 0);
    CHECK_STATUS(KtestPoll(&Event), STATUS_SUCCESS);
    CHECK_EQ(KeReadStateEvent(&Event), 0);
}
