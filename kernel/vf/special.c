/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Special pool: a block a page, between inaccessible pages. Slots of a page and the inaccessible
 * one behind it come from runs of pages, taken as they are needed. A freed slot is inaccessible and
 * goes to the end of a queue; it is used again when every slot there may be has been used, so what
 * touches freed memory is caught for as long as possible. A block in use costs two mappings, of
 * which Linux lets a process have some 65000: hence the limit. What has no slot gets ordinary pool,
 * as on Windows.
 */
#include <stdio.h>

#include "ke/ke.h"
#include "mm/paging.h"
#include "vf/pool.h"
#include "vf/poison.h"

#define VFP_RUN_PAGES 1025u /* an inaccessible page, then slots of two */
#define VFP_RUN_SLOTS ((VFP_RUN_PAGES - 1) / 2)
#if defined(__x86_64__)
#define VFP_RUNS 32u
#else
#define VFP_RUNS 16u
#endif
#define VFP_SLOTS (VFP_RUN_SLOTS * VFP_RUNS)
#define VFP_NO_SLOT 0xFFFFFFFFu

#define VFP_IN_USE 0xA5 /* PoolClass of a slot's page, as pool.c of ex has it */
#define VFP_FREED 0x5A
#define VFP_WATCHED 0x80 /* bit of PoolType */

/* What 0xC1 has as its last parameter. */
enum {
    VFP_NOT_ALLOCATED = 0x20,
    VFP_PAST_START = 0x21,
    VFP_BEFORE_START = 0x22,
    VFP_WRITTEN_NEAR = 0x23,
    VFP_WRITTEN_BEHIND = 0x24
};

static KSPIN_LOCK VfpLock;
static UCHAR *VfpRun[VFP_RUNS];
static ULONG VfpRunCount, VfpUsed; /* slots that have been used */
static ULONG VfpNext[VFP_SLOTS];   /* the queue of freed ones */
static ULONG VfpFirst, VfpLast;

static UCHAR *VfpSlotPage(ULONG Slot)
{
    return VfpRun[Slot / VFP_RUN_SLOTS] + (SIZE_T)(1 + Slot % VFP_RUN_SLOTS * 2) * PAGE_SIZE;
}

static ULONG VfpSlotOf(const UCHAR *Page)
{
    for (ULONG Run = 0; Run < VfpRunCount; Run++) {
        if ((SIZE_T)(Page - VfpRun[Run]) < (SIZE_T)VFP_RUN_PAGES * PAGE_SIZE)
            return Run * VFP_RUN_SLOTS + (ULONG)((SIZE_T)(Page - VfpRun[Run]) / PAGE_SIZE - 1) / 2;
    }
    return VFP_NO_SLOT;
}

/* A run of inaccessible pages more; FALSE: there is no memory. */
static BOOLEAN VfpAddRun(void)
{
    UCHAR *Run = MmAllocatePages(VFP_RUN_PAGES, MM_PAGE_SPECIAL_GUARD);
    if (Run == NULL)
        return FALSE;
    if (!NT_SUCCESS(MmProtectPages(Run, VFP_RUN_PAGES, HOST_NO_ACCESS))) {
        MmFreePages(Run);
        return FALSE;
    }
    VfpRun[VfpRunCount++] = Run;
    return TRUE;
}

static ULONG VfpTakeSlotLocked(void)
{
    if (VfpUsed < VFP_SLOTS && (VfpUsed < VfpRunCount * VFP_RUN_SLOTS || VfpAddRun()))
        return VfpUsed++;
    ULONG Slot = VfpFirst;
    if (Slot != VFP_NO_SLOT)
        VfpFirst = VfpNext[Slot];
    return Slot;
}

static void VfpGiveSlot(ULONG Slot)
{
    KIRQL Old = KiAcquireLock(&VfpLock);
    VfpNext[Slot] = VFP_NO_SLOT;
    if (VfpFirst == VFP_NO_SLOT)
        VfpFirst = Slot;
    else
        VfpNext[VfpLast] = Slot;
    VfpLast = Slot;
    KiReleaseLock(&VfpLock, Old);
}

