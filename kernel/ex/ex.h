/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * ex for the other components: pools, and the exported synchronisation built on ke.
 *
 * A block carries tag, size and call site; the driver it belongs to is the image the site lies in,
 * so a leak names driver and place. Blocks up to a page less the header lie within one page; larger
 * ones are page-aligned.
 */
#pragma once

#include "mm/mm.h"

NTSTATUS ExInitialize(void);

/*
 * The kernel's own way to the pools. Site: who the block is booked to, normally the return address
 * of the export.
 * NULL: out of memory. IRQL: up to DISPATCH_LEVEL; takes a lock only when the thread's magazine is
 * empty.
 */
void *NTAPI ExiAllocate(POOL_TYPE Type, SIZE_T Bytes, ULONG Tag, ULONG_PTR Site);
void *NTAPI ExiAllocateZero(POOL_TYPE Type, SIZE_T Bytes, ULONG Tag, ULONG_PTR Site);
void NTAPI ExiFree(void *Block);

/*
 * Who looks after blocks of some drivers: those a driver's own calls of the exported routines
 * allocate and free. NTAPI, for they are called on the way of these. Set before a machine starts;
 * NULL: nobody does.
 */
typedef struct EX_POOL_WATCH {
    /* Before an allocation for Site, with PoolType as the driver gave it; FALSE: Site's blocks are
     * not its concern. */
    BOOLEAN(NTAPI *CheckAllocation)(ULONG PoolType, SIZE_T Bytes, ULONG Tag, ULONG_PTR Site);
    /* Then, in place of ExiAllocate. */
    void *(NTAPI *Allocate)(POOL_TYPE Type, SIZE_T Bytes, ULONG Tag, ULONG Flags, ULONG_PTR Site);
    /* Before Site frees what may be a block. */
    void(NTAPI *CheckFree)(void *Block, ULONG_PTR Site);
    /* A block that it marked, or of special pool, is freed by whomever: it keeps it, or hands it to
     * ExiReleaseBlock. */
    void(NTAPI *Free)(void *Block);
} EX_POOL_WATCH;

extern const EX_POOL_WATCH *ExPoolWatch;

/* flags of an allocation: how the priority's special pool bits place it */
#define EX_SPECIAL_POOL_UNDERRUN 1u
#define EX_SPECIAL_POOL_OVERRUN  2u
#define EX_ZERO                  4u /* it is to be zeroed, which the caller does */

/* Of a block from ExiAllocate: Bytes is its size from now on (not more than it was), and the watch
 * frees it. */
void NTAPI ExiWatchBlock(void *Block, SIZE_T Bytes);
/* What is left of freeing such a block: it counts as freed, but its memory stays; and it goes back
 * to the pool. */
void NTAPI ExiRetireBlock(void *Block);
void NTAPI ExiReleaseBlock(void *Block);

#define EX_STRING_TAG 0x53727452u /* 'RtrS': of strings that rtl allocates */
#define EX_KERNEL_SITE ((ULONG_PTR)0) /* a block of the kernel itself: never a driver's leak */
#define EX_CALLER ((ULONG_PTR)__builtin_return_address(0))

typedef struct EX_POOL_BLOCK {
    void *Address;
    SIZE_T Bytes;
    ULONG Tag;
    POOL_TYPE Type;
    ULONG_PTR Site;
    BOOLEAN Watched; /* by ExPoolWatch */
} EX_POOL_BLOCK;

/* Calls Visit for each allocated block until it returns FALSE. The machine must be otherwise
 * idle. */
void ExEnumeratePool(BOOLEAN (*Visit)(const EX_POOL_BLOCK *Block, void *Context), void *Context);

/* What the pools hold of one tag, for one image (0: the kernel itself) and kind of pool. */
typedef struct EX_POOL_USAGE {
    ULONG Tag;
    ULONG_PTR ImageBase;
    BOOLEAN Paged;
    ULONG64 Blocks;
    ULONG64 Bytes;
} EX_POOL_USAGE;

/* Fills Usage with at most Room entries; returns how many. Blocks may come and go meanwhile. */
ULONG ExQueryPoolUsage(EX_POOL_USAGE *Usage, ULONG Room);

/* TRUE and its size when Address is the start of an allocated block. */
BOOLEAN ExQueryPoolBlock(const void *Address, EX_POOL_BLOCK *Block);

/* A block that an address lies in or behind, freed ones included: of those the site is not known
 * for sure. */
typedef struct EX_POOL_PLACE {
    EX_POOL_BLOCK Block;
    BOOLEAN Freed;
} EX_POOL_PLACE;

/* For reports: takes no lock and reads nothing that may not be there. FALSE: none is near. */
BOOLEAN ExFindPoolPlace(ULONG_PTR Address, EX_POOL_PLACE *Place);

/* Moves the free blocks a thread keeps back to the shared lists; the thread is ending. */
void ExFlushMagazines(KI_PCR *Pcr);

/* ---- Exports --------------------------------------------------------------------------------- */

void *NTAPI ExAllocatePool(POOL_TYPE PoolType, SIZE_T Bytes);
void *NTAPI ExAllocatePoolWithTag(POOL_TYPE PoolType, SIZE_T Bytes, ULONG Tag);
void *NTAPI ExAllocatePoolWithTagPriority(
    POOL_TYPE PoolType, SIZE_T Bytes, ULONG Tag, EX_POOL_PRIORITY Priority);
void *NTAPI ExAllocatePoolWithQuota(POOL_TYPE PoolType, SIZE_T Bytes);
void *NTAPI ExAllocatePoolWithQuotaTag(POOL_TYPE PoolType, SIZE_T Bytes, ULONG Tag);
void *NTAPI ExAllocatePool2(POOL_FLAGS Flags, SIZE_T Bytes, ULONG Tag);
void *NTAPI ExAllocatePool3(POOL_FLAGS Flags, SIZE_T Bytes, ULONG Tag,
    const POOL_EXTENDED_PARAMETER *ExtendedParameters, ULONG ExtendedParametersCount);
void NTAPI ExFreePool(void *Block);
void NTAPI ExFreePool2(void *Block, ULONG Tag, const POOL_EXTENDED_PARAMETER *ExtendedParameters,
    ULONG ExtendedParametersCount);
SIZE_T NTAPI ExQueryPoolBlockSize(void *PoolBlock, BOOLEAN *QuotaCharged);
void NTAPI ExFreePoolWithTag(void *Block, ULONG Tag);
