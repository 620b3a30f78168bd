/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeLeaveCriticalRegion - regions nest: the last one left counts.
 */
#include "region_test.h"

TEST(KeLeaveCriticalRegion, EndsTheOutermostRegion)
{
    ULONG Before = RegionTestState();
    ULONG Inner, Outer;

    KeEnterCriticalRegion();
    KeEnterCriticalRegion();
    Inner = RegionTestState();
    KeLeaveCriticalRegion();
    Outer = RegionTestState();
    KeLeaveCriticalRegion();
    CHECK_EQ(Inner, Before | REGION_NORMAL);
    CHECK_EQ(Outer, Before | REGION_NORMAL);
    CHECK_EQ(RegionTestState(), Before);
}