void *VfpAllocateSpecial(POOL_TYPE Type, SIZE_T Bytes, ULONG Tag, ULONG_PTR Site, BOOLEAN AtStart)
{
    const SIZE_T Unit = Type & NonPagedPoolCacheAligned ? SYSTEM_CACHE_ALIGNMENT_SIZE
                                                        : MEMORY_ALLOCATION_ALIGNMENT;
    const SIZE_T Rounded = Bytes == 0 ? Unit : (Bytes + Unit - 1) & ~(Unit - 1);
    KIRQL Old = KiAcquireLock(&VfpLock);
    const ULONG Slot = VfpTakeSlotLocked();
    KiReleaseLock(&VfpLock, Old);
    if (Slot == VFP_NO_SLOT)
        return NULL;
    UCHAR *Address = VfpSlotPage(Slot);
    if (!NT_SUCCESS(MmProtectPages(Address, 1, HOST_READ | HOST_WRITE))) {
        VfpGiveSlot(Slot);
        return NULL;
    }
    MM_PAGE *Page = MmPageOf(Address);
    Page->Kind = MM_PAGE_SPECIAL;
    Page->PoolClass = VFP_IN_USE;
    Page->PoolType = (UCHAR)((Type & ~(POOL_TYPE)VFP_WATCHED) | VFP_WATCHED);
    Page->Large.Site = Site;
    Page->Large.Bytes = Bytes;
    Page->Large.Tag = Tag;
    Page->Large.Offset = AtStart ? 0 : (ULONG)(PAGE_SIZE - Rounded);
    VfpPoison(Address, PAGE_SIZE);
    if ((Type & PagedPool) && VfIsOn(VF_FORCE_IRQL))
        MmMakePageable(Address, 1);
    return Address + Page->Large.Offset;
}

/* Adds to the report where a block was allocated, and where it was freed. */
static void VfpBlameBlock(const MM_PAGE *Page)
{
    const UCHAR *Block = (const UCHAR *)MmPageAddress(Page) + Page->Large.Offset;
    if (Page->PoolClass == VFP_FREED)
        VfpBlameRecord(VFP_FREED_BLOCK, Block, "where the block was freed");
    if (!VfpBlameRecord(VFP_BLOCK, Block, "where the block was allocated"))
        KeBlameStack("where the block was allocated", &Page->Large.Site, 1);
}

/* What was written beside a block: the nearest such byte before it or behind it. */
static void VfpCheckSurroundings(const UCHAR *Block, const MM_PAGE *Page, ULONG_PTR Site)
{
    const UCHAR *Start = MmPageAddress(Page), *End = Start + PAGE_SIZE;
    const UCHAR *Behind = VfpFindChange(Block + Page->Large.Bytes, End),
                *Near = VfpFindChange(Start, Block);
    if (Behind != NULL || Near != NULL)
        VfpBlameBlock(Page);
    if (Behind != NULL)
        VfStop(SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION, (ULONG_PTR)Block, (ULONG_PTR)Behind,
            Page->Large.Bytes, VFP_WRITTEN_BEHIND, Site,
            "a block of %llu bytes was freed, and %llu bytes behind its start something was "
            "written",
            (unsigned long long)Page->Large.Bytes, (unsigned long long)(Behind - Block));
    if (Near != NULL)
        VfStop(SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION, (ULONG_PTR)Block, (ULONG_PTR)Near,
            Page->Large.Bytes, VFP_WRITTEN_NEAR, Site,
            "a block of %llu bytes was freed, and %llu bytes before its start something was "
            "written",
            (unsigned long long)Page->Large.Bytes, (unsigned long long)(Block - Near));
}

