/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsEnterPriorityRegion, PsLeavePriorityRegion - no normal kernel APCs in between.
 */
#include "pstest.h"

TEST(PsEnterPriorityRegion, NestsAsCriticalRegionsDo)
{
    LATER(PsEnterPriorityRegion, VOID, VOID)
    LATER(PsLeavePriorityRegion, VOID, VOID)

    CHECK(!KeAreApcsDisabled());
    PsEnterPriorityRegion();
    PsEnterPriorityRegion();
    CHECK(KeAreApcsDisabled());
    PsLeavePriorityRegion();
    CHECK(KeAreApcsDisabled());
    PsLeavePriorityRegion();
    CHECK(!KeAreApcsDisabled());
}
