/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * See clock.h. Objects are in a hash table and are never forgotten: memory that is used again keeps
 * an order that may no longer hold, which can hide a race and never makes one up. One thread runs
 * at a time, so nothing is locked.
 */
#include "vf/clock.h"

#include <string.h>

#define VFP_OBJECTS 16384u
#define VFP_LONGEST_SEARCH 64u

typedef struct VFP_ORDERED {
    ULONG_PTR Object; /* 0: free */
    VFP_CLOCK Clock;
} VFP_ORDERED;

typedef struct VFP_CLOCKS {
    VFP_CLOCK Thread[HOST_TURNS_LIMIT];
    VFP_ORDERED Ordered[VFP_OBJECTS];
} VFP_CLOCKS;

static VFP_CLOCKS *VfpClocks;

BOOLEAN VfpStartClocks(void)
{
    VfpClocks = host_private_allocate(sizeof(*VfpClocks));
    if (VfpClocks == NULL)
        return FALSE;
    for (ULONG Thread = 0; Thread < HOST_TURNS_LIMIT; Thread++)
        VfpClocks->Thread[Thread].Time[Thread] = 1;
    return TRUE;
}

void VfpStopClocks(void)
{
    host_private_free(VfpClocks, sizeof(*VfpClocks));
    VfpClocks = NULL;
}

/* The object's entry, or the free one that may become it. When the table is full objects share:
 * more is ordered than is true. */
static VFP_ORDERED *VfpFindOrdered(ULONG_PTR Object)
{
    const ULONG First = (ULONG)((Object >> 3) * 0x9E3779B1u) % VFP_OBJECTS;
    for (ULONG Step = 0; Step < VFP_LONGEST_SEARCH; Step++) {
        VFP_ORDERED *Entry = &VfpClocks->Ordered[(First + Step) % VFP_OBJECTS];
        if (Entry->Object == 0 || Entry->Object == Object)
            return Entry;
    }
    return &VfpClocks->Ordered[First];
}

static VFP_CLOCK *VfpClockOf(ULONG_PTR Object)
{
    VFP_ORDERED *Entry = VfpFindOrdered(Object);
    if (Entry->Object == 0)
        Entry->Object = Object;
    return &Entry->Clock;
}

BOOLEAN VfpIsOrdered(ULONG_PTR Object)
{
    return VfpFindOrdered(Object)->Object == Object;
}

static void VfpJoin(VFP_CLOCK *Clock, const VFP_CLOCK *Other)
{
    for (ULONG Thread = 0; Thread < HOST_TURNS_LIMIT; Thread++) {
        if (Other->Time[Thread] > Clock->Time[Thread])
            Clock->Time[Thread] = Other->Time[Thread];
    }
}

void VfpBefore(ULONG Thread, ULONG_PTR Object)
{
    VfpJoin(VfpClockOf(Object), &VfpClocks->Thread[Thread]);
    VfpClocks->Thread[Thread].Time[Thread]++;
}

void VfpAfter(ULONG Thread, ULONG_PTR Object)
{
    VfpJoin(&VfpClocks->Thread[Thread], VfpClockOf(Object));
}

ULONG VfpTimeOf(ULONG Thread)
{
    return VfpClocks->Thread[Thread].Time[Thread];
}

ULONG VfpSeen(ULONG Thread, ULONG Other)
{
    return VfpClocks->Thread[Thread].Time[Other];
}
