/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Which thread goes on, as a schedule says it: a text that stands for one run of a machine whose
 * threads take turns.
 *
 *   "17"          a number: chance decides, and this is its seed
 *   "40:1,77:2"   at the 40th choice the candidate 1, at the 77th candidate 2, at all others the
 * first one "plain"       the first one always: a thread goes on until it waits
 *
 * An "r" before any of them: drivers' code is followed as well, for races, and threads may be
 * interrupted between its instructions.
 */
#pragma once

#include "host/host.h"
#include "nt/ntdef.h"

#define VF_DEVIATIONS 64

/* What a choice was, one byte each: how many candidates, no more than that mask, and what there was
 * of host_turn. */
#define VF_TRACE_COUNT   0x3Fu
#define VF_TRACE_GOES_ON 0x40u
#define VF_TRACE_LATE    0x80u

typedef struct VF_SCHEDULE {
    BOOLEAN Follows;
    BOOLEAN Random;
    ULONG64 State; /* of chance */
    ULONG Rarity;  /* a thread is interrupted at one in that many choices; 0: at those in Interrupt
                    */
    ULONG Interrupt[3];
    ULONG InterruptCount;
    struct {
        ULONG Step, Choice;
    } Deviation[VF_DEVIATIONS];
    ULONG DeviationCount, Deviated;
    ULONG Step;             /* choices made so far */
    UCHAR *Trace;           /* of the first TraceRoom of them; NULL: nobody asks */
    ULONG TraceRoom;
} VF_SCHEDULE;

/* FALSE: Text is no schedule. */
BOOLEAN VfParseSchedule(const char *Text, VF_SCHEDULE *Schedule);
/* The index of a candidate. */
unsigned VfChoose(VF_SCHEDULE *Schedule, const struct host_turn *Turn);
