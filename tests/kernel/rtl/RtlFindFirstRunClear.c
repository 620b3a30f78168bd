/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlFindFirstRunClear - the first run of clear bits.
 */
#include "ktest.h"

TEST(RtlFindFirstRunClear, FindsTheFirst)
{
    ULONG Bits[1] = {0xFF00F0FF};
    RTL_BITMAP Map;
    ULONG Start = 0;

    RtlInitializeBitMap(&Map, Bits, 32);
    CHECK_EQ(RtlFindFirstRunClear(&Map, &Start), 4);
    CHECK_EQ(Start, 8);
    Bits[0] = 0xFFFFFFFF;
    CHECK_EQ(RtlFindFirstRunClear(&Map, &Start), 0);
}
