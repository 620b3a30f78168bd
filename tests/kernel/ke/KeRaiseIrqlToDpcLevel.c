/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeRaiseIrqlToDpcLevel - inline in the DDK on x64, and an export.
 */
#include "ktest.h"

typedef KIRQL(NTAPI *RAISE_TO_LEVEL)(VOID);

static VOID CheckRaise(RAISE_TO_LEVEL Raise)
{
    KIRQL Old, Again, Level;

    Old = Raise();
    Level = KeGetCurrentIrql();
    Again = Raise();
    KeLowerIrql(Old);
    CHECK_EQ(Old, PASSIVE_LEVEL);
    CHECK_EQ(Level, DISPATCH_LEVEL);
    CHECK_EQ(Again, DISPATCH_LEVEL);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

static KIRQL NTAPI RaiseInline(VOID)
{
    return KeRaiseIrqlToDpcLevel();
}

TEST(KeRaiseIrqlToDpcLevel, RaisesAndReturnsTheLevelBefore)
{
    CheckRaise(RaiseInline);
}

TEST(KeRaiseIrqlToDpcLevel, TheExportDoesTheSame)
{
    RAISE_TO_LEVEL Raise = (RAISE_TO_LEVEL)KtestExport(L"KeRaiseIrqlToDpcLevel");

    if (Raise == NULL)
        skip("not exported here");
    else
        CheckRaise(Raise);
}
