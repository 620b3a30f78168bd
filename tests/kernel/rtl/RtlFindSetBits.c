/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlFindSetBits - finds so many bits in a row that are set.
 */
#include "ktest.h"

TEST(RtlFindSetBits, FindsThemBehindTheHint)
{
    ULONG Bits[2] = {0x0F0000F0, 0x000000F0};
    RTL_BITMAP Map;

    RtlInitializeBitMap(&Map, Bits, 64);
    CHECK_EQ(RtlFindSetBits(&Map, 4, 0), 4);
    CHECK_EQ(RtlFindSetBits(&Map, 4, 8), 24);
    CHECK_EQ(RtlFindSetBits(&Map, 3, 32), 36);
}

TEST(RtlFindSetBits, GoesOnFromTheBeginning)
{
    ULONG Bits[2] = {0x000000F0, 0};
    RTL_BITMAP Map;

    RtlInitializeBitMap(&Map, Bits, 64);
    CHECK_EQ(RtlFindSetBits(&Map, 4, 32), 4);
}

TEST(RtlFindSetBits, SaysWhenThereAreNone)
{
    ULONG Bits[2] = {0x00000070, 0};
    RTL_BITMAP Map;

    RtlInitializeBitMap(&Map, Bits, 64);
    CHECK_EQ(RtlFindSetBits(&Map, 4, 0), 0xFFFFFFFF);
    CHECK_EQ(RtlFindSetBits(&Map, 65, 0), 0xFFFFFFFF);
}

TEST(RtlFindSetBits, StopsAtTheSize)
{
    ULONG Bits[1] = {0xFFFF0000};
    RTL_BITMAP Map;

    RtlInitializeBitMap(&Map, Bits, 20);
    CHECK_EQ(RtlFindSetBits(&Map, 4, 0), 16);
    CHECK_EQ(RtlFindSetBits(&Map, 5, 0), 0xFFFFFFFF);
}
