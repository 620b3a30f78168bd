/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Pool of verified drivers, for the files of kernel/vf: special pool (special.c), what is
 * remembered of blocks and references (record.c), live objects in memory that is freed (live.c),
 * allocations that fail on purpose (lowres.c), memory nobody has written (poison.c), and over them
 * what a driver's own calls of the pool routines go through (pool.c).
 */
#pragma once

#include "io/leak.h"
#include "mm/mm.h"
#include "vf/vfp.h"

/* ---- Special pool (special.c) ---------------------------------------------------------------- */

/*
 * A block on a page of its own, between inaccessible ones: at the end of the page, or with AtStart
 * at its start; the rest of the page is filled. Bytes up to PAGE_SIZE. NULL: none is left, which is
 * for ordinary pool to make up. IRQL: up to DISPATCH_LEVEL.
 */
void *VfpAllocateSpecial(POOL_TYPE Type, SIZE_T Bytes, ULONG Tag, ULONG_PTR Site, BOOLEAN AtStart);
/* Frees it: its page is inaccessible until all others have been used. What was written beside it
 * stops the machine. */
void VfpFreeSpecial(void *Block, ULONG_PTR Site);
/* Stops the machine when Block lies in special pool and is no block, or none any more. */
void VfpCheckSpecial(const void *Block, ULONG_PTR Site);
void VfpPrepareSpecial(void);

/* ---- The pool routines (pool.c) -------------------------------------------------------------- */

void VfpPreparePool(void);
/* Blocks that were freed and kept back go to the pool: one that was written to since stops the
 * machine. */
void VfpReleaseKept(void);

/* ---- What is remembered (record.c) ----------------------------------------------------------- */

enum VFP_RECORD_KIND {
    VFP_BLOCK,
    VFP_FREED_BLOCK,
    VFP_REFERENCE,
    VFP_HANDLE,       /* one of the kernel's */
    VFP_LOCKED_PAGES, /* of a process's; Key: the MDL */
    VFP_PROVIDER,     /* of trace events; Key: its handle */
    VFP_WMI_CALLBACK, /* Key: the routine */
};

/* A call of a driver's about something, and where it came from. */
typedef struct VFP_RECORD {
    struct VFP_RECORD *Next;
    ULONG_PTR Key;
    const void *Process;    /* that of the thread */
    ULONG_PTR Site;         /* the driver's return address */
    const char *Routine;    /* what was called; NULL: it goes without saying */
    ULONG Kind;             /* enum VFP_RECORD_KIND */
    VFP_STACK Stack;
} VFP_RECORD;

void VfpPrepareRecords(void);
/* Remembers the call under way. FALSE: out of memory, and nobody will know. IRQL: up to
 * DISPATCH_LEVEL. */
BOOLEAN VfpRemember(
    enum VFP_RECORD_KIND Kind, const void *Key, const char *Routine, ULONG_PTR Site);
/* Forgets the latest of that kind and key; those of Site's driver come first. FALSE: there is
 * none. */
BOOLEAN VfpForget(enum VFP_RECORD_KIND Kind, const void *Key, ULONG_PTR Site);
/* Copies the latest one; FALSE: there is none. */
BOOLEAN VfpRecall(enum VFP_RECORD_KIND Kind, const void *Key, VFP_RECORD *Record);
/* Adds its stack to the report of the bugcheck about to be raised; FALSE: there is none. */
BOOLEAN VfpBlameRecord(enum VFP_RECORD_KIND Kind, const void *Key, const char *Title);
/* Takes one whose driver is Image, or whose process is Process, NULL: any; FALSE: there is none
 * left. */
BOOLEAN VfpTakeRecord(
    enum VFP_RECORD_KIND Kind, const LDR_IMAGE *Image, const void *Process, VFP_RECORD *Record);
/* reference.c: references and handles that Image's driver has not given back, as findings; who is
 * told of handles. */
void VfpReportReferences(const LDR_IMAGE *Image);
extern const OB_HANDLE_WATCH VfpHandleWatch;
/* registration.c: stops the machine for what Image's driver has not taken back. */
void VfpCheckRegistrations(const LDR_IMAGE *Image);
/* mdl.c: the same for pages of a process that has ended. */
void VfpCheckLockedPages(EPROCESS *Process);
extern const IO_LEAK_WATCH VfpLeakWatch; /* unload.c */
