/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KfRaiseIrql - the export; KeRaiseIrql of the DDK is inline on x64 and shown with
 * KeGetCurrentIrql.
 */
#include "ktest.h"

typedef KIRQL(FASTCALL *RAISE_IRQL)(KIRQL NewIrql);

static RAISE_IRQL KfRaiseIrqlExport(VOID)
{
    RAISE_IRQL Raise = (RAISE_IRQL)KtestExport(L"KfRaiseIrql");

    if (Raise == NULL)
        skip("not exported here");
    return Raise;
}

TEST(KfRaiseIrql, ReturnsTheLevelBefore)
{
    RAISE_IRQL Raise = KfRaiseIrqlExport();
    KIRQL First, Second, Level;

    if (Raise == NULL)
        return;
    First = Raise(APC_LEVEL);
    Second = Raise(DISPATCH_LEVEL);
    Level = KeGetCurrentIrql();
    KeLowerIrql(First);
    CHECK_EQ(First, PASSIVE_LEVEL);
    CHECK_EQ(Second, APC_LEVEL);
    CHECK_EQ(Level, DISPATCH_LEVEL);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

TEST(KfRaiseIrql, ToTheSameLevelIsAllowed)
{
    RAISE_IRQL Raise = KfRaiseIrqlExport();
    KIRQL Passive, First, Again;

    if (Raise == NULL)
        return;
    Passive = Raise(PASSIVE_LEVEL);
    First = Raise(DISPATCH_LEVEL);
    Again = Raise(DISPATCH_LEVEL);
    KeLowerIrql(First);
    CHECK_EQ(Passive, PASSIVE_LEVEL);
    CHECK_EQ(First, PASSIVE_LEVEL);
    CHECK_EQ(Again, DISPATCH_LEVEL);
}

TEST(KfRaiseIrql, GoesUpToTheHighestLevel)
{
    RAISE_IRQL Raise = KfRaiseIrqlExport();
    KIRQL Old, Level;

    if (Raise == NULL)
        return;
    Old = Raise(HIGH_LEVEL);
    Level = KeGetCurrentIrql();
    KeLowerIrql(Old);
    CHECK_EQ(Level, HIGH_LEVEL);
}
