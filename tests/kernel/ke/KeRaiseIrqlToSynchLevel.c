/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeRaiseIrqlToSynchLevel - above DISPATCH_LEVEL, or there.
 */
#include "ktest.h"

typedef KIRQL(NTAPI *RAISE_TO_LEVEL)(VOID);

TEST(KeRaiseIrqlToSynchLevel, RaisesToDispatchLevelOrAbove)
{
    KIRQL Old = KeRaiseIrqlToSynchLevel();
    KIRQL Level = KeGetCurrentIrql();

    KeLowerIrql(Old);
    CHECK_EQ(Old, PASSIVE_LEVEL);
    CHECK(Level >= DISPATCH_LEVEL);
}

TEST(KeRaiseIrqlToSynchLevel, TheExportDoesTheSame)
{
    RAISE_TO_LEVEL Raise = (RAISE_TO_LEVEL)KtestExport(L"KeRaiseIrqlToSynchLevel");
    KIRQL Old, Level, Inline;

    if (Raise == NULL) {
        skip("not exported here");
        return;
    }
    Old = KeRaiseIrqlToSynchLevel();
    Inline = KeGetCurrentIrql();
    KeLowerIrql(Old);
    Old = Raise();
    Level = KeGetCurrentIrql();
    KeLowerIrql(Old);
    CHECK_EQ(Old, PASSIVE_LEVEL);
    CHECK_EQ(Level, Inline);
}
