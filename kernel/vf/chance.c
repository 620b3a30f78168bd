/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* One sequence for all that is left to chance: with the same seed and the same order of calls the
 * same happens again. */
#include "vf/chance.h"

#include <stdio.h>

#include "kd/kd.h"
#include "ke/ke.h"

static KSPIN_LOCK VfpLock;
static ULONG64 VfpState;

static ULONG64 VfpHash(const char *Text)
{
    ULONG64 Hash = 14695981039346656037u;
    for (; *Text != 0; Text++)
        Hash = (Hash ^ (UCHAR)*Text) * 1099511628211u;
    return Hash;
}

ULONG64 VfpPrepareChance(const char *Seed)
{
    char Chosen[16];
    if (Seed == NULL) {
        snprintf(Chosen, sizeof(Chosen), "%u", (unsigned)(host_clock_utc() / 10 % 1000000));
        Seed = Chosen;
    }
    VfpLock = 0;
    VfpState = VfpHash(Seed);
    if (VfIsOn(VF_LOW_RESOURCES))
        KdLog("verifier", "low resources: --seed %s makes the same allocations fail again", Seed);
    if (VfIsOn(VF_FORCE_PENDING))
        KdLog("verifier", "force pending: --seed %s makes the same requests pend again", Seed);
    if (VfIsOn(VF_ENHANCED_IO))
        KdLog("verifier", "enhanced I/O: --seed %s gives devices of a bus the same order again",
            Seed);
    if (VfIsOn(VF_DELAY | VF_POWER_DELAY))
        KdLog("verifier", "delays: --seed %s makes the same threads wait again", Seed);
    return VfpState;
}

ULONG VfpRandom(ULONG Limit)
{
    KIRQL Old = KiAcquireLock(&VfpLock);
    VfpState = VfpState * 6364136223846793005u + 1442695040888963407u;
    const ULONG Result = (ULONG)((VfpState >> 33) % Limit);
    KiReleaseLock(&VfpLock, Old);
    return Result;
}

BOOLEAN VfpChance(ULONG InHundred)
{
    return VfpRandom(100) < InHundred;
}
