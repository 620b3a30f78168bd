/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeLowerIrql - the inline form and, where there is one, the export.
 */
#include "ktest.h"

typedef VOID(NTAPI *LOWER_IRQL)(KIRQL NewIrql);

TEST(KeLowerIrql, ReturnsToAnyLevelBelow)
{
    KIRQL Old, Level;

    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    KeLowerIrql(APC_LEVEL);
    Level = KeGetCurrentIrql();
    KeLowerIrql(Old);
    CHECK_EQ(Level, APC_LEVEL);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

TEST(KeLowerIrql, ToTheSameLevelIsAllowed)
{
    KeLowerIrql(PASSIVE_LEVEL);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

TEST(KeLowerIrql, TheExportDoesTheSame)
{
    LOWER_IRQL LowerIrql = (LOWER_IRQL)KtestExport(L"KeLowerIrql");
    KIRQL Old, Level;

    if (LowerIrql == NULL) {
        skip("not exported here");
        return;
    }
    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    LowerIrql(APC_LEVEL);
    Level = KeGetCurrentIrql();
    LowerIrql(Old);
    CHECK_EQ(Level, APC_LEVEL);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}
