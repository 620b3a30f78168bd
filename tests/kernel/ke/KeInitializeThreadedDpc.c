/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeInitializeThreadedDpc - a DPC whose routine runs at PASSIVE_LEVEL, or at DISPATCH_LEVEL where
 * threaded DPCs are disabled.
 */
#include "dpc_test.h"

TEST(KeInitializeThreadedDpc, RoutineRuns)
{
    DPC_TEST Test;

    DpcTestInitialize(&Test);
    KeInitializeThreadedDpc(&Test.Dpc, DpcTestRoutine, &Test);
    CHECK(KeInsertQueueDpc(&Test.Dpc, &Test, NULL));
    CHECK_STATUS(KtestWait(&Test.Ran), STATUS_SUCCESS);
    CHECK_PTR(Test.Seen, &Test.Dpc);
    CHECK_PTR(Test.Argument1, &Test);
    CHECK(Test.Irql == PASSIVE_LEVEL || Test.Irql == DISPATCH_LEVEL);
    KeFlushQueuedDpcs();
}
