/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlFindLastBackwardRunClear - the last run of clear bits before a place.
 */
#include "ktest.h"

TEST(RtlFindLastBackwardRunClear, LooksBackwards)
{
    ULONG Bits[1] = {0xFF00F0FF};
    RTL_BITMAP Map;
    ULONG Start = 0;

    RtlInitializeBitMap(&Map, Bits, 32);
    CHECK_EQ(RtlFindLastBackwardRunClear(&Map, 31, &Start), 8);
    CHECK_EQ(Start, 16);
    CHECK_EQ(RtlFindLastBackwardRunClear(&Map, 14, &Start), 4);
    CHECK_EQ(Start, 8);
    CHECK_EQ(RtlFindLastBackwardRunClear(&Map, 7, &Start), 0);
}
