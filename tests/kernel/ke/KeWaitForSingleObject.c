/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeWaitForSingleObject - polls, timeouts and what can be waited for. Each object's own rules are
 * in the file of the routine that initialises it.
 */
#include "time_test.h"
#include "wait_test.h"

TEST(KeWaitForSingleObject, TimeoutZeroLooksOnly)
{
    KEVENT Event;
    LARGE_INTEGER Timeout;

    Timeout.QuadPart = 0;
    KeInitializeEvent(&Event, NotificationEvent, FALSE);
    CHECK_STATUS(KeWaitForSingleObject(&Event, Executive, KernelMode, FALSE, &Timeout),
                 STATUS_TIMEOUT);
    KeSetEvent(&Event, IO_NO_INCREMENT, FALSE);
    CHECK_STATUS(KeWaitForSingleObject(&Event, Executive, KernelMode, FALSE, &Timeout),
                 STATUS_SUCCESS);
}

TEST(KeWaitForSingleObject, TimeoutZeroIsAllowedAtDispatchLevel)
{
    KEVENT Event;
    LARGE_INTEGER Timeout;
    KIRQL Old, Level;
    NTSTATUS Clear, Set;

    Timeout.QuadPart = 0;
    KeInitializeEvent(&Event, SynchronizationEvent, FALSE);
    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    Clear = KeWaitForSingleObject(&Event, Executive, KernelMode, FALSE, &Timeout);
    KeSetEvent(&Event, IO_NO_INCREMENT, FALSE);
    Set = KeWaitForSingleObject(&Event, Executive, KernelMode, FALSE, &Timeout);
    Level = KeGetCurrentIrql();
    KeLowerIrql(Old);
    CHECK_STATUS(Clear, STATUS_TIMEOUT);
    CHECK_STATUS(Set, STATUS_SUCCESS);
    CHECK_EQ(Level, DISPATCH_LEVEL);
}

TEST(KeWaitForSingleObject, ASignalledObjectNeedsNoTime)
{
    KEVENT Event;

    KeInitializeEvent(&Event, NotificationEvent, TRUE);
    CHECK_STATUS(KeWaitForSingleObject(&Event, Executive, KernelMode, FALSE, NULL), STATUS_SUCCESS);
    CHECK_STATUS(KeWaitForSingleObject(&Event, UserRequest, KernelMode, TRUE, NULL),
                 STATUS_SUCCESS);
}

TEST(KeWaitForSingleObject, ARelativeTimeoutEnds)
{
    KEVENT Event;
    LARGE_INTEGER Timeout;
    LONGLONG Start = TimeTestNow();

    Timeout.QuadPart = -20 * TIME_TEST_MILLISECOND;
    KeInitializeEvent(&Event, NotificationEvent, FALSE);
    CHECK_STATUS(KeWaitForSingleObject(&Event, Executive, KernelMode, FALSE, &Timeout),
                 STATUS_TIMEOUT);
    CHECK(TimeTestHasPassed(Start, 20 * TIME_TEST_MILLISECOND));
    CHECK_EQ(Timeout.QuadPart, (ULONG64)(-20 * TIME_TEST_MILLISECOND));
}

TEST(KeWaitForSingleObject, AnAbsoluteTimeoutEnds)
{
    KEVENT Event;
    LARGE_INTEGER Now, Timeout;

    KeQuerySystemTime(&Now);
    Timeout.QuadPart = Now.QuadPart + 20 * TIME_TEST_MILLISECOND;
    KeInitializeEvent(&Event, NotificationEvent, FALSE);
    CHECK_STATUS(KeWaitForSingleObject(&Event, Executive, KernelMode, FALSE, &Timeout),
                 STATUS_TIMEOUT);
    KeQuerySystemTime(&Now);
    CHECK(Now.QuadPart >= Timeout.QuadPart - (LONGLONG)KeQueryTimeIncrement());
}

TEST(KeWaitForSingleObject, AnAbsoluteTimeoutInThePastEndsAtOnce)
{
    KEVENT Event;
    LARGE_INTEGER Timeout;

    KeInitializeEvent(&Event, NotificationEvent, FALSE);
    Timeout.QuadPart = 1; /* 1601 */
    CHECK_STATUS(KeWaitForSingleObject(&Event, Executive, KernelMode, FALSE, &Timeout),
                 STATUS_TIMEOUT);
    KeQuerySystemTime(&Timeout);
    CHECK_STATUS(KeWaitForSingleObject(&Event, Executive, KernelMode, FALSE, &Timeout),
                 STATUS_TIMEOUT);
}

