/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Contiguous and non-cached memory, and mapping of physical memory. RAM is mapped once, in order,
 * so contiguous memory is any run of pages; the host's memory is coherent, so whether it is cached
 * makes no difference anybody can see. Where there is no RAM no device of ours answers (device.c):
 * loads give ones, as from a bus; what is stored there is seen through that mapping alone.
 */
#include "mm/alias.h"
#include "mm/device.h"
#include "mm/mip.h"

#define MI_RAM_PAGES ((ULONG)(MM_RAM_BYTES / PAGE_SIZE))

static BOOLEAN MiIsCacheType(MEMORY_CACHING_TYPE CacheType)
{
    return (ULONG)CacheType < (ULONG)MmMaximumCacheType;
}

/* Pages of the physical range [Lowest, Highest] that cross no multiple of Boundary (0: they
 * may). */
static void *MiAllocateRun(SIZE_T Bytes, ULONG64 Lowest, ULONG64 Highest, ULONG64 Boundary)
{
    SIZE_T Pages = Bytes / PAGE_SIZE + (Bytes % PAGE_SIZE != 0);
    if (Bytes == 0 || Pages > MI_RAM_PAGES || Lowest > Highest ||
        (Boundary & (Boundary - 1)) != 0 || (Boundary != 0 && Boundary < PAGE_SIZE))
        return NULL;
    ULONG64 First = Lowest / PAGE_SIZE + (Lowest % PAGE_SIZE != 0),
            End = Highest / PAGE_SIZE + (Highest % PAGE_SIZE == PAGE_SIZE - 1);
    if (First >= MI_RAM_PAGES)
        return NULL;
    ULONG64 BoundaryPages = Boundary / PAGE_SIZE < MI_RAM_PAGES ? Boundary / PAGE_SIZE : 0;
    return MmAllocatePagesIn((ULONG)Pages, MM_PAGE_KERNEL, (ULONG)First,
        End < MI_RAM_PAGES ? (ULONG)End : MI_RAM_PAGES, (ULONG)BoundaryPages);
}

/*
 * MmAllocateContiguousMemory - pages that follow one another in physical memory, page-aligned.
 *
 * HighestAcceptable: highest physical address the device can reach.
 * IRQL:    up to DISPATCH_LEVEL.
 * Returns: NULL when there is no such run. Owner: driver; MmFreeContiguousMemory.
 * Source:  DOC wdm/MmAllocateContiguousMemory; OBS tests/kernel/mm/MmAllocateContiguousMemory.c
 */
void *NTAPI MmAllocateContiguousMemory(SIZE_T Bytes, PHYSICAL_ADDRESS HighestAcceptable)
{
    if (MmShouldFailFor((ULONG_PTR)__builtin_return_address(0)))
        return NULL;
    return MiAllocateRun(Bytes, 0, (ULONG64)HighestAcceptable.QuadPart, 0);
}

/*
 * MmAllocateContiguousMemorySpecifyCache - the same; also not below Lowest nor across a multiple of
 * Boundary.
 *
 * Boundary: 0 or a power of two of at least PAGE_SIZE. CacheType: what is none gives NULL.
 * Source:   DOC wdm/MmAllocateContiguousMemorySpecifyCache; INF what bad arguments do
 */
void *NTAPI MmAllocateContiguousMemorySpecifyCache(SIZE_T Bytes, PHYSICAL_ADDRESS Lowest,
    PHYSICAL_ADDRESS Highest, PHYSICAL_ADDRESS Boundary, MEMORY_CACHING_TYPE CacheType)
{
    if (!MiIsCacheType(CacheType) || MmShouldFailFor((ULONG_PTR)__builtin_return_address(0)))
        return NULL;
    return MiAllocateRun(
        Bytes, (ULONG64)Lowest.QuadPart, (ULONG64)Highest.QuadPart, (ULONG64)Boundary.QuadPart);
}

/*
 * MmAllocateContiguousMemorySpecifyCacheNode - the same, on a node of a machine with one.
 * PreferredNode: 0 or MM_ANY_NODE_OK; another gives NULL. Source: DOC wdm.
 */
void *NTAPI MmAllocateContiguousMemorySpecifyCacheNode(SIZE_T Bytes, PHYSICAL_ADDRESS Lowest,
    PHYSICAL_ADDRESS Highest, PHYSICAL_ADDRESS Boundary, MEMORY_CACHING_TYPE CacheType,
    NODE_REQUIREMENT PreferredNode)
{
    if (PreferredNode != 0 && PreferredNode != MM_ANY_NODE_OK)
        return NULL;
    return MmAllocateContiguousMemorySpecifyCache(Bytes, Lowest, Highest, Boundary, CacheType);
}

