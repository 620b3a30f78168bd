/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeRemoveQueueDpc - takes back what has not been called.
 */
#include "dpc_test.h"

TEST(KeRemoveQueueDpc, OfWhatIsNotQueued)
{
    DPC_TEST Test;

    DpcTestInitialize(&Test);
    CHECK(!KeRemoveQueueDpc(&Test.Dpc));
    CHECK(KeInsertQueueDpc(&Test.Dpc, NULL, NULL));
    CHECK_STATUS(KtestWait(&Test.Ran), STATUS_SUCCESS);
    CHECK(!KeRemoveQueueDpc(&Test.Dpc));
    KeFlushQueuedDpcs();
    CHECK_EQ(Test.Count, 1);
}

static VOID QueueAndRemove(PVOID Context)
{
    DPC_TEST *Test = Context;
    ULONG Index;

    for (Index = 0; Index < 3; Index++) {
        KeSetTargetProcessorDpc(&Test[Index].Dpc, 0);
        CHECK(KeInsertQueueDpc(&Test[Index].Dpc, NULL, NULL));
    }
    CHECK(KeRemoveQueueDpc(&Test[1].Dpc));
    CHECK(!KeRemoveQueueDpc(&Test[1].Dpc));
}

TEST(KeRemoveQueueDpc, OthersStay)
{
    DPC_TEST Test[3];
    ULONG Index;

    for (Index = 0; Index < 3; Index++)
        DpcTestInitialize(&Test[Index]);
    DpcTestHold(QueueAndRemove, Test);
    CHECK_EQ(Test[0].Count, 1);
    CHECK_EQ(Test[1].Count, 0);
    CHECK_EQ(Test[2].Count, 1);
}

static VOID RemoveLast(PVOID Context)
{
    DPC_TEST *Test = Context;
    ULONG Index;

    for (Index = 0; Index < 2; Index++) {
        KeSetTargetProcessorDpc(&Test[Index].Dpc, 0);
        CHECK(KeInsertQueueDpc(&Test[Index].Dpc, NULL, NULL));
    }
    CHECK(KeRemoveQueueDpc(&Test[1].Dpc));
    CHECK(KeInsertQueueDpc(&Test[1].Dpc, &Test[1], NULL));
    CHECK(KeRemoveQueueDpc(&Test[0].Dpc));
}

TEST(KeRemoveQueueDpc, ThenQueuedAgain)
{
    DPC_TEST Test[2];

    DpcTestInitialize(&Test[0]);
    DpcTestInitialize(&Test[1]);
    DpcTestHold(RemoveLast, Test);
    CHECK_EQ(Test[0].Count, 0);
    CHECK_EQ(Test[1].Count, 1);
    CHECK_PTR(Test[1].Argument1, &Test[1]);
}
