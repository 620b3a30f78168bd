/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlFindClearBits - finds so many bits in a row that are clear.
 */
#include "ktest.h"

TEST(RtlFindClearBits, FindsThemBehindTheHint)
{
    ULONG Bits[2] = {~(ULONG)0x0F0000F0, ~(ULONG)0x000000F0};
    RTL_BITMAP Map;

    RtlInitializeBitMap(&Map, Bits, 64);
    CHECK_EQ(RtlFindClearBits(&Map, 4, 0), 4);
    CHECK_EQ(RtlFindClearBits(&Map, 4, 8), 24);
    CHECK_EQ(RtlFindClearBits(&Map, 3, 32), 36);
}

TEST(RtlFindClearBits, GoesOnFromTheBeginning)
{
    ULONG Bits[2] = {~(ULONG)0x000000F0, ~(ULONG)0};
    RTL_BITMAP Map;

    RtlInitializeBitMap(&Map, Bits, 64);
    CHECK_EQ(RtlFindClearBits(&Map, 4, 32), 4);
}

TEST(RtlFindClearBits, SaysWhenThereAreNone)
{
    ULONG Bits[2] = {~(ULONG)0x00000070, ~(ULONG)0};
    RTL_BITMAP Map;

    RtlInitializeBitMap(&Map, Bits, 64);
    CHECK_EQ(RtlFindClearBits(&Map, 4, 0), 0xFFFFFFFF);
    CHECK_EQ(RtlFindClearBits(&Map, 65, 0), 0xFFFFFFFF);
}

TEST(RtlFindClearBits, StopsAtTheSize)
{
    ULONG Bits[1] = {~(ULONG)0xFFFF0000};
    RTL_BITMAP Map;

    RtlInitializeBitMap(&Map, Bits, 20);
    CHECK_EQ(RtlFindClearBits(&Map, 4, 0), 16);
    CHECK_EQ(RtlFindClearBits(&Map, 5, 0), 0xFFFFFFFF);
}
