/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What memory of verified drivers holds that nobody has written; poison.c. */
#pragma once

#include "vf/vfp.h"

/* A byte that repeats every eight addresses; another one in each run, unless the seed is the
 * same. */
extern UCHAR VfpPoisonByte[8];

void VfpPreparePoison(ULONG64 Seed);
void VfpPoison(void *Start, SIZE_T Bytes);
/* The first byte from Start up to End that is no longer poison; NULL: all are. */
const UCHAR *VfpFindChange(const UCHAR *Start, const UCHAR *End);

/* ---- What reaches clients (unwritten.c) ------------------------------------------------------ */

/* From here on system buffers and stacks are filled before requests of clients, and what these get
 * is searched. */
void VfpWatchData(BOOLEAN On);
/*
 * Fills what is below the caller's frame, which the routine it calls next finds there: with a
 * sanitizer, whose frames are large, only if nothing is called in between.
 */
void VfpPoisonStack(void);
/* What has been seen once of a driver that goes, and can be seen no more. PASSIVE_LEVEL. */
void VfpReportSuspects(const LDR_IMAGE *Image);
