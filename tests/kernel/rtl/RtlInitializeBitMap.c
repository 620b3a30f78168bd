/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlInitializeBitMap - describes an array of the caller as a bitmap.
 */
#include "ktest.h"

TEST(RtlInitializeBitMap, LeavesTheBitsAlone)
{
    ULONG Bits[2] = {0x12345678, 0x9ABCDEF0};
    RTL_BITMAP Map;

    RtlInitializeBitMap(&Map, Bits, 40);
    CHECK_EQ(Map.SizeOfBitMap, 40);
    CHECK_PTR(Map.Buffer, Bits);
    CHECK_EQ(Bits[0], 0x12345678);
    CHECK_EQ(Bits[1], 0x9ABCDEF0);
}