/* What a page is protected by, as asked for with PAGE_…; FALSE: that is no protection of memory of
 * the system's. */
static BOOLEAN MiSystemProtection(ULONG Protect, unsigned *Protection)
{
    const ULONG Caching = PAGE_NOCACHE | PAGE_WRITECOMBINE;
    switch (Protect & ~Caching) {
    case PAGE_READONLY: *Protection = HOST_READ; break;
    case PAGE_READWRITE: *Protection = HOST_READ | HOST_WRITE; break;
    case PAGE_EXECUTE:
    case PAGE_EXECUTE_READ: *Protection = HOST_READ | HOST_EXECUTE; break;
    case PAGE_EXECUTE_READWRITE: *Protection = HOST_READ | HOST_WRITE | HOST_EXECUTE; break;
    default: return FALSE;
    }
    return (Protect & Caching) != Caching;
}

/*
 * MmAllocateContiguousNodeMemory - the same with a protection.
 * Protect: PAGE_READWRITE or PAGE_EXECUTE_READWRITE, one of PAGE_NOCACHE and PAGE_WRITECOMBINE with
 *          it. Source: DOC wdm.
 */
void *NTAPI MmAllocateContiguousNodeMemory(SIZE_T Bytes, PHYSICAL_ADDRESS Lowest,
    PHYSICAL_ADDRESS Highest, PHYSICAL_ADDRESS Boundary, ULONG Protect,
    NODE_REQUIREMENT PreferredNode)
{
    unsigned Protection;
    if (!MiSystemProtection(Protect, &Protection) || !(Protection & HOST_WRITE))
        return NULL;
    void *Memory = MmAllocateContiguousMemorySpecifyCacheNode(
        Bytes, Lowest, Highest, Boundary, MmCached, PreferredNode);
    if (Memory != NULL && (Protection & HOST_EXECUTE) &&
        !NT_SUCCESS(MmProtectPages(Memory, MmPageOf(Memory)->PageCount, Protection))) {
        MmFreePages(Memory);
        return NULL;
    }
    return Memory;
}

/*
 * MmFreeContiguousMemory - the reverse. What is none stops the machine: BAD_POOL_CALLER 0x60.
 * IRQL: up to DISPATCH_LEVEL. Source: DOC wdm/MmFreeContiguousMemory, bug check 0xC2.
 */
void NTAPI MmFreeContiguousMemory(void *BaseAddress)
{
    if (!MmIsRam(BaseAddress) || MmPageOf(BaseAddress)->Kind != MM_PAGE_KERNEL ||
        MmPageOf(BaseAddress)->PageCount == 0 || (ULONG_PTR)BaseAddress % PAGE_SIZE != 0)
        KeBugCheckEx(BAD_POOL_CALLER, 0x60, (ULONG_PTR)BaseAddress, 0, 0);
    MmFreePages(BaseAddress);
}

/* MmFreeContiguousMemorySpecifyCache - the same; how much there is is known. Source: DOC wdm. */
void NTAPI MmFreeContiguousMemorySpecifyCache(
    void *BaseAddress, SIZE_T Bytes, MEMORY_CACHING_TYPE CacheType)
{
    (void)Bytes;
    (void)CacheType;
    MmFreeContiguousMemory(BaseAddress);
}

/*
 * MmAllocateNonCachedMemory - whole pages, page-aligned.
 * IRQL: up to APC_LEVEL. Returns: NULL when there are none. Source: DOC
 * ntddk/MmAllocateNonCachedMemory.
 */
void *NTAPI MmAllocateNonCachedMemory(SIZE_T Bytes)
{
    if (MmShouldFailFor((ULONG_PTR)__builtin_return_address(0)))
        return NULL;
    return MiAllocateRun(Bytes, 0, MM_RAM_BYTES - 1, 0);
}

/* MmFreeNonCachedMemory - the reverse. Bytes: as it was allocated with. Source: DOC ntddk. */
void NTAPI MmFreeNonCachedMemory(void *BaseAddress, SIZE_T Bytes)
{
    (void)Bytes;
    MmFreeContiguousMemory(BaseAddress);
}

/* ---- mapping physical memory ----------------------------------------------------------------- */

