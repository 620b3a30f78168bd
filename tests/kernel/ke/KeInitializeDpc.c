/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeInitializeDpc - a DPC that calls its routine with the context.
 */
#include "dpc_test.h"

TEST(KeInitializeDpc, RoutineGetsDpcAndContext)
{
    DPC_TEST Test;

    DpcTestInitialize(&Test);
    CHECK(KeInsertQueueDpc(&Test.Dpc, NULL, NULL));
    CHECK_STATUS(KtestWait(&Test.Ran), STATUS_SUCCESS);
    CHECK_PTR(Test.Seen, &Test.Dpc);
    CHECK_EQ(Test.Count, 1);
    KeFlushQueuedDpcs();
}

TEST(KeInitializeDpc, IsInNoQueue)
{
    DPC_TEST Test;

    RtlFillMemory(&Test, sizeof(Test), 0xAA);
    DpcTestInitialize(&Test);
    CHECK(!KeRemoveQueueDpc(&Test.Dpc));
}
