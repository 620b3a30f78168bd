/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlClearBits - clears a range of bits and no other.
 */
#include "ktest.h"

TEST(RtlClearBits, ChangesTheRangeOnly)
{
    ULONG Bits[3] = {0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF};
    RTL_BITMAP Map;

    RtlInitializeBitMap(&Map, Bits, 96);
    RtlClearBits(&Map, 4, 8);
    CHECK_EQ(Bits[0], 0xFFFFF00F);
    RtlClearBits(&Map, 31, 34);
    CHECK_EQ(Bits[0], 0x7FFFF00F);
    CHECK_EQ(Bits[1], 0);
    CHECK_EQ(Bits[2], 0xFFFFFFFE);
}

TEST(RtlClearBits, NoBitsIsNothing)
{
    ULONG Bits[1] = {0xFFFFFFFF};
    RTL_BITMAP Map;

    RtlInitializeBitMap(&Map, Bits, 32);
    RtlClearBits(&Map, 5, 0);
    CHECK_EQ(Bits[0], 0xFFFFFFFF);
}
