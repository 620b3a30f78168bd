/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Pages of the system range: a table with one record a page, a first-fit search for contiguous free
 * ones, and
 *          protection.
 * MiPageLock guards the table's Kind and PageCount; the rest of a record belongs to whoever owns
 * the page. Free pages are inaccessible, and their contents were given back to Linux, so a page is
 * zero when it is allocated.
 */
#include <string.h>

#include "mm/alias.h"
#include "mm/device.h"
#include "mm/mip.h"
#include "mm/vad.h"
#include "mm/paging.h"

MM_PAGE *MmPageTable;
static KSPIN_LOCK MiPageLock;
static ULONG MiLowestFree; /* no page below is free */
static ULONG MiHighWater;  /* no page from here on was ever used */
static ULONG MiPagesInUse;
static _Atomic LONG MiFailCountdown;
static BOOLEAN MiFailForever;
BOOLEAN MmFailArmed;
BOOLEAN(NTAPI *MmFailFor)(ULONG Tag, ULONG_PTR Site);
static _Atomic ULONG MiAllocations;

#define MI_PAGES ((ULONG)(MM_RAM_BYTES / PAGE_SIZE))
#define MI_TABLE_BYTES ((SIZE_T)MI_PAGES * sizeof(MM_PAGE))

static BOOLEAN MiPageIsSystem(ULONG_PTR Address)
{
    return MmIsSystemAddress((const void *)Address);
}

NTSTATUS MmInitialize(void)
{
    int Error = host_ram_create(MM_SYSTEM_BASE, MM_SYSTEM_BYTES, MM_RAM_BYTES);
    if (Error != 0)
        return Error == EEXIST ? STATUS_CONFLICTING_ADDRESSES : STATUS_INSUFFICIENT_RESOURCES;
    MmPageTable = host_private_allocate(MI_TABLE_BYTES);
    if (MmPageTable == NULL) {
        host_ram_destroy();
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    MiPageLock = 0;
    MiResetAliases();
    MiResetDevices();
    MiInitializePaging();
    MiResetKeptCopies();
    MiResetUserMemory();
    MiInitializeVariables();
    MiLowestFree = MI_FIRST_PAGE;
    MiHighWater = MI_FIRST_PAGE;
    MiPagesInUse = 0;
    KePageIsSystem = MiPageIsSystem;
    KeSetPhysicalPages(MI_PAGES);
    return STATUS_SUCCESS;
}

void MmTerminate(void)
{
    if (MmPageTable == NULL) /* MmInitialize failed, or something before it */
        return;
    MiEndAliases();
    MiEndUserMemory();
    MiEndPaging();
    host_private_free(MmPageTable, MI_TABLE_BYTES);
    MmPageTable = NULL;
    host_ram_destroy();
}

ULONG MmHighWaterPage(void)
{
    return MiHighWater;
}

ULONG MmPagesInUse(void)
{
    return MiPagesInUse;
}

void MmFailAllocation(LONG Countdown, BOOLEAN Forever)
{
    MiFailCountdown = Countdown;
    MiFailForever = Forever;
    if (Countdown >= 0)
        MiAllocations = 0;
    __atomic_store_n(&MmFailArmed, Countdown >= 0, __ATOMIC_RELEASE);
}

ULONG MmAllocationCount(void)
{
    return MiAllocations;
}

BOOLEAN NTAPI MmShouldFailSlow(void)
{
    MiAllocations++;
    LONG Left = MiFailCountdown;
    if (Left == 0)
        return FALSE;
    if (Left > 1 || !MiFailForever)
        MiFailCountdown = Left - 1;
    return Left == 1;
}

/* First page of a free run of Count in [From, To) that crosses no multiple of Boundary (0: it may),
 * or 0. */
static ULONG MiFindRun(ULONG From, ULONG To, ULONG Count, ULONG Boundary)
{
    ULONG Run = 0;
    for (ULONG Page = From; Page < To; Page++) {
        if (Boundary != 0 && Page % Boundary == 0)
            Run = 0;
        Run = MmPageTable[Page].Kind == MM_PAGE_FREE ? Run + 1 : 0;
        if (Run == Count)
            return Page - Count + 1;
    }
    return 0;
}

/* Takes a run the lock's holder has found. */
static void MiTakeRun(ULONG First, ULONG PageCount, enum MM_PAGE_KIND Kind)
{
    if (First == MiLowestFree)
        MiLowestFree = First + PageCount;
    if (First + PageCount > MiHighWater)
        MiHighWater = First + PageCount;
    MiPagesInUse += PageCount;
    for (ULONG Page = First; Page < First + PageCount; Page++) {
        memset(&MmPageTable[Page], 0, sizeof(MM_PAGE));
        MmPageTable[Page].Kind = (UCHAR)(Kind == MM_PAGE_LARGE && Page != First ? MM_PAGE_LARGE_TAIL
                                                                                : Kind);
        MmPageTable[Page].Protection = HOST_READ | HOST_WRITE;
    }
    MmPageTable[First].PageCount = PageCount;
}

void *MmAllocatePagesIn(
    ULONG PageCount, enum MM_PAGE_KIND Kind, ULONG Lowest, ULONG End, ULONG Boundary)
{
    if (PageCount == 0 || PageCount > MI_PAGES || End > MI_PAGES || MmShouldFail())
        return NULL;
    KIRQL Old = KiAcquireLock(&MiPageLock);
    ULONG First = MiFindRun(
        Lowest > MiLowestFree ? Lowest : MiLowestFree, End, PageCount, Boundary);
    if (First != 0)
        MiTakeRun(First, PageCount, Kind);
    KiReleaseLock(&MiPageLock, Old);
    if (First == 0)
        return NULL;

    void *Address = MmPageAddress(&MmPageTable[First]);
    if (host_mem_protect(Address, (SIZE_T)PageCount * PAGE_SIZE, HOST_READ | HOST_WRITE) != 0) {
        MmFreePages(Address);
        return NULL;
    }
    return Address;
}

void *MmAllocatePages(ULONG PageCount, enum MM_PAGE_KIND Kind)
{
    return MmAllocatePagesIn(PageCount, Kind, 0, MI_PAGES, 0);
}

ULONG MmFreePageCount(void)
{
    return MI_PAGES - MI_FIRST_PAGE - MiPagesInUse;
}

void MmFreePages(void *Address)
{
    MM_PAGE *First = MmPageOf(Address);
    ULONG Count = First->PageCount;
    MiForgetPageable(Address, (SIZE_T)Count * PAGE_SIZE);
    host_mem_protect(Address, (SIZE_T)Count * PAGE_SIZE, HOST_NO_ACCESS);
    host_mem_discard(Address, (SIZE_T)Count * PAGE_SIZE);
    KIRQL Old = KiAcquireLock(&MiPageLock);
    for (ULONG Page = 0; Page < Count; Page++)
        memset(&First[Page], 0, sizeof(MM_PAGE));
    if ((ULONG)(First - MmPageTable) < MiLowestFree)
        MiLowestFree = (ULONG)(First - MmPageTable);
    MiPagesInUse -= Count;
    KiReleaseLock(&MiPageLock, Old);
}

NTSTATUS MmProtectPages(void *Address, ULONG PageCount, unsigned Protection)
{
    MM_PAGE *First = MmPageOf(Address);
    if (host_mem_protect(Address, (SIZE_T)PageCount * PAGE_SIZE, Protection) != 0)
        return STATUS_INSUFFICIENT_RESOURCES;
    for (ULONG Page = 0; Page < PageCount; Page++)
        First[Page].Protection = (UCHAR)Protection;
    return STATUS_SUCCESS;
}
