/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlFindLeastSignificantBit - the lowest bit that is set.
 */
#include "ktest.h"

TEST(RtlFindLeastSignificantBit, FindsIt)
{
    CHECK_EQ((LONG)RtlFindLeastSignificantBit(1), 0);
    CHECK_EQ((LONG)RtlFindLeastSignificantBit(0x8000000000000001), 0);
    CHECK_EQ((LONG)RtlFindLeastSignificantBit(0x0000000100000000), 32);
}

TEST(RtlFindLeastSignificantBit, NoBitIsMinusOne)
{
    CHECK_EQ((LONG)RtlFindLeastSignificantBit(0), (LONG)-1);
}
