/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeQueryPriorityThread - of this thread and of another.
 */
#include "kthread.h"

TEST(KeQueryPriorityThread, IsALevelThereIs)
{
    KPRIORITY Priority = KeQueryPriorityThread(KeGetCurrentThread());

    CHECK(Priority > LOW_PRIORITY && Priority <= HIGH_PRIORITY);
}

static VOID NTAPI WaitingThread(PVOID Context)
{
    KtestWait(Context);
}

TEST(KeQueryPriorityThread, OfANewSystemThreadIsNotRealTime)
{
    KEVENT Event;
    PVOID Thread;
    KPRIORITY Priority;

    KeInitializeEvent(&Event, NotificationEvent, FALSE);
    Thread = KtestStartThread(WaitingThread, &Event);
    if (Thread == NULL)
        return;
    Priority = KeQueryPriorityThread(Thread);
    CHECK(Priority > LOW_PRIORITY && Priority < LOW_REALTIME_PRIORITY);
    KeSetEvent(&Event, IO_NO_INCREMENT, FALSE);
    KtestJoinThread(Thread);
}
