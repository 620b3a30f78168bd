/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeSetImportanceDpc - a DPC of high importance goes before those queued; all others behind.
 */
#include "dpc_test.h"

static VOID QueueByImportance(PVOID Context)
{
    DPC_TEST *Test = Context;
    ULONG Index;

    KeSetImportanceDpc(&Test[1].Dpc, MediumImportance);
    KeSetImportanceDpc(&Test[2].Dpc, HighImportance);
    for (Index = 0; Index < 3; Index++) {
        KeSetTargetProcessorDpc(&Test[Index].Dpc, 0);
        CHECK(KeInsertQueueDpc(&Test[Index].Dpc, NULL, NULL));
    }
}

TEST(KeSetImportanceDpc, HighGoesFirst)
{
    DPC_TEST Test[3];
    volatile LONG Next = 0;
    ULONG Index;

    for (Index = 0; Index < 3; Index++) {
        DpcTestInitialize(&Test[Index]);
        Test[Index].Order = &Next;
    }
    DpcTestHold(QueueByImportance, Test);
    CHECK_EQ(Test[2].Place, 1);
    CHECK_EQ(Test[0].Place, 2);
    CHECK_EQ(Test[1].Place, 3);
}

TEST(KeSetImportanceDpc, LowRuns)
{
    DPC_TEST Test;

    DpcTestInitialize(&Test);
    KeSetImportanceDpc(&Test.Dpc, LowImportance);
    CHECK(KeInsertQueueDpc(&Test.Dpc, NULL, NULL));
    KeFlushQueuedDpcs();
    CHECK_EQ(Test.Count, 1);
}
