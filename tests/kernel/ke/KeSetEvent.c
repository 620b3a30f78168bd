/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeSetEvent - who gets through, and the state before.
 */
#include "wait_test.h"

static VOID CheckPrevious(EVENT_TYPE Type)
{
    KEVENT Event;

    KeInitializeEvent(&Event, Type, FALSE);
    CHECK_EQ(KeSetEvent(&Event, IO_NO_INCREMENT, FALSE), 0);
    CHECK(KeReadStateEvent(&Event) != 0);
    CHECK(KeSetEvent(&Event, IO_NO_INCREMENT, FALSE) != 0);
    CHECK(KeReadStateEvent(&Event) != 0);
}

TEST(KeSetEvent, ReturnsTheStateBefore)
{
    CheckPrevious(NotificationEvent);
    CheckPrevious(SynchronizationEvent);
}

TEST(KeSetEvent, SettingTwiceIsOneWaitOnly)
{
    KEVENT Event;

    KeInitializeEvent(&Event, SynchronizationEvent, FALSE);
    KeSetEvent(&Event, IO_NO_INCREMENT, FALSE);
    KeSetEvent(&Event, IO_NO_INCREMENT, FALSE);
    CHECK_STATUS(KtestPoll(&Event), STATUS_SUCCESS);
    CHECK_STATUS(KtestPoll(&Event), STATUS_TIMEOUT);
}

TEST(KeSetEvent, ANotificationEventLetsEveryoneThrough)
{
    KEVENT Event;
    WAIT_TEST Test;

    KeInitializeEvent(&Event, NotificationEvent, FALSE);
    WaitTestStart(&Test, &Event);
    CHECK_EQ(Test.Passed, 0);
    KeSetEvent(&Event, IO_NO_INCREMENT, FALSE);
    WaitTestEnd(&Test);
    CHECK(KeReadStateEvent(&Event) != 0);
}

TEST(KeSetEvent, ASynchronizationEventLetsOneThroughEachTime)
{
    KEVENT Event;
    WAIT_TEST Test;
    LONG Round;

    KeInitializeEvent(&Event, SynchronizationEvent, FALSE);
    WaitTestStart(&Test, &Event);
    for (Round = 1; Round <= Test.Started; Round++) {
        KeSetEvent(&Event, IO_NO_INCREMENT, FALSE);
        WaitTestNext(&Test);
        CHECK_EQ(Test.Passed, Round);
        CHECK_EQ(KeReadStateEvent(&Event), 0);
    }
    WaitTestEnd(&Test);
}

TEST(KeSetEvent, WorksAtDispatchLevel)
{
    KEVENT Event;
    WAIT_TEST Test;
    KIRQL Old;

    KeInitializeEvent(&Event, NotificationEvent, FALSE);
    WaitTestStart(&Test, &Event);
    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    KeSetEvent(&Event, IO_NO_INCREMENT, FALSE);
    KeLowerIrql(Old);
    WaitTestEnd(&Test);
}

typedef struct PING_PONG {
    KEVENT Ping;
    KEVENT Pong;
} PING_PONG;

static VOID NTAPI PongThread(PVOID Context)
{
    PING_PONG *Game = Context;

    KtestWait(&Game->Ping);
    KeSetEvent(&Game->Pong, IO_NO_INCREMENT, FALSE);
}

/* With Wait, the wait that follows is part of the same step, and it restores the IRQL. */
TEST(KeSetEvent, WithWaitGoesOnToTheWait)
{
    PING_PONG Game;
    PVOID Thread;
    LARGE_INTEGER Timeout;
    KIRQL Between;

    KeInitializeEvent(&Game.Ping, SynchronizationEvent, FALSE);
    KeInitializeEvent(&Game.Pong, SynchronizationEvent, FALSE);
    Thread = KtestStartThread(PongThread, &Game);
    if (Thread == NULL)
        return;
    Timeout.QuadPart = KTEST_PATIENCE;
    KeSetEvent(&Game.Ping, IO_NO_INCREMENT, TRUE);
    Between = KeGetCurrentIrql();
    CHECK_STATUS(KeWaitForSingleObject(&Game.Pong, Executive, KernelMode, FALSE, &Timeout),
                 STATUS_SUCCESS);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    CHECK_EQ(Between, DISPATCH_LEVEL);
    KtestJoinThread(Thread);
}
