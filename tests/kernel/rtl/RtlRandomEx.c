/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlRandomEx - a pseudo-random number, and the next seed.
 */
#include "ktest.h"

/* From ntifs.h, which is for file systems only. */
NTSYSAPI ULONG NTAPI RtlRandomEx(PULONG Seed);

TEST(RtlRandomEx, NumbersAreInRangeAndTheSeedMoves)
{
    ULONG Seed = 42;
    ULONG Count;

    for (Count = 0; Count < 1000; Count++) {
        ULONG Before = Seed;
        if (!CHECK(RtlRandomEx(&Seed) < 0x7FFFFFFF) || !CHECK(Seed != Before))
            return;
    }
}
