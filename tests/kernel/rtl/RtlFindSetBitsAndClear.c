/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlFindSetBitsAndClear - finds bits that are set and turns them over.
 */
#include "ktest.h"

TEST(RtlFindSetBitsAndClear, TurnsOverWhatItFinds)
{
    ULONG Bits[1] = {0x00000FF0};
    RTL_BITMAP Map;

    RtlInitializeBitMap(&Map, Bits, 32);
    CHECK_EQ(RtlFindSetBitsAndClear(&Map, 3, 0), 4);
    CHECK_EQ(Bits[0], (ULONG)0x00000F80);
    CHECK_EQ(RtlFindSetBitsAndClear(&Map, 6, 0), 0xFFFFFFFF);
    CHECK_EQ(Bits[0], (ULONG)0x00000F80);
}