static void *MiMapIoSpace(
    PHYSICAL_ADDRESS PhysicalAddress, SIZE_T Bytes, unsigned Protection, ULONG_PTR Site)
{
    ULONG64 First = (ULONG64)PhysicalAddress.QuadPart & ~(ULONG64)(PAGE_SIZE - 1);
    SIZE_T Offset = (SIZE_T)((ULONG64)PhysicalAddress.QuadPart - First);
    if (Bytes == 0 || MmShouldFailFor(Site) || First >= MI_PHYSICAL_END ||
        Bytes > MI_PHYSICAL_END - First - Offset || Bytes > MI_ALIAS_BYTES - 2 * PAGE_SIZE)
        return NULL;
    SIZE_T Whole = (Offset + Bytes + PAGE_SIZE - 1) & ~(SIZE_T)(PAGE_SIZE - 1);
    const MI_ALIAS Content = {.Kind = MI_ALIAS_PHYSICAL, .Physical = First, .Site = Site};
    UCHAR *Room = MiCreateAlias(Whole, &Content);
    if (Room == NULL)
        return NULL;
    if (!NT_SUCCESS(MiMapPhysical(Room, First, Whole, Protection)) ||
        !NT_SUCCESS(MiNoteDeviceView(Room, First, Whole))) {
        MI_ALIAS Removed;
        MiForgetDeviceView(Room);
        MiRemoveAlias(Room, MI_ALIAS_PHYSICAL, &Removed);
        return NULL;
    }
    return Room + Offset;
}

/*
 * MmMapIoSpace - an address for physical memory: RAM, whoever uses it, or where a device could be.
 *
 * IRQL:    up to DISPATCH_LEVEL.
 * Returns: NULL: no bytes, no cache type, more than the processor has addresses for, too many
 * mappings.
 * Owner:   driver; MmUnmapIoSpace.
 * Source:  DOC wdm/MmMapIoSpace; OBS tests/kernel/mm/MmMapIoSpace.c; INF ones where nothing
 *          answers: so do PCs
 */
void *NTAPI MmMapIoSpace(
    PHYSICAL_ADDRESS PhysicalAddress, SIZE_T Bytes, MEMORY_CACHING_TYPE CacheType)
{
    if (!MiIsCacheType(CacheType))
        return NULL;
    return MiMapIoSpace(
        PhysicalAddress, Bytes, HOST_READ | HOST_WRITE, (ULONG_PTR)__builtin_return_address(0));
}

/*
 * MmMapIoSpaceEx - the same with a protection: PAGE_READONLY, PAGE_READWRITE, PAGE_EXECUTE_… with
 * at most one of PAGE_NOCACHE and PAGE_WRITECOMBINE; others give NULL. Source: DOC
 * wdm/MmMapIoSpaceEx.
 */
void *NTAPI MmMapIoSpaceEx(PHYSICAL_ADDRESS PhysicalAddress, SIZE_T Bytes, ULONG Protect)
{
    unsigned Protection;
    if (!MiSystemProtection(Protect, &Protection))
        return NULL;
    return MiMapIoSpace(PhysicalAddress, Bytes, Protection, (ULONG_PTR)__builtin_return_address(0));
}

/*
 * MmUnmapIoSpace - the reverse; touching the address afterwards stops the machine. IRQL: up to
 * DISPATCH_LEVEL.
 * Source: DOC wdm.
 */
void NTAPI MmUnmapIoSpace(void *BaseAddress, SIZE_T Bytes)
{
    MI_ALIAS Removed;
    (void)Bytes;
    if (MiRemoveAlias(BaseAddress, MI_ALIAS_PHYSICAL, &Removed))
        MiForgetDeviceView((const UCHAR *)Removed.Address);
}

/* MmMapVideoDisplay - MmMapIoSpace for video memory. IRQL: PASSIVE_LEVEL. Source: DOC ntddk
 * (obsolete). */
void *NTAPI MmMapVideoDisplay(
    PHYSICAL_ADDRESS PhysicalAddress, SIZE_T Bytes, MEMORY_CACHING_TYPE CacheType)
{
    if (!MiIsCacheType(CacheType))
        return NULL;
    return MiMapIoSpace(
        PhysicalAddress, Bytes, HOST_READ | HOST_WRITE, (ULONG_PTR)__builtin_return_address(0));
}

/* MmUnmapVideoDisplay - the reverse. IRQL: PASSIVE_LEVEL. Source: DOC ntddk (obsolete). */
void NTAPI MmUnmapVideoDisplay(void *BaseAddress, SIZE_T Bytes)
{
    MmUnmapIoSpace(BaseAddress, Bytes);
}

/*
 * MmIsIoSpaceActive - whether somebody has mapped a part of a physical range with MmMapIoSpace.
 * Source: INF ntifs.h, undocumented.
 */
BOOLEAN NTAPI MmIsIoSpaceActive(PHYSICAL_ADDRESS StartAddress, SIZE_T Bytes)
{
    return MiIsPhysicalMapped((ULONG64)StartAddress.QuadPart, Bytes);
}
