/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlCompareMemoryUlong - counts the leading bytes that repeat a pattern.
 */
#include "ktest.h"

/* From ntifs.h, which is for file systems only. */
NTSYSAPI SIZE_T NTAPI RtlCompareMemoryUlong(PVOID Source, SIZE_T Length, ULONG Pattern);

TEST(RtlCompareMemoryUlong, CountsBytes)
{
    ULONG Block[4] = {0x11223344, 0x11223344, 0x11223300, 0x11223344};

    CHECK_EQ(RtlCompareMemoryUlong(Block, 16, 0x11223344), 8);
    CHECK_EQ(RtlCompareMemoryUlong(Block, 8, 0x11223344), 8);
    CHECK_EQ(RtlCompareMemoryUlong(Block, 16, 0), 0);
    CHECK_EQ(RtlCompareMemoryUlong(Block, 0, 0x11223344), 0);
}
