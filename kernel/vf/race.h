/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Races: two accesses of a driver to the same memory, one of them a write, by two threads, with
 * nothing that puts one before the other. What is remembered of memory is its last few accesses,
 * eight bytes at a time.
 */
#pragma once

#include "vf/stack.h"

typedef struct VFP_ACCESS {
    ULONG Thread;
    ULONG_PTR Address;
    ULONG SizeBytes;
    BOOLEAN Write;
    BOOLEAN Atomic; /* by a locked instruction: orders as well, and is no race with another of its
                       kind */
    BOOLEAN Frees;  /* the memory is given back */
    ULONG Stack;    /* VfpKeepStack's */
} VFP_ACCESS;

typedef struct VFP_RACE {
    VFP_ACCESS Now, Earlier;
} VFP_RACE;

/*
 * Base, SizeBytes: of the memory looked after. PlaceOf: what of an instruction makes a race another
 * one, as its function; races of the same two places are reported once. FALSE: no memory.
 */
BOOLEAN VfpStartRaces(ULONG_PTR Base, SIZE_T SizeBytes, ULONG_PTR (*PlaceOf)(ULONG_PTR Pc));
void VfpStopRaces(void);

/* A number for a stack; 0: there are too many. */
ULONG VfpKeepStack(const VFP_STACK *Stack);
const VFP_STACK *VfpGetStack(ULONG Number); /* NULL: 0 */

/* Takes an access to account. TRUE: *Race is one that was not reported before. */
BOOLEAN VfpNoteAccess(const VFP_ACCESS *Access, VFP_RACE *Race);
/* Whether another thread has accessed that memory, so that the order matters. */
BOOLEAN VfpIsShared(ULONG Thread, ULONG_PTR Address);
/* The memory is somebody's anew. */
void VfpForgetAccesses(ULONG_PTR Address, SIZE_T SizeBytes);
