/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KePulseEvent - whoever waits at that moment gets through; the event is clear afterwards.
 */
#include "wait_test.h"

static VOID CheckNobody(EVENT_TYPE Type)
{
    KEVENT Event;

    KeInitializeEvent(&Event, Type, FALSE);
    CHECK_EQ(KePulseEvent(&Event, IO_NO_INCREMENT, FALSE), 0);
    CHECK_EQ(KeReadStateEvent(&Event), 0);
    KeSetEvent(&Event, IO_NO_INCREMENT, FALSE);
    CHECK(KePulseEvent(&Event, IO_NO_INCREMENT, FALSE) != 0);
    CHECK_EQ(KeReadStateEvent(&Event), 0);
    CHECK_STATUS(KtestPoll(&Event), STATUS_TIMEOUT);
}

TEST(KePulseEvent, WithoutWaitersClears)
{
    CheckNobody(NotificationEvent);
    CheckNobody(SynchronizationEvent);
}

/* A pulse before the thread waits is lost, so there are as many as it takes. */
static VOID CheckWaiters(EVENT_TYPE Type)
{
    KEVENT Event;
    WAIT_TEST Test;
    LONG Through = 0;
    LARGE_INTEGER Pause;

    Pause.QuadPart = -10000;
    KeInitializeEvent(&Event, Type, FALSE);
    WaitTestStart(&Test, &Event);
    while (Through < Test.Started) {
        KePulseEvent(&Event, IO_NO_INCREMENT, FALSE);
        if (!CHECK_EQ(KeReadStateEvent(&Event), 0))
            KeSetEvent(&Event, IO_NO_INCREMENT, FALSE);
        while (KeWaitForSingleObject(&Test.Through, Executive, KernelMode, FALSE, &Pause) ==
               STATUS_SUCCESS)
            Through++;
    }
    WaitTestEnd(&Test);
}

TEST(KePulseEvent, LetsThoseThroughWhoWait)
{
    CheckWaiters(NotificationEvent);
    CheckWaiters(SynchronizationEvent);
}

TEST(KePulseEvent, WithWaitGoesOnToTheWait)
{
    KEVENT Event, Set;
    KIRQL Between;
    NTSTATUS Status;

    KeInitializeEvent(&Event, NotificationEvent, TRUE);
    KeInitializeEvent(&Set, NotificationEvent, TRUE);
    KePulseEvent(&Event, IO_NO_INCREMENT, TRUE);
    Between = KeGetCurrentIrql();
    Status = KeWaitForSingleObject(&Set, Executive, KernelMode, FALSE, NULL);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    CHECK_EQ(Between, DISPATCH_LEVEL);
    CHECK_STATUS(Status, STATUS_SUCCESS);
    CHECK_EQ(KeReadStateEvent(&Event), 0);
}
