/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeSetTimer - signals when the time has come, and queues the DPC.
 */
#include "timer_test.h"

TEST(KeSetTimer, RelativeTime)
{
    LONGLONG Start = TimeTestNow();
    KTIMER Timer;

    KeInitializeTimer(&Timer);
    CHECK(!KeSetTimer(&Timer, TimerTestIn(30), NULL));
    CHECK_STATUS(KtestWait(&Timer), STATUS_SUCCESS);
    CHECK(TimeTestHasPassed(Start, 30 * TIME_TEST_MILLISECOND));
    CHECK(KeReadStateTimer(&Timer));
}

TEST(KeSetTimer, AbsoluteTime)
{
    LONGLONG Start = TimeTestNow();
    KTIMER Timer;
    LARGE_INTEGER Due;

    KeInitializeTimer(&Timer);
    KeQuerySystemTime(&Due);
    Due.QuadPart += 30 * TIME_TEST_MILLISECOND;
    CHECK(!KeSetTimer(&Timer, Due, NULL));
    CHECK_STATUS(KtestWait(&Timer), STATUS_SUCCESS);
    CHECK(TimeTestHasPassed(Start, 30 * TIME_TEST_MILLISECOND));
}

TEST(KeSetTimer, WhatHasPassedIsDueAtOnce)
{
    KTIMER Timer;
    LARGE_INTEGER Due;

    KeInitializeTimer(&Timer);
    Due.QuadPart = 0;
    CHECK(!KeSetTimer(&Timer, Due, NULL));
    CHECK_STATUS(KtestWait(&Timer), STATUS_SUCCESS);
    Due.QuadPart = 1;
    CHECK(!KeSetTimer(&Timer, Due, NULL));
    CHECK_STATUS(KtestWait(&Timer), STATUS_SUCCESS);
}

TEST(KeSetTimer, QueuesItsDpc)
{
    DPC_TEST Test;
    KTIMER Timer;

    DpcTestInitialize(&Test);
    KeInitializeTimer(&Timer);
    CHECK(!KeSetTimer(&Timer, TimerTestIn(1), &Test.Dpc));
    CHECK_STATUS(KtestWait(&Test.Ran), STATUS_SUCCESS);
    CHECK_EQ(Test.Irql, DISPATCH_LEVEL);
    CHECK_PTR(Test.Seen, &Test.Dpc);
    KeFlushQueuedDpcs();
    CHECK_EQ(Test.Count, 1);
    CHECK(KeReadStateTimer(&Timer));
}

TEST(KeSetTimer, QueuesItsDpcAtOnceWhenDue)
{
    DPC_TEST Test;
    KTIMER Timer;
    LARGE_INTEGER Due;

    DpcTestInitialize(&Test);
    KeInitializeTimer(&Timer);
    Due.QuadPart = 0;
    KeSetTimer(&Timer, Due, &Test.Dpc);
    CHECK_STATUS(KtestWait(&Test.Ran), STATUS_SUCCESS);
    KeFlushQueuedDpcs();
    CHECK_EQ(Test.Count, 1);
}

TEST(KeSetTimer, AgainBeforeItIsDue)
{
    DPC_TEST Old, New;
    KTIMER Timer;

    DpcTestInitialize(&Old);
    DpcTestInitialize(&New);
    KeInitializeTimer(&Timer);
    CHECK(!KeSetTimer(&Timer, TimerTestMuchLater(), &Old.Dpc));
    CHECK(KeSetTimer(&Timer, TimerTestIn(1), &New.Dpc));
    CHECK_STATUS(KtestWait(&New.Ran), STATUS_SUCCESS);
    CHECK(!KeCancelTimer(&Timer));
    KeFlushQueuedDpcs();
    CHECK_EQ(Old.Count, 0);
    CHECK_EQ(New.Count, 1);
}

TEST(KeSetTimer, ClearsTheState)
{
    KTIMER Timer;

    KeInitializeTimer(&Timer);
    KeSetTimer(&Timer, TimerTestIn(1), NULL);
    CHECK_STATUS(KtestWait(&Timer), STATUS_SUCCESS);
    CHECK(!KeSetTimer(&Timer, TimerTestMuchLater(), NULL));
    CHECK(!KeReadStateTimer(&Timer));
    CHECK(KeCancelTimer(&Timer));
}

TEST(KeSetTimer, AtDispatchLevel)
{
    KTIMER Timer;
    KIRQL Old;

    KeInitializeTimer(&Timer);
    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    CHECK(!KeSetTimer(&Timer, TimerTestIn(1), NULL));
    CHECK_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    KeLowerIrql(Old);
    CHECK_STATUS(KtestWait(&Timer), STATUS_SUCCESS);
}

#define ORDER_TIMERS 5

/* Set in an order of their own; on whatever processor the DPCs run, an earlier one came before a
 * later one is due. */
TEST(KeSetTimer, EarlierOnesComeFirst)
{
    static const LONGLONG Milliseconds[ORDER_TIMERS] = {150, 30, 90, 120, 60};
    DPC_TEST Test[ORDER_TIMERS];
    KTIMER Timer[ORDER_TIMERS];
    volatile LONG Next = 0;
    ULONG Index;

    for (Index = 0; Index < ORDER_TIMERS; Index++) {
        DpcTestInitialize(&Test[Index]);
        Test[Index].Order = &Next;
        KeSetTargetProcessorDpc(&Test[Index].Dpc, 0);
        KeInitializeTimer(&Timer[Index]);
    }
    for (Index = 0; Index < ORDER_TIMERS; Index++)
        KeSetTimer(&Timer[Index], TimerTestIn(Milliseconds[Index]), &Test[Index].Dpc);
    CHECK_STATUS(KtestWait(&Test[0].Ran), STATUS_SUCCESS);
    KeFlushQueuedDpcs();
    CHECK_EQ(Test[1].Place, 1);
    CHECK_EQ(Test[4].Place, 2);
    CHECK_EQ(Test[2].Place, 3);
    CHECK_EQ(Test[3].Place, 4);
    CHECK_EQ(Test[0].Place, 5);
}

typedef struct SETTERS {
    KTIMER Timer;
    volatile LONG Sets;
} SETTERS;

static VOID NTAPI SetterThread(PVOID Context)
{
    SETTERS *Setters = Context;
    ULONG Round;

    for (Round = 0; Round < 500; Round++) {
        if (!KeSetTimer(&Setters->Timer, TimerTestMuchLater(), NULL))
            InterlockedIncrement(&Setters->Sets);
        if (KeCancelTimer(&Setters->Timer))
            InterlockedDecrement(&Setters->Sets);
    }
}

/* Every time it was set and not set before, somebody has cancelled it. */
TEST(KeSetTimer, ByManyThreads)
{
    SETTERS Setters;
    PVOID Thread[3];
    ULONG Index;

    KeInitializeTimer(&Setters.Timer);
    Setters.Sets = 0;
    for (Index = 0; Index < 3; Index++)
        Thread[Index] = KtestStartThread(SetterThread, &Setters);
    for (Index = 0; Index < 3; Index++)
        KtestJoinThread(Thread[Index]);
    CHECK_EQ(Setters.Sets, 0);
    CHECK(!KeCancelTimer(&Setters.Timer));
}
