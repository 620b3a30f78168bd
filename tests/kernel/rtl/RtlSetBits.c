/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlSetBits - sets a range of bits and no other.
 */
#include "ktest.h"

TEST(RtlSetBits, ChangesTheRangeOnly)
{
    ULONG Bits[3] = {0, 0, 0};
    RTL_BITMAP Map;

    RtlInitializeBitMap(&Map, Bits, 96);
    RtlSetBits(&Map, 4, 8);
    CHECK_EQ(Bits[0], 0x00000FF0);
    RtlSetBits(&Map, 31, 34);
    CHECK_EQ(Bits[0], 0x80000FF0);
    CHECK_EQ(Bits[1], 0xFFFFFFFF);
    CHECK_EQ(Bits[2], 1);
}

TEST(RtlSetBits, NoBitsIsNothing)
{
    ULONG Bits[1] = {0};
    RTL_BITMAP Map;

    RtlInitializeBitMap(&Map, Bits, 32);
    RtlSetBits(&Map, 5, 0);
    CHECK_EQ(Bits[0], 0);
}
