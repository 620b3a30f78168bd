/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Pseudo-random numbers of the kernel, from a seed of the caller. They repeat from run to run, like
 * those of C's rand; who needs secrets does not look here. The table the numbers pass through is
 * shared by all callers.
 */
#include "rtl/rtlp.h"

#define RTLP_RANDOM_MODULUS 0x7FFFFFFFu /* a prime: results are 0 to MAXLONG - 1 */
#define RTLP_RANDOM_ENTRIES 128

static ULONG RtlpRandomTable[RTLP_RANDOM_ENTRIES];

static inline ULONG RtlpNextSeed(ULONG Seed)
{
    return (ULONG)((Seed * 0x7FFFFFEDull + 0x7FFFFFC3ull) % RTLP_RANDOM_MODULUS);
}

/* Gives out the entry a number selects and puts the number there. Unused entries are computed. */
static ULONG RtlpShuffle(ULONG Number)
{
    ULONG Index = Number % RTLP_RANDOM_ENTRIES;
    ULONG Taken = __atomic_exchange_n(&RtlpRandomTable[Index], Number + 1, __ATOMIC_RELAXED);

    return Taken != 0 ? Taken - 1 : RtlpNextSeed(Index * 0x9E3779B1u);
}

/*
 * RtlRandom, RtlRandomEx - a number from 0 to MAXLONG - 1; *Seed is replaced for the next call.
 *
 * IRQL:    < DISPATCH_LEVEL
 * Source:  DOC ntifs/RtlRandom, RtlRandomEx; the numbers themselves differ from Windows'
 */
ULONG NTAPI RtlRandom(ULONG *Seed)
{
    ULONG Number = RtlpNextSeed(*Seed);

    *Seed = RtlpNextSeed(Number);
    return RtlpShuffle(Number);
}

ULONG NTAPI RtlRandomEx(ULONG *Seed)
{
    *Seed = RtlpNextSeed(*Seed);
    return RtlpShuffle(*Seed);
}
