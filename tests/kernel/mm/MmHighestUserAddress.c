/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * MmHighestUserAddress - with its neighbours: where user memory ends and the system begins.
 */
#include "kvariable.h"

IMPORT_VARIABLE(PVOID, MmHighestUserAddress);
IMPORT_VARIABLE(ULONG_PTR, MmUserProbeAddress);
IMPORT_VARIABLE(PVOID, MmSystemRangeStart);

TEST(MmHighestUserAddress, IsTheLastByteOfAPage)
{
    CHECK_EQ(((ULONG_PTR)IMPORTED(MmHighestUserAddress) + 1) & (PAGE_SIZE - 1), 0);
    CHECK((ULONG_PTR)IMPORTED(MmHighestUserAddress) > 0x7FFE0000);
}

TEST(MmUserProbeAddress, FollowsTheHighestUserAddress)
{
    CHECK(IMPORTED(MmUserProbeAddress) > (ULONG_PTR)IMPORTED(MmHighestUserAddress));
    CHECK(IMPORTED(MmUserProbeAddress) - (ULONG_PTR)IMPORTED(MmHighestUserAddress) <= 0x10000);
}

TEST(MmSystemRangeStart, LiesBeyondUserMemory)
{
    CHECK((ULONG_PTR)IMPORTED(MmSystemRangeStart) > (ULONG_PTR)IMPORTED(MmHighestUserAddress));
}
