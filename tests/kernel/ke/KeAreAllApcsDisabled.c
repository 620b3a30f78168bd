/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeAreAllApcsDisabled - guarded regions and APC_LEVEL, but no critical region.
 */
#include "region_test.h"

TEST(KeAreAllApcsDisabled, IsFalseInACriticalRegion)
{
    BOOLEAN Inside;

    KeEnterCriticalRegion();
    Inside = KeAreAllApcsDisabled();
    KeLeaveCriticalRegion();
    CHECK_EQ(Inside, FALSE);
}

TEST(KeAreAllApcsDisabled, IsTrueInAGuardedRegion)
{
    BOOLEAN Inside;

    KeEnterGuardedRegion();
    Inside = KeAreAllApcsDisabled();
    KeLeaveGuardedRegion();
    CHECK_EQ(Inside, TRUE);
}

TEST(KeAreAllApcsDisabled, IsTrueAtApcLevelAndAbove)
{
    BOOLEAN Passive = KeAreAllApcsDisabled();
    BOOLEAN AtApc, AtDispatch;
    KIRQL Old;

    KeRaiseIrql(APC_LEVEL, &Old);
    AtApc = KeAreAllApcsDisabled();
    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    AtDispatch = KeAreAllApcsDisabled();
    KeLowerIrql(PASSIVE_LEVEL);
    CHECK_EQ(Passive, FALSE);
    CHECK_EQ(AtApc, TRUE);
    CHECK_EQ(AtDispatch, TRUE);
}
