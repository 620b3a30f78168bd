/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeEnterGuardedRegion - all APCs wait.
 */
#include "region_test.h"

TEST(KeEnterGuardedRegion, DisablesAllApcs)
{
    ULONG Before = RegionTestState();
    KIRQL Level;
    ULONG Inside;

    KeEnterGuardedRegion();
    Inside = RegionTestState();
    Level = KeGetCurrentIrql();
    KeLeaveGuardedRegion();
    CHECK_EQ(Inside, REGION_NORMAL | REGION_ALL);
    CHECK_EQ(Level, PASSIVE_LEVEL);
    CHECK_EQ(RegionTestState(), Before);
}
