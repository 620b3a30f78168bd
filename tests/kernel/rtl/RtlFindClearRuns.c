/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlFindClearRuns - several runs of clear bits at once.
 */
#include "ktest.h"

TEST(RtlFindClearRuns, FirstOnesInOrder)
{
    ULONG Bits[1] = {0xFF00F0FE};
    RTL_BITMAP_RUN Runs[2];
    RTL_BITMAP Map;

    RtlInitializeBitMap(&Map, Bits, 32);
    CHECK_EQ(RtlFindClearRuns(&Map, Runs, 2, FALSE), 2);
    CHECK_EQ(Runs[0].StartingIndex, 0);
    CHECK_EQ(Runs[0].NumberOfBits, 1);
    CHECK_EQ(Runs[1].StartingIndex, 8);
    CHECK_EQ(Runs[1].NumberOfBits, 4);
}

TEST(RtlFindClearRuns, LongestOnesFirst)
{
    ULONG Bits[1] = {0xFF00F0FE};
    RTL_BITMAP_RUN Runs[2];
    RTL_BITMAP Map;

    RtlInitializeBitMap(&Map, Bits, 32);
    CHECK_EQ(RtlFindClearRuns(&Map, Runs, 2, TRUE), 2);
    CHECK_EQ(Runs[0].StartingIndex, 16);
    CHECK_EQ(Runs[0].NumberOfBits, 8);
    CHECK_EQ(Runs[1].StartingIndex, 8);
    CHECK_EQ(Runs[1].NumberOfBits, 4);
}
