/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeSetTargetProcessorDpcEx - the same by group and number; a processor that does not exist is
 * refused.
 */
#include "dpc_test.h"

typedef struct TARGET {
    USHORT Group;
    UCHAR Number;
    UCHAR Reserved;
} TARGET;

typedef NTSTATUS(NTAPI *SET_TARGET)(PKDPC Dpc, TARGET *Target);

static SET_TARGET FindSetTarget(VOID)
{
    SET_TARGET Found = (SET_TARGET)(ULONG_PTR)KtestExport(L"KeSetTargetProcessorDpcEx");

    if (Found == NULL)
        skip("newer than this Windows");
    return Found;
}

TEST(KeSetTargetProcessorDpcEx, RunsThere)
{
    SET_TARGET SetTarget = FindSetTarget();
    TARGET Target = {0, 0, 0};
    DPC_TEST Test;

    if (SetTarget == NULL)
        return;
    DpcTestInitialize(&Test);
    CHECK_STATUS(SetTarget(&Test.Dpc, &Target), STATUS_SUCCESS);
    CHECK(KeInsertQueueDpc(&Test.Dpc, NULL, NULL));
    CHECK_STATUS(KtestWait(&Test.Ran), STATUS_SUCCESS);
    CHECK_EQ(Test.Processor, 0);
    KeFlushQueuedDpcs();
}

TEST(KeSetTargetProcessorDpcEx, NoSuchProcessor)
{
    SET_TARGET SetTarget = FindSetTarget();
    TARGET Target = {0xFF, 0, 0};
    DPC_TEST Test;

    if (SetTarget == NULL)
        return;
    DpcTestInitialize(&Test);
    CHECK_STATUS(SetTarget(&Test.Dpc, &Target), STATUS_INVALID_PARAMETER);
}
