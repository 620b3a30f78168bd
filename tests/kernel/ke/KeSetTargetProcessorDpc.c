/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeSetTargetProcessorDpc - the routine runs on that processor.
 */
#include "dpc_test.h"

TEST(KeSetTargetProcessorDpc, RunsThere)
{
    KAFFINITY Processors = KeQueryActiveProcessors();
    DPC_TEST Test;
    CCHAR Number;

    for (Number = 0; Number < 8 && (Processors >> Number & 1); Number++) {
        DpcTestInitialize(&Test);
        KeSetTargetProcessorDpc(&Test.Dpc, Number);
        CHECK(KeInsertQueueDpc(&Test.Dpc, NULL, NULL));
        CHECK_STATUS(KtestWait(&Test.Ran), STATUS_SUCCESS);
        CHECK_EQ(Test.Processor, Number);
        KeFlushQueuedDpcs();
    }
}
