/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Contiguous and non-cached memory, mapping of physical memory, and locking of pageable code. Physical memory is mapped once, in
 * order, so contiguous memory is any run of pages; nothing is ever paged out, so locking code is finding its section.
 */
#include "mm/mip.h"

static void *MiAllocateRun(SIZE_T Bytes)
{
    SIZE_T Pages = (Bytes + PAGE_SIZE - 1) / PAGE_SIZE;
    return Bytes == 0 || Pages > MM_RAM_BYTES / PAGE_SIZE ? NULL : MmAllocatePages((ULONG)Pages, MM_PAGE_KERNEL);
}

/*
 * MmAllocateContiguousMemory - pages that follow one another in physical memory, page-aligned, zeroed.
 *
 * HighestAcceptable: highest physical address the device can reach.
 * IRQL:    up to DISPATCH_LEVEL.
 * Returns: NULL when there is no such run. Owner: driver; MmFreeContiguousMemory.
 * Source:  DOC ntddk/MmAllocateContiguousMemory; INF pages are tried once: physical memory is handed out from the bottom.
 */
void *NTAPI MmAllocateContiguousMemory(SIZE_T Bytes, PHYSICAL_ADDRESS HighestAcceptable)
{
    void *Memory = MiAllocateRun(Bytes);
    if (Memory != NULL && MmGetPhysicalAddress((UCHAR *)Memory + Bytes - 1).QuadPart > HighestAcceptable.QuadPart) {
        MmFreePages(Memory);
        return NULL;
    }
    return Memory;
}

/* MmAllocateContiguousMemorySpecifyCache - the same; also not below Lowest nor across a multiple of Boundary. Source: DOC. */
void *NTAPI MmAllocateContiguousMemorySpecifyCache(SIZE_T Bytes, PHYSICAL_ADDRESS Lowest, PHYSICAL_ADDRESS Highest,
    PHYSICAL_ADDRESS Boundary, MEMORY_CACHING_TYPE CacheType)
{
    void *Memory = MmAllocateContiguousMemory(Bytes, Highest);
    (void)CacheType;
    if (Memory == NULL)
        return NULL;
    ULONG64 First = (ULONG64)MmGetPhysicalAddress(Memory).QuadPart;
    ULONG64 Limit = (ULONG64)Boundary.QuadPart;
    if (First < (ULONG64)Lowest.QuadPart || (Limit != 0 && First / Limit != (First + Bytes - 1) / Limit)) {
        MmFreePages(Memory);
        return NULL;
    }
    return Memory;
}

/* MmFreeContiguousMemory - the reverse. IRQL: up to APC_LEVEL. Source: DOC ntddk. */
void NTAPI MmFreeContiguousMemory(void *BaseAddress)
{
    if (!MmIsRam(BaseAddress) || MmPageOf(BaseAddress)->Kind != MM_PAGE_KERNEL || MmPageOf(BaseAddress)->PageCount == 0)
        KeBugCheckEx(BAD_POOL_CALLER, 0x60, (ULONG_PTR)BaseAddress, 0, 0);
    MmFreePages(BaseAddress);
}

/* MmFreeContiguousMemorySpecifyCache - the same. Source: DOC ntddk. */
void NTAPI MmFreeContiguousMemorySpecifyCache(void *BaseAddress, SIZE_T Bytes, MEMORY_CACHING_TYPE CacheType)
{
    (void)Bytes;
    (void)CacheType;
    MmFreeContiguousMemory(BaseAddress);
}

/* MmAllocateNonCachedMemory - whole pages; the host's memory is coherent, cached or not. Source: DOC ntddk. */
void *NTAPI MmAllocateNonCachedMemory(SIZE_T Bytes)
{
    return MiAllocateRun(Bytes);
}

/* MmFreeNonCachedMemory - the reverse. Source: DOC ntddk. */
void NTAPI MmFreeNonCachedMemory(void *BaseAddress, SIZE_T Bytes)
{
    (void)Bytes;
    MmFreeContiguousMemory(BaseAddress);
}

/* ---- mapping physical memory ---------------------------------------------------------------------------------------- */

#define MI_ALIASES 256u

/* Second views of RAM in the upper half of the system range, under MiAliasLock. An address is used again as late as can be. */
static KSPIN_LOCK MiAliasLock;
static struct {
    ULONG_PTR Address; /* page of it; 0: free */
    ULONG64 Physical;
    SIZE_T Bytes;      /* whole pages */
} MiAlias[MI_ALIASES];
static ULONG_PTR MiNextAlias;

void MiResetAliases(void)
{
    MiAliasLock = 0;
    MiNextAlias = MI_ALIAS_BASE;
    for (ULONG Index = 0; Index < MI_ALIASES; Index++)
        MiAlias[Index].Address = 0;
}

BOOLEAN MiAliasToPhysical(const void *Address, ULONG64 *Physical)
{
    BOOLEAN Found = FALSE;
    KIRQL Old = KiAcquireLock(&MiAliasLock);
    for (ULONG Index = 0; Index < MI_ALIASES && !Found; Index++) {
        if (MiAlias[Index].Address != 0 && (ULONG_PTR)Address - MiAlias[Index].Address < MiAlias[Index].Bytes) {
            *Physical = MiAlias[Index].Physical + ((ULONG_PTR)Address - MiAlias[Index].Address);
            Found = TRUE;
        }
    }
    KiReleaseLock(&MiAliasLock, Old);
    return Found;
}

