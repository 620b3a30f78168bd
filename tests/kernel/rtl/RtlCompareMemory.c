/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlCompareMemory - how many bytes two blocks have in common from the start.
 */
#include "ktest.h"

TEST(RtlCompareMemory, EqualBlocksMatchWhole)
{
    static const UCHAR Left[64] = {1, 2, 3};
    static const UCHAR Right[64] = {1, 2, 3};

    CHECK_EQ(RtlCompareMemory(Left, Right, 64), 64);
    CHECK_EQ(RtlCompareMemory(Left, Right, 63), 63);
    CHECK_EQ(RtlCompareMemory(Left, Left, 64), 64);
}

TEST(RtlCompareMemory, CountsUpToTheFirstDifference)
{
    UCHAR Left[64] = {0};
    UCHAR Right[64] = {0};
    SIZE_T At;

    for (At = 0; At < sizeof(Left); At++) {
        Right[At] = 1;
        CHECK_EQ(RtlCompareMemory(Left, Right, sizeof(Left)), At);
        Right[At] = 0;
    }
}

TEST(RtlCompareMemory, LooksNoFartherThanAsked)
{
    static const UCHAR Left[4] = {1, 2, 3, 4};
    static const UCHAR Right[4] = {1, 2, 3, 5};

    CHECK_EQ(RtlCompareMemory(Left, Right, 3), 3);
    CHECK_EQ(RtlCompareMemory(Left, Right, 0), 0);
}

TEST(RtlCompareMemory, NeedsNoAlignment)
{
    UCHAR Left[48];
    UCHAR Right[48];

    RtlFillMemory(Left, sizeof(Left), 0x5A);
    RtlFillMemory(Right, sizeof(Right), 0x5A);
    CHECK_EQ(RtlCompareMemory(Left + 1, Right + 3, 40), 40);
    Right[3 + 37] = 0;
    CHECK_EQ(RtlCompareMemory(Left + 1, Right + 3, 40), 37);
}
