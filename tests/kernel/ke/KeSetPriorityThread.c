/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeSetPriorityThread - the priority before, and what is asked for. Real-time priorities are not
 * adjusted by the system, so they can be read back.
 */
#include "kthread.h"

TEST(KeSetPriorityThread, ReturnsThePriorityBefore)
{
    PKTHREAD Thread = KeGetCurrentThread();
    KPRIORITY Before = KeSetPriorityThread(Thread, LOW_REALTIME_PRIORITY);

    CHECK_EQ(KeQueryPriorityThread(Thread), LOW_REALTIME_PRIORITY);
    CHECK_EQ(KeSetPriorityThread(Thread, LOW_REALTIME_PRIORITY + 2), LOW_REALTIME_PRIORITY);
    CHECK_EQ(KeSetPriorityThread(Thread, Before), LOW_REALTIME_PRIORITY + 2);
}
