/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlAreBitsSet - whether a range of bits is all set.
 */
#include "ktest.h"

TEST(RtlAreBitsSet, LooksAtTheRangeOnly)
{
    ULONG Bits[2] = {0xFFFFFFF0, 0x0000000F};
    RTL_BITMAP Map;

    RtlInitializeBitMap(&Map, Bits, 40);
    CHECK(RtlAreBitsSet(&Map, 4, 32));
    CHECK(RtlAreBitsSet(&Map, 35, 1));
    CHECK(!RtlAreBitsSet(&Map, 3, 2));
    CHECK(!RtlAreBitsSet(&Map, 35, 2));
}

TEST(RtlAreBitsSet, OutsideIsFalse)
{
    ULONG Bits[2] = {0xFFFFFFFF, 0xFFFFFFFF};
    RTL_BITMAP Map;

    RtlInitializeBitMap(&Map, Bits, 40);
    CHECK(RtlAreBitsSet(&Map, 0, 40));
    CHECK(!RtlAreBitsSet(&Map, 0, 41));
    CHECK(!RtlAreBitsSet(&Map, 40, 1));
    CHECK(!RtlAreBitsSet(&Map, 0, 0));
}
