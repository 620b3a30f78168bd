/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlFindLongestRunClear - the longest run of clear bits.
 */
#include "ktest.h"

TEST(RtlFindLongestRunClear, FindsTheLongest)
{
    ULONG Bits[2] = {0xFF00F0FF, 0xFFFFFFF0};
    RTL_BITMAP Map;
    ULONG Start = 0;

    RtlInitializeBitMap(&Map, Bits, 64);
    CHECK_EQ(RtlFindLongestRunClear(&Map, &Start), 8);
    CHECK_EQ(Start, 16);
    RtlSetAllBits(&Map);
    CHECK_EQ(RtlFindLongestRunClear(&Map, &Start), 0);
}
