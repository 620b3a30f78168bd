/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlSetAllBits - sets every bit of a bitmap.
 */
#include "ktest.h"

TEST(RtlSetAllBits, ChangesEveryBit)
{
    ULONG Bits[2] = {0x12345678, 0x9ABCDEF0};
    RTL_BITMAP Map;

    RtlInitializeBitMap(&Map, Bits, 64);
    RtlSetAllBits(&Map);
    CHECK_EQ(Bits[0], 0xFFFFFFFF);
    CHECK_EQ(Bits[1], 0xFFFFFFFF);
}
