/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlFindNextForwardRunClear - the next run of clear bits.
 */
#include "ktest.h"

TEST(RtlFindNextForwardRunClear, StartsWhereAsked)
{
    ULONG Bits[2] = {0xFF0000FF, 0xFFFFFF0F};
    RTL_BITMAP Map;
    ULONG Start = 0;

    RtlInitializeBitMap(&Map, Bits, 64);
    CHECK_EQ(RtlFindNextForwardRunClear(&Map, 0, &Start), 16);
    CHECK_EQ(Start, 8);
    CHECK_EQ(RtlFindNextForwardRunClear(&Map, 10, &Start), 14);
    CHECK_EQ(Start, 10);
    CHECK_EQ(RtlFindNextForwardRunClear(&Map, 24, &Start), 4);
    CHECK_EQ(Start, 36);
    CHECK_EQ(RtlFindNextForwardRunClear(&Map, 40, &Start), 0);
}

TEST(RtlFindNextForwardRunClear, StopsAtTheSize)
{
    ULONG Bits[1] = {0x0000FFFF};
    RTL_BITMAP Map;
    ULONG Start = 0;

    RtlInitializeBitMap(&Map, Bits, 20);
    CHECK_EQ(RtlFindNextForwardRunClear(&Map, 0, &Start), 4);
    CHECK_EQ(Start, 16);
}
