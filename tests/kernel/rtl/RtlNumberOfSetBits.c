/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlNumberOfSetBits - counts the set bits of a bitmap.
 */
#include "ktest.h"

TEST(RtlNumberOfSetBits, CountsUpToTheSize)
{
    ULONG Bits[2] = {0xF0F00001, 0xFFFFFF03};
    RTL_BITMAP Map;

    RtlInitializeBitMap(&Map, Bits, 64);
    CHECK_EQ(RtlNumberOfSetBits(&Map), 35);
    RtlInitializeBitMap(&Map, Bits, 40);
    CHECK_EQ(RtlNumberOfSetBits(&Map), 11);
    RtlInitializeBitMap(&Map, Bits, 32);
    CHECK_EQ(RtlNumberOfSetBits(&Map), 9);
}
