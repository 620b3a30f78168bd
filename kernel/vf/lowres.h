/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Allocations of verified drivers that fail on purpose; lowres.c. With fixed widths, because the
 * supervisor of a machine of either word size reads it: the call stacks that were made to fail,
 * kept from one run to the next.
 */
#pragma once

#include "nt/ntdef.h"

#define VF_STACK_LIMIT   2048u
#define VF_STACK_FRAMES  12u
#define VF_STACK_MODULES 32u

typedef struct VF_STACK {
    ULONG64 Hash;
    ULONG FrameCount;
    ULONG Tag; /* of pool; 0: another routine */
    struct {
        ULONG Module; /* in the list of names */
        ULONG Offset;
    } Frame[VF_STACK_FRAMES]; /* innermost first */
} VF_STACK;

typedef struct VF_STACKS {
    ULONG Count;
    ULONG Armed;       /* 0: none fails in this run */
    ULONG Failed;      /* 1 + the number of the one that failed in this run; 0: none has yet */
    ULONG ModuleCount;
    ULONG Full;        /* 1: there were more than there is room for */
    ULONG Unused;
    CHAR Module[VF_STACK_MODULES][64];
    VF_STACK Stack[VF_STACK_LIMIT];
} VF_STACKS;

/*
 * Before a machine starts, after VfPrepare. Seed: a number or any text, of what is left to chance;
 * NULL: another one each time, which is logged when it matters. Tags: pool tags with commas between
 * them, to which it is confined; NULL: all. Stacks: of earlier runs, of which one more fails in
 * this one; NULL: each new one fails, as on Windows. All must live as long as the machine.
 */
void VfPrepareLowResources(const char *Seed, const char *Tags, VF_STACKS *Stacks);

/* Whether an allocation by Site is to fail. Tag: of pool, or 0. Any IRQL up to DISPATCH_LEVEL. */
BOOLEAN NTAPI VfpShouldFail(ULONG Tag, ULONG_PTR Site);
