/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeIsExecutingDpc - in a DPC routine, and nowhere else: not by the IRQL.
 */
#include "dpc_test.h"

typedef LOGICAL(NTAPI *IS_EXECUTING_DPC)(VOID);

typedef struct ASK {
    IS_EXECUTING_DPC Is;
    LOGICAL Answer;
} ASK;

static VOID Look(PVOID Context)
{
    ASK *Ask = Context;

    Ask->Answer = Ask->Is();
}

TEST(KeIsExecutingDpc, InADpcRoutineOnly)
{
    ASK Ask = {0};
    LOGICAL Raised;
    KIRQL Old;

    Ask.Is = (IS_EXECUTING_DPC)(ULONG_PTR)KtestExport(L"KeIsExecutingDpc");
    if (Ask.Is == NULL) {
        skip("not exported here");
        return;
    }
    CHECK(!Ask.Is());
    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    Raised = Ask.Is();
    KeLowerIrql(Old);
    CHECK(!Raised);
    DpcTestHold(Look, &Ask);
    CHECK(Ask.Answer);
    CHECK(!Ask.Is());
}
