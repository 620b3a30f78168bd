/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlTestBit - reads one bit; RtlSetBit and RtlClearBit write it.
 */
#include "ktest.h"

TEST(RtlTestBit, ReadsWhatWasWritten)
{
    ULONG Bits[2] = {0, 0};
    RTL_BITMAP Map;

    RtlInitializeBitMap(&Map, Bits, 64);
    RtlSetBit(&Map, 33);
    CHECK(RtlTestBit(&Map, 33));
    CHECK(!RtlTestBit(&Map, 32));
    CHECK(!RtlTestBit(&Map, 1));
    CHECK_EQ(Bits[1], 2);
    RtlSetBit(&Map, 33);
    RtlClearBit(&Map, 33);
    CHECK(!RtlTestBit(&Map, 33));
    CHECK_EQ(Bits[0], 0);
    CHECK_EQ(Bits[1], 0);
}
