/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Views in the upper half of the system range: RAM a second time, physical memory nothing answers
 * at, lists of
 *          pages, files of
 * sections, and room kept for later. Each is a record; a page of an address is used again as late
 * as can be.
 */
#pragma once

#include "mm/mm.h"

enum MI_ALIAS_KIND {
    MI_ALIAS_FREE,
    MI_ALIAS_PHYSICAL, /* MmMapIoSpace: Physical and what follows it */
    MI_ALIAS_PAGES,    /* Pfn, a page each: an MDL's mapping */
    MI_ALIAS_RESERVED, /* room of MmAllocateMappingAddress; Pfn while it is in use */
    MI_ALIAS_SECTION,  /* a view of a section, Owner */
};

typedef struct MI_ALIAS {
    ULONG_PTR Address; /* page of it */
    SIZE_T Bytes;      /* whole pages */
    enum MI_ALIAS_KIND Kind;
    ULONG Tag;
    ULONG64 Physical;
    PFN_NUMBER *Pfn; /* host_private_allocate; NULL: none */
    void *Owner;
    ULONG_PTR Site; /* who made it */
} MI_ALIAS;

/*
 * Room of whole pages, inaccessible. NULL: none, or too many views. Content: what the record says
 * but for where.
 * IRQL: any.
 */
UCHAR *MiCreateAlias(SIZE_T Bytes, const MI_ALIAS *Content);
/* A copy of the record of the view that starts at, or with Inside holds, an address. */
BOOLEAN MiFindAliasAt(const void *Address, BOOLEAN Inside, MI_ALIAS *Found);
/*
 * Ends the view of that kind that starts at Address, of PAGES one that holds it; *Removed tells
 * what it was and is the caller's to clean up.
 */
BOOLEAN MiRemoveAlias(const void *Address, enum MI_ALIAS_KIND Kind, MI_ALIAS *Removed);
/* Changes the pages of a RESERVED view; returns those it had. */
PFN_NUMBER *MiSetAliasPfns(const void *Address, PFN_NUMBER *Pfn);

/* Physical pages at a place of the upper half: RAM's, and for others pages of ones. IRQL: any. */
NTSTATUS MiMapPhysical(UCHAR *At, ULONG64 Physical, SIZE_T Bytes, unsigned Protection);
/* A list of pages there; each run is one mapping. STATUS_INVALID_PARAMETER: a client's is among
 * them. */
NTSTATUS MiMapPfns(UCHAR *At, const PFN_NUMBER *Pfn, ULONG Count, unsigned Protection);

BOOLEAN MiIsPhysicalMapped(ULONG64 Physical, SIZE_T Bytes); /* by MmMapIoSpace, a part of it at
                                                               least */

void MiResetAliases(void);
void MiEndAliases(void);

/* The file of pages of ones; -1: none. */
int MiAbsentFile(void);
#define MI_ABSENT_BYTES ((SIZE_T)1 << 20)
