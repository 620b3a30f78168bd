/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlClearAllBits - clears every bit of a bitmap.
 */
#include "ktest.h"

TEST(RtlClearAllBits, ChangesEveryBit)
{
    ULONG Bits[2] = {0x12345678, 0x9ABCDEF0};
    RTL_BITMAP Map;

    RtlInitializeBitMap(&Map, Bits, 64);
    RtlClearAllBits(&Map);
    CHECK_EQ(Bits[0], 0);
    CHECK_EQ(Bits[1], 0);
}
