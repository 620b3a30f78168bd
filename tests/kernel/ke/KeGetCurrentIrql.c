/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeGetCurrentIrql - the DDK reads CR8 for it on x64; the export says the same.
 */
#include "ktest.h"

typedef KIRQL(NTAPI *GET_CURRENT_IRQL)(VOID);

TEST(KeGetCurrentIrql, IsPassiveInDriverEntry)
{
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

TEST(KeGetCurrentIrql, FollowsTheInlineForms)
{
    KIRQL Old, AtApc, AtDispatch, Back;

    KeRaiseIrql(APC_LEVEL, &Old);
    AtApc = KeGetCurrentIrql();
    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    AtDispatch = KeGetCurrentIrql();
    KeLowerIrql(APC_LEVEL);
    Back = KeGetCurrentIrql();
    KeLowerIrql(PASSIVE_LEVEL);

    CHECK_EQ(AtApc, APC_LEVEL);
    CHECK_EQ(AtDispatch, DISPATCH_LEVEL);
    CHECK_EQ(Old, APC_LEVEL);
    CHECK_EQ(Back, APC_LEVEL);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

TEST(KeGetCurrentIrql, TheExportReadsTheSame)
{
    GET_CURRENT_IRQL GetCurrentIrql = (GET_CURRENT_IRQL)KtestExport(L"KeGetCurrentIrql");
    KIRQL Old, Raised;

    if (GetCurrentIrql == NULL) {
        skip("not exported here");
        return;
    }
    CHECK_EQ(GetCurrentIrql(), PASSIVE_LEVEL);
    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    Raised = GetCurrentIrql();
    KeLowerIrql(Old);
    CHECK_EQ(Raised, DISPATCH_LEVEL);
}

/* A level in between, of a device: no level is special to the register. */
TEST(KeGetCurrentIrql, EveryLevelCanBeRead)
{
    KIRQL Level, Old, Seen[HIGH_LEVEL + 1];

    for (Level = PASSIVE_LEVEL; Level <= HIGH_LEVEL; Level++) {
        KeRaiseIrql(Level, &Old);
        Seen[Level] = KeGetCurrentIrql();
        KeLowerIrql(Old);
    }
    for (Level = PASSIVE_LEVEL; Level <= HIGH_LEVEL; Level++)
        CHECK_EQ(Seen[Level], Level);
}