void VfpCheckSpecial(const void *Block, ULONG_PTR Site)
{
    if (!MmIsRam(Block))
        return;
    const MM_PAGE *Page = MmPageOf(Block);
    const ULONG Offset = (ULONG)((ULONG_PTR)Block % PAGE_SIZE);
    if (Page->Kind != MM_PAGE_SPECIAL && Page->Kind != MM_PAGE_SPECIAL_GUARD)
        return;
    if (Page->Kind == MM_PAGE_SPECIAL &&
        (Page->PoolClass != VFP_IN_USE || Offset != Page->Large.Offset))
        VfpBlameBlock(Page);
    if (Page->Kind == MM_PAGE_SPECIAL_GUARD || Page->PoolClass != VFP_IN_USE)
        VfStop(SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION, (ULONG_PTR)Block, 0, 0, VFP_NOT_ALLOCATED,
            Site, "%p was freed, and is no block%s", Block,
            Page->Kind == MM_PAGE_SPECIAL && Offset == Page->Large.Offset
                ? " any more: it has been freed before"
                : "");
    if (Offset != Page->Large.Offset)
        VfStop(SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION, (ULONG_PTR)Block, Page->Large.Bytes,
            PAGE_SIZE - Offset, Offset > Page->Large.Offset ? VFP_PAST_START : VFP_BEFORE_START,
            Site, "%p was freed, and the block begins at %p", Block,
            (void *)((ULONG_PTR)MmPageAddress(Page) + Page->Large.Offset));
}

void VfpFreeSpecial(void *Block, ULONG_PTR Site)
{
    VfpCheckSpecial(Block, Site);
    MM_PAGE *Page = MmPageOf(Block);
    MmMakeResident(MmPageAddress(Page));
    VfpCheckSurroundings(Block, Page, Site);
    Page->PoolClass = VFP_FREED;
    MmProtectPages(MmPageAddress(Page), 1, HOST_NO_ACCESS);
    VfpGiveSlot(VfpSlotOf(MmPageAddress(Page)));
}

/* The code of a fault on an address of special pool; 0: it is none. */
static ULONG VfpExplainFault(ULONG_PTR Address, BOOLEAN ByDriver, char *Text, SIZE_T Size)
{
    if (!MmIsRam((const void *)Address))
        return 0;
    const MM_PAGE *Page = MmPageOf((const void *)Address);
    if (Page->Kind == MM_PAGE_SPECIAL && Page->PoolClass == VFP_FREED) {
        snprintf(Text, Size, "%p is %llu bytes into a block of %llu bytes that has been freed",
            (void *)Address, (unsigned long long)(Address % PAGE_SIZE - Page->Large.Offset),
            (unsigned long long)Page->Large.Bytes);
        VfpBlameBlock(Page);
        return ByDriver ? DRIVER_PAGE_FAULT_IN_FREED_SPECIAL_POOL
                        : PAGE_FAULT_IN_FREED_SPECIAL_POOL;
    }
    if (Page->Kind != MM_PAGE_SPECIAL_GUARD)
        return 0;
    const MM_PAGE *Before = Page - 1, *Behind = Page + 1;
    const BOOLEAN IsBefore = Behind->Kind == MM_PAGE_SPECIAL && Behind->PoolClass == VFP_IN_USE &&
        Behind->Large.Offset == 0;
    if (IsBefore || Before->Kind == MM_PAGE_SPECIAL)
        VfpBlameBlock(IsBefore ? Behind : Before);
    if (IsBefore)
        snprintf(Text, Size, "%p is %llu bytes before a block of %llu bytes", (void *)Address,
            (unsigned long long)(PAGE_SIZE - Address % PAGE_SIZE),
            (unsigned long long)Behind->Large.Bytes);
    else if (Before->Kind == MM_PAGE_SPECIAL)
        snprintf(Text, Size, "%p is %llu bytes behind the end of a block of %llu bytes",
            (void *)Address,
            (unsigned long long)(Address % PAGE_SIZE + PAGE_SIZE - Before->Large.Offset -
                Before->Large.Bytes),
            (unsigned long long)Before->Large.Bytes);
    return ByDriver ? DRIVER_PAGE_FAULT_BEYOND_END_OF_ALLOCATION
                    : PAGE_FAULT_BEYOND_END_OF_ALLOCATION;
}

void VfpPrepareSpecial(void)
{
    VfpLock = 0;
    VfpRunCount = VfpUsed = 0;
    VfpFirst = VFP_NO_SLOT;
    KeExplainFault = VfIsOn(VF_SPECIAL_POOL) ? VfpExplainFault : NULL;
}
