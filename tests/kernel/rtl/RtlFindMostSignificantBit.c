/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlFindMostSignificantBit - the highest bit that is set.
 */
#include "ktest.h"

TEST(RtlFindMostSignificantBit, FindsIt)
{
    CHECK_EQ((LONG)RtlFindMostSignificantBit(1), 0);
    CHECK_EQ((LONG)RtlFindMostSignificantBit(0x8000000000000001), 63);
    CHECK_EQ((LONG)RtlFindMostSignificantBit(0x0000000100000000), 32);
}

TEST(RtlFindMostSignificantBit, NoBitIsMinusOne)
{
    CHECK_EQ((LONG)RtlFindMostSignificantBit(0), (LONG)-1);
}
