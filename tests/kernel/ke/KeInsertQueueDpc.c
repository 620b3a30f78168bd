/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeInsertQueueDpc - the routine is called at DISPATCH_LEVEL, once for each time it was queued, in
 * order.
 */
#include "dpc_test.h"

TEST(KeInsertQueueDpc, RunsAtDispatchLevelWithItsArguments)
{
    DPC_TEST Test;

    DpcTestInitialize(&Test);
    CHECK(KeInsertQueueDpc(&Test.Dpc, &Test.Seen, &Test.Ran));
    CHECK_STATUS(KtestWait(&Test.Ran), STATUS_SUCCESS);
    CHECK_EQ(Test.Irql, DISPATCH_LEVEL);
    CHECK_PTR(Test.Argument1, &Test.Seen);
    CHECK_PTR(Test.Argument2, &Test.Ran);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    KeFlushQueuedDpcs();
}

TEST(KeInsertQueueDpc, AtDispatchLevel)
{
    DPC_TEST Test;
    KIRQL Old;

    DpcTestInitialize(&Test);
    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    CHECK(KeInsertQueueDpc(&Test.Dpc, NULL, NULL));
    CHECK_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    KeLowerIrql(Old);
    CHECK_STATUS(KtestWait(&Test.Ran), STATUS_SUCCESS);
    CHECK_EQ(Test.Count, 1);
    KeFlushQueuedDpcs();
}

static VOID QueueTwice(PVOID Context)
{
    DPC_TEST *Test = Context;

    KeSetTargetProcessorDpc(&Test->Dpc, 0);
    CHECK(KeInsertQueueDpc(&Test->Dpc, &Test->Seen, NULL));
    CHECK(!KeInsertQueueDpc(&Test->Dpc, &Test->Ran, NULL));
    CHECK_EQ(Test->Count, 0);
}

TEST(KeInsertQueueDpc, WhatIsQueuedIsNotQueuedAgain)
{
    DPC_TEST Test;

    DpcTestInitialize(&Test);
    DpcTestHold(QueueTwice, &Test);
    CHECK_EQ(Test.Count, 1);
    CHECK_PTR(Test.Argument1, &Test.Seen);
}

TEST(KeInsertQueueDpc, ByItsOwnRoutine)
{
    DPC_TEST Test;

    DpcTestInitialize(&Test);
    Test.Again = 9;
    CHECK(KeInsertQueueDpc(&Test.Dpc, &Test, NULL));
    CHECK_STATUS(KtestWait(&Test.Ran), STATUS_SUCCESS);
    CHECK_EQ(Test.Count, 10);
    CHECK_PTR(Test.Argument1, &Test);
    KeFlushQueuedDpcs();
}

#define ORDER_TESTS 4

typedef struct ORDER {
    DPC_TEST Test[ORDER_TESTS];
    volatile LONG Next;
} ORDER;

static VOID QueueAll(PVOID Context)
{
    ORDER *Order = Context;
    ULONG Index;

    for (Index = 0; Index < ORDER_TESTS; Index++) {
        KeSetTargetProcessorDpc(&Order->Test[Index].Dpc, 0);
        CHECK(KeInsertQueueDpc(&Order->Test[Index].Dpc, NULL, NULL));
    }
}

TEST(KeInsertQueueDpc, FirstInFirstOut)
{
    ORDER Order;
    ULONG Index;

    Order.Next = 0;
    for (Index = 0; Index < ORDER_TESTS; Index++) {
        DpcTestInitialize(&Order.Test[Index]);
        Order.Test[Index].Order = &Order.Next;
    }
    DpcTestHold(QueueAll, &Order);
    for (Index = 0; Index < ORDER_TESTS; Index++)
        CHECK_EQ(Order.Test[Index].Place, Index + 1);
}

#define STORM_THREADS 3
#define STORM_ROUNDS 500

typedef struct STORM {
    DPC_TEST Test;
    volatile LONG Queued;
} STORM;

static VOID NTAPI StormThread(PVOID Context)
{
    STORM *Storm = Context;
    ULONG Round;

    for (Round = 0; Round < STORM_ROUNDS; Round++) {
        if (KeInsertQueueDpc(&Storm->Test.Dpc, NULL, NULL))
            InterlockedIncrement(&Storm->Queued);
        if (Round % 7 == 0 && KeRemoveQueueDpc(&Storm->Test.Dpc))
            InterlockedDecrement(&Storm->Queued);
    }
}

/* Every successful call is one call of the routine, less those taken back. */
TEST(KeInsertQueueDpc, ByManyThreads)
{
    STORM Storm;
    PVOID Thread[STORM_THREADS];
    ULONG Index;

    DpcTestInitialize(&Storm.Test);
    Storm.Queued = 0;
    for (Index = 0; Index < STORM_THREADS; Index++)
        Thread[Index] = KtestStartThread(StormThread, &Storm);
    for (Index = 0; Index < STORM_THREADS; Index++)
        KtestJoinThread(Thread[Index]);
    KeFlushQueuedDpcs();
    CHECK_EQ(Storm.Test.Count, Storm.Queued);
}
