/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlAreBitsClear - whether a range of bits is all clear.
 */
#include "ktest.h"

TEST(RtlAreBitsClear, LooksAtTheRangeOnly)
{
    ULONG Bits[2] = {~(ULONG)0xFFFFFFF0, ~(ULONG)0x0000000F};
    RTL_BITMAP Map;

    RtlInitializeBitMap(&Map, Bits, 40);
    CHECK(RtlAreBitsClear(&Map, 4, 32));
    CHECK(RtlAreBitsClear(&Map, 35, 1));
    CHECK(!RtlAreBitsClear(&Map, 3, 2));
    CHECK(!RtlAreBitsClear(&Map, 35, 2));
}

TEST(RtlAreBitsClear, OutsideIsFalse)
{
    ULONG Bits[2] = {~(ULONG)0xFFFFFFFF, ~(ULONG)0xFFFFFFFF};
    RTL_BITMAP Map;

    RtlInitializeBitMap(&Map, Bits, 40);
    CHECK(RtlAreBitsClear(&Map, 0, 40));
    CHECK(!RtlAreBitsClear(&Map, 0, 41));
    CHECK(!RtlAreBitsClear(&Map, 40, 1));
    CHECK(!RtlAreBitsClear(&Map, 0, 0));
}
