/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeLeaveGuardedRegion - regions nest, with critical ones too.
 */
#include "region_test.h"

TEST(KeLeaveGuardedRegion, EndsTheOutermostRegion)
{
    ULONG Before = RegionTestState();
    ULONG Inner, Outer;

    KeEnterGuardedRegion();
    KeEnterGuardedRegion();
    Inner = RegionTestState();
    KeLeaveGuardedRegion();
    Outer = RegionTestState();
    KeLeaveGuardedRegion();
    CHECK_EQ(Inner, REGION_NORMAL | REGION_ALL);
    CHECK_EQ(Outer, REGION_NORMAL | REGION_ALL);
    CHECK_EQ(RegionTestState(), Before);
}

TEST(KeLeaveGuardedRegion, LeavesTheCriticalRegionAround)
{
    ULONG Before = RegionTestState();
    ULONG Around;

    KeEnterCriticalRegion();
    KeEnterGuardedRegion();
    KeLeaveGuardedRegion();
    Around = RegionTestState();
    KeLeaveCriticalRegion();
    CHECK_EQ(Around, Before | REGION_NORMAL);
    CHECK_EQ(RegionTestState(), Before);
}
