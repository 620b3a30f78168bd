/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What happens before what, among threads that take turns: a vector clock for each thread and for
 * each object by which one thread's past comes before another's future. Threads are numbered as
 * host_turn_number does; a number used again goes on with its clock.
 */
#pragma once

#include "host/host.h"
#include "nt/ntdef.h"

typedef struct VFP_CLOCK {
    ULONG Time[HOST_TURNS_LIMIT];
} VFP_CLOCK;

/* FALSE: no memory. Every clock begins anew. */
BOOLEAN VfpStartClocks(void);
void VfpStopClocks(void);

/* What Thread has done so far comes before what those do that call VfpAfter for the object. */
void VfpBefore(ULONG Thread, ULONG_PTR Object);
void VfpAfter(ULONG Thread, ULONG_PTR Object);

BOOLEAN VfpIsOrdered(ULONG_PTR Object); /* VfpBefore was called for it */

/* The thread's own time now, and the latest of Other's that comes before what Thread does now. */
ULONG VfpTimeOf(ULONG Thread);
ULONG VfpSeen(ULONG Thread, ULONG Other);
