/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlFindClearBitsAndSet - finds bits that are clear and turns them over.
 */
#include "ktest.h"

TEST(RtlFindClearBitsAndSet, TurnsOverWhatItFinds)
{
    ULONG Bits[1] = {~(ULONG)0x00000FF0};
    RTL_BITMAP Map;

    RtlInitializeBitMap(&Map, Bits, 32);
    CHECK_EQ(RtlFindClearBitsAndSet(&Map, 3, 0), 4);
    CHECK_EQ(Bits[0], (ULONG)~(ULONG)0x00000F80);
    CHECK_EQ(RtlFindClearBitsAndSet(&Map, 6, 0), 0xFFFFFFFF);
    CHECK_EQ(Bits[0], (ULONG)~(ULONG)0x00000F80);
}
