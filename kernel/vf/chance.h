/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What the verifier leaves to chance, all from one seed. */
#pragma once

#include "vf/vf.h"

/*
 * Before a machine starts, after VfPrepare. Seed: a number or any text; NULL: another one each
 * time, which is logged when one of the flags leaves something to chance. Returns what was made of
 * it.
 */
ULONG64 VfpPrepareChance(const char *Seed);

/* A number below Limit; the other conditions are those of VfpChance. */
ULONG VfpRandom(ULONG Limit);

/* TRUE so many times in a hundred. Any IRQL up to DISPATCH_LEVEL. */
BOOLEAN VfpChance(ULONG InHundred);
