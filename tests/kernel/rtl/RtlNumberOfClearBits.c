/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlNumberOfClearBits - counts the clear bits of a bitmap.
 */
#include "ktest.h"

TEST(RtlNumberOfClearBits, CountsUpToTheSize)
{
    ULONG Bits[2] = {~(ULONG)0xF0F00001, ~(ULONG)0xFFFFFF03};
    RTL_BITMAP Map;

    RtlInitializeBitMap(&Map, Bits, 64);
    CHECK_EQ(RtlNumberOfClearBits(&Map), 35);
    RtlInitializeBitMap(&Map, Bits, 40);
    CHECK_EQ(RtlNumberOfClearBits(&Map), 11);
    RtlInitializeBitMap(&Map, Bits, 32);
    CHECK_EQ(RtlNumberOfClearBits(&Map), 9);
}
