/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What the files about crashes share. */
#pragma once

#include <string.h>

#include "kd/crash.h"
#include "rtl/rtl.h"

/* Cut to the room there is. */
static inline void KdpCopyText(CHAR *To, SIZE_T Size, const CHAR *From)
{
    const SIZE_T Length = strnlen(From, Size - 1);
    memcpy(To, From, Length);
    To[Length] = 0;
}

const char *KdpBugcheckName(ULONG Code); /* NULL: unknown */

/* Memory that may be anything: FALSE: not all of it can be read. Takes no lock, raises nothing. */
BOOLEAN KdpRead(void *To, ULONG64 From, SIZE_T Bytes);
/* A counted string there, cut, in UTF-8; "" when it cannot be read. */
void KdpReadName(ULONG64 String, CHAR *Text, SIZE_T Size);

/* The parts of collecting: each adds to what is there, and may be cut short by a fault. */
void KdpCollectIrps(KD_CRASH *Crash);
void KdpCollectPools(KD_CRASH *Crash);
/* The last lines drivers printed (line.c). */
void KdpCollectLines(KD_CRASH *Crash);

/* The last requests of each device (requestlog.c). */
void KdpCollectRequestLog(KD_CRASH *Crash);

/* Writes what KdGetReport returns (report.c). */
void KdpWriteReport(const KD_CRASH *Crash);