TEST(KeWaitForSingleObject, AnObjectThatTimedOutCanStillBeWaitedFor)
{
    KEVENT Event;
    LARGE_INTEGER Timeout;

    Timeout.QuadPart = -1;
    KeInitializeEvent(&Event, SynchronizationEvent, FALSE);
    CHECK_STATUS(KeWaitForSingleObject(&Event, Executive, KernelMode, FALSE, &Timeout),
                 STATUS_TIMEOUT);
    KeSetEvent(&Event, IO_NO_INCREMENT, FALSE);
    CHECK_STATUS(KtestPoll(&Event), STATUS_SUCCESS);
    CHECK_STATUS(KtestPoll(&Event), STATUS_TIMEOUT);
}

static VOID NTAPI EventThread(PVOID Context)
{
    KtestWait(Context);
}

TEST(KeWaitForSingleObject, AThreadIsSignalledOnceItHasEnded)
{
    KEVENT Event;
    PVOID Thread;

    KeInitializeEvent(&Event, NotificationEvent, FALSE);
    Thread = KtestStartThread(EventThread, &Event);
    if (Thread == NULL)
        return;
    CHECK_STATUS(KtestPoll(Thread), STATUS_TIMEOUT);
    KeSetEvent(&Event, IO_NO_INCREMENT, FALSE);
    CHECK_STATUS(KtestWait(Thread), STATUS_SUCCESS);
    CHECK_STATUS(KtestPoll(Thread), STATUS_SUCCESS);
    ObDereferenceObject(Thread);
}

#define BOUNCES 5000

typedef struct BOUNCE {
    KEVENT There;
    KEVENT Back;
    volatile LONG Count;
} BOUNCE;

static VOID NTAPI BounceThread(PVOID Context)
{
    BOUNCE *Game = Context;
    LONG Round;

    for (Round = 0; Round < BOUNCES; Round++) {
        KeWaitForSingleObject(&Game->There, Executive, KernelMode, FALSE, NULL);
        Game->Count++;
        KeSetEvent(&Game->Back, IO_NO_INCREMENT, FALSE);
    }
}

/* No wakeup may be lost, and none may come twice. */
TEST(KeWaitForSingleObject, TwoThreadsTakeTurns)
{
    BOUNCE Game;
    PVOID Thread;
    LONG Round;

    KeInitializeEvent(&Game.There, SynchronizationEvent, FALSE);
    KeInitializeEvent(&Game.Back, SynchronizationEvent, FALSE);
    Game.Count = 0;
    Thread = KtestStartThread(BounceThread, &Game);
    if (Thread == NULL)
        return;
    for (Round = 0; Round < BOUNCES; Round++) {
        KeSetEvent(&Game.There, IO_NO_INCREMENT, FALSE);
        if (!CHECK_STATUS(KtestWait(&Game.Back), STATUS_SUCCESS) ||
            !CHECK_EQ(Game.Count, Round + 1))
            break;
    }
    KtestJoinThread(Thread);
}

/* A wait that ends by time and a signal that comes at that moment: one of the two, never both. */
TEST(KeWaitForSingleObject, ASignalThatRacesWithTheTimeoutIsNotLost)
{
    KSEMAPHORE Semaphore;
    WAIT_TEST Test;
    LONG Taken = 0;
    LONG Given = 0;
    LARGE_INTEGER Timeout;

    Timeout.QuadPart = -100;
    KeInitializeSemaphore(&Semaphore, 0, MAXLONG);
    WaitTestStart(&Test, &Semaphore);
    for (Given = 0; Given < Test.Started; Given++) {
        KeReleaseSemaphore(&Semaphore, IO_NO_INCREMENT, 1, FALSE);
        if (KeWaitForSingleObject(&Semaphore, Executive, KernelMode, FALSE, &Timeout) ==
            STATUS_SUCCESS)
            Taken++;
    }
    KeReleaseSemaphore(&Semaphore, IO_NO_INCREMENT, Taken + 1, FALSE);
    WaitTestEnd(&Test);
    CHECK_EQ(KeReadStateSemaphore(&Semaphore), 1);
}
