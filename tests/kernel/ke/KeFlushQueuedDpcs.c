/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeFlushQueuedDpcs - returns when what was queued has run.
 */
#include "dpc_test.h"

#define FLUSH_TESTS 16
#define FLUSH_ROUNDS 50

TEST(KeFlushQueuedDpcs, WithNothingQueued)
{
    KeFlushQueuedDpcs();
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

TEST(KeFlushQueuedDpcs, WaitsForAll)
{
    DPC_TEST Test[FLUSH_TESTS];
    ULONG Round, Index;

    for (Index = 0; Index < FLUSH_TESTS; Index++)
        DpcTestInitialize(&Test[Index]);
    for (Round = 1; Round <= FLUSH_ROUNDS; Round++) {
        for (Index = 0; Index < FLUSH_TESTS; Index++)
            CHECK(KeInsertQueueDpc(&Test[Index].Dpc, NULL, NULL));
        KeFlushQueuedDpcs();
        for (Index = 0; Index < FLUSH_TESTS; Index++)
            CHECK_EQ(Test[Index].Count, Round);
    }
}

TEST(KeFlushQueuedDpcs, WaitsForThoseOfTimers)
{
    DPC_TEST Test;
    KTIMER Timer;
    LARGE_INTEGER Due;

    DpcTestInitialize(&Test);
    KeInitializeTimer(&Timer);
    Due.QuadPart = -10000;
    KeSetTimer(&Timer, Due, &Test.Dpc);
    CHECK_STATUS(KtestWait(&Timer), STATUS_SUCCESS);
    CHECK(!KeCancelTimer(&Timer));
    KeFlushQueuedDpcs();
    CHECK_EQ(Test.Count, 1);
}