/* The index of a view that overlaps [Address, Address + Bytes); MI_ALIASES: none. MiAliasLock held. */
static ULONG MiFindAlias(ULONG_PTR Address, SIZE_T Bytes)
{
    ULONG Index = 0;
    while (Index < MI_ALIASES && (MiAlias[Index].Address == 0 || MiAlias[Index].Address >= Address + Bytes ||
                                     MiAlias[Index].Address + MiAlias[Index].Bytes <= Address))
        Index++;
    return Index;
}

/* Room for a view, from where the last one ended on and then from the start. 0: none. MiAliasLock held. */
static ULONG_PTR MiFindAliasRoom(SIZE_T Bytes)
{
    ULONG_PTR At = MiNextAlias;
    BOOLEAN Again = FALSE;
    for (;;) {
        if (Bytes > MI_ALIAS_BASE + MI_ALIAS_BYTES - At) {
            if (Again)
                return 0;
            Again = TRUE;
            At = MI_ALIAS_BASE;
            continue;
        }
        ULONG Index = MiFindAlias(At, Bytes);
        if (Index == MI_ALIASES)
            return At;
        At = MiAlias[Index].Address + MiAlias[Index].Bytes;
    }
}

/*
 * MmMapIoSpace - an address for physical memory.
 *
 * A second view of RAM, whoever uses it. There are no device memories yet: other physical addresses are not mapped.
 * IRQL:    up to DISPATCH_LEVEL.
 * Returns: NULL when the range is not RAM, or too many mappings are open. Owner: driver; MmUnmapIoSpace.
 * Source:  DOC wdm/MmMapIoSpace.
 */
void *NTAPI MmMapIoSpace(PHYSICAL_ADDRESS PhysicalAddress, SIZE_T Bytes, MEMORY_CACHING_TYPE CacheType)
{
    ULONG64 First = (ULONG64)PhysicalAddress.QuadPart & ~(ULONG64)(PAGE_SIZE - 1);
    SIZE_T Offset = (SIZE_T)((ULONG64)PhysicalAddress.QuadPart - First);
    UCHAR *Result = NULL;
    (void)CacheType;
    if (Bytes == 0 || First >= MM_RAM_BYTES || Bytes > MM_RAM_BYTES - First - Offset)
        return NULL;
    SIZE_T Whole = (Offset + Bytes + PAGE_SIZE - 1) & ~(SIZE_T)(PAGE_SIZE - 1);
    KIRQL Old = KiAcquireLock(&MiAliasLock);
    ULONG_PTR Room = MiFindAliasRoom(Whole);
    ULONG Index = 0;
    while (Index < MI_ALIASES && MiAlias[Index].Address != 0)
        Index++;
    if (Room != 0 && Index < MI_ALIASES && host_ram_alias((void *)Room, First, Whole, HOST_READ | HOST_WRITE) == 0) {
        MiAlias[Index].Address = Room;
        MiAlias[Index].Physical = First;
        MiAlias[Index].Bytes = Whole;
        Result = (UCHAR *)Room + Offset;
        MiNextAlias = Room + Whole;
    }
    KiReleaseLock(&MiAliasLock, Old);
    return Result;
}

/* MmUnmapIoSpace - the reverse; touching the address afterwards stops the machine. IRQL: up to DISPATCH_LEVEL. Source: DOC. */
void NTAPI MmUnmapIoSpace(void *BaseAddress, SIZE_T Bytes)
{
    ULONG_PTR Page = (ULONG_PTR)BaseAddress & ~(ULONG_PTR)(PAGE_SIZE - 1);
    (void)Bytes;
    KIRQL Old = KiAcquireLock(&MiAliasLock);
    for (ULONG Index = 0; Index < MI_ALIASES; Index++) {
        if (MiAlias[Index].Address == Page) {
            host_ram_unalias((void *)Page, MiAlias[Index].Bytes);
            MiAlias[Index].Address = 0;
        }
    }
    KiReleaseLock(&MiAliasLock, Old);
}

/* ---- pageable code ----------------------------------------------------------------------------------------------------- */

/*
 * MmLockPagableDataSection - keep a pageable section of a driver in memory. The handle is the image's base: images are never
 * paged here. IRQL: up to APC_LEVEL. Source: DOC wdm/MmLockPagableDataSection.
 */
void *NTAPI MmLockPagableDataSection(void *AddressWithinSection)
{
    UCHAR *Base;
    RUNTIME_FUNCTION *Table;
    ULONG Count;
    return KeImageLookup != NULL && KeImageLookup((ULONG_PTR)AddressWithinSection, &Base, &Table, &Count) ? Base : NULL;
}

/* MmLockPagableSectionByHandle - once more by handle. Source: DOC wdm. */
void NTAPI MmLockPagableSectionByHandle(void *ImageSectionHandle)
{
    (void)ImageSectionHandle;
}

/* MmUnlockPagableImageSection - the reverse. Source: DOC wdm. */
void NTAPI MmUnlockPagableImageSection(void *SectionHandle)
{
    (void)SectionHandle;
}

/* MmPageEntireDriver - base of the driver that was made pageable whole. Source: DOC ntddk. */
void *NTAPI MmPageEntireDriver(void *AddressWithinSection)
{
    return MmLockPagableDataSection(AddressWithinSection);
}

/* MmResetDriverPaging - back to what the image asks. Source: DOC ntddk. */
void NTAPI MmResetDriverPaging(void *AddressWithinSection)
{
    (void)AddressWithinSection;
}
