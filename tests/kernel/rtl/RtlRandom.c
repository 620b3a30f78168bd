/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlRandom - a pseudo-random number, and the next seed.
 */
#include "ktest.h"

/* From ntifs.h, which is for file systems only. */
NTSYSAPI ULONG NTAPI RtlRandom(PULONG Seed);

TEST(RtlRandom, NumbersAreInRangeAndTheSeedMoves)
{
    ULONG Seed = 42;
    ULONG Count;

    for (Count = 0; Count < 1000; Count++) {
        ULONG Before = Seed;
        if (!CHECK(RtlRandom(&Seed) < 0x7FFFFFFF) || !CHECK(Seed != Before))
            return;
    }
}
