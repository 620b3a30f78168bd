/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * mm for the other components: the system range and its pages, memory descriptor lists, probing and
 * copying of user memory. The system range is one reservation; physical memory is mapped linearly
 * at its start, so a system address and its physical address differ by a constant. Whatever lies
 * outside the range is user memory. Its pages have physical addresses too, above MM_USER_PFN: made
 * from the virtual page number, so no table is needed.
 */
#pragma once

#include "ke/ke.h"

#if defined(__x86_64__)
#ifdef __SANITIZE_THREAD__
/* ThreadSanitizer has shadow for some ranges only, and this is in one */
#define MM_SYSTEM_BASE ((ULONG_PTR)0x7A0000000000)
#else
#define MM_SYSTEM_BASE ((ULONG_PTR)0x680000000000)
#endif
#define MM_SYSTEM_BYTES ((SIZE_T)1 << 40)
#define MM_RAM_BYTES ((SIZE_T)4 << 30)
#define MM_USER_PFN ((ULONG_PTR)1 << 36)
#define MM_HIGHEST_USER_ADDRESS ((ULONG_PTR)0x7FFFFFFEFFFF) /* Windows' */
/* Linux': a program's first stack may lie above the former */
#define MM_LAST_CLIENT_ADDRESS ((ULONG_PTR)0x7FFFFFFFEFFF)
#else
#define MM_SYSTEM_BASE ((ULONG_PTR)0x80000000)
#define MM_SYSTEM_BYTES ((SIZE_T)0x40000000)
#define MM_RAM_BYTES ((SIZE_T)0x20000000)
#define MM_USER_PFN ((ULONG_PTR)1 << 24)
#define MM_HIGHEST_USER_ADDRESS ((ULONG_PTR)0x7FFEFFFF)
/* Linux puts libraries, mappings and the first stack above the range */
#define MM_LAST_CLIENT_ADDRESS ((ULONG_PTR)0xFFFFEFFF)
#endif

enum MM_PAGE_KIND {
    MM_PAGE_FREE,
    MM_PAGE_POOL,
    MM_PAGE_LARGE,
    MM_PAGE_LARGE_TAIL,
    MM_PAGE_STACK,
    MM_PAGE_IMAGE,
    MM_PAGE_GUARD, MM_PAGE_KERNEL, MM_PAGE_CLIENT, MM_PAGE_SPECIAL, MM_PAGE_SPECIAL_GUARD };

/* One for every page of physical memory, outside the system range. */
typedef struct MM_PAGE {
    UCHAR Kind;
    UCHAR Protection; /* enum host_protection mask */
    UCHAR PoolClass;
    UCHAR PoolType;
    ULONG PageCount;  /* first page of an allocation: its length */
    /*
     * pool pages: which blocks are free in neither a magazine nor a driver; large blocks and those
     * of special pool: who has it
     */
    union {
        struct { ULONG64 FreeMap[2]; struct MM_PAGE *Next, *Previous; } Pool;
        /* Offset: of special pool, in the page */
        struct { ULONG_PTR Site; SIZE_T Bytes; ULONG Tag; ULONG Offset; } Large;
    };
} MM_PAGE;

extern MM_PAGE *MmPageTable; /* indexed by page frame number */

static inline BOOLEAN MmIsSystemAddress(const void *Address)
{
    return (ULONG_PTR)Address - MM_SYSTEM_BASE < MM_SYSTEM_BYTES;
}

static inline BOOLEAN MmIsSystemRange(const void *Address, SIZE_T Bytes)
{
    ULONG_PTR Start = (ULONG_PTR)Address;
    return Start < MM_SYSTEM_BASE + MM_SYSTEM_BYTES && Start + Bytes > MM_SYSTEM_BASE;
}

/* Whether a client may name these addresses; whether anything is there is another matter. Bytes is
 * not zero. */
static inline BOOLEAN MmIsUserRange(const volatile void *Address, SIZE_T Bytes)
{
    ULONG_PTR Start = (ULONG_PTR)Address;
    return Start + Bytes >= Start && Start + Bytes - 1 <= MM_LAST_CLIENT_ADDRESS &&
           !MmIsSystemRange((const void *)Start, Bytes);
}

/* Of a range MmIsUserRange has found good: whether Windows would, too. On i386 Linux' own addresses
 * above the range have to do. */
static inline BOOLEAN MmIsProbedRange(ULONG_PTR Start, SIZE_T Bytes)
{
#if defined(__i386__)
    if (Start >= MM_SYSTEM_BASE)
        return TRUE;
#endif
    return Start + Bytes - 1 <= MM_HIGHEST_USER_ADDRESS;
}

static inline BOOLEAN MmIsRam(const void *Address)
{
    return (ULONG_PTR)Address - MM_SYSTEM_BASE < MM_RAM_BYTES;
}

/* The page record of a RAM address (MmIsRam holds). */
static inline MM_PAGE *MmPageOf(const void *Address)
{
    return &MmPageTable[((ULONG_PTR)Address - MM_SYSTEM_BASE) / PAGE_SIZE];
}

static inline void *MmPageAddress(const MM_PAGE *Page)
{
    return (void *)(MM_SYSTEM_BASE + (ULONG_PTR)(Page - MmPageTable) * PAGE_SIZE);
}

NTSTATUS MmInitialize(void);
void MmTerminate(void);

/* PageCount contiguous zeroed pages, readable and writable. NULL: out of memory. IRQL: any; takes
 * MiPageLock. */
void *MmAllocatePages(ULONG PageCount, enum MM_PAGE_KIND Kind);
/* The same from page frame Lowest up to End, not across a multiple of Boundary pages (0: it
 * may). */
void *MmAllocatePagesIn(
    ULONG PageCount, enum MM_PAGE_KIND Kind, ULONG Lowest, ULONG End, ULONG Boundary);
ULONG MmFreePageCount(void);
void MmFreePages(void *Address); /* what MmAllocatePages returned, whole */
/* Changes protection (enum host_protection mask) of pages of an allocation. */
NTSTATUS MmProtectPages(void *Address, ULONG PageCount, unsigned Protection);
ULONG MmPagesInUse(void);
ULONG MmHighWaterPage(void); /* no page record from here on was ever used */

/*
 * Copies between a user buffer and a system one. STATUS_ACCESS_VIOLATION: the user range touches
 * the system range, or a page of it is not accessible; part may have been copied. Host ABI; IRQL:
 * any.
 */
NTSTATUS MmCopyFromUser(void *System, const void *User, SIZE_T Bytes);
NTSTATUS MmCopyToUser(void *User, const void *System, SIZE_T Bytes);
/* STATUS_ACCESS_VIOLATION, STATUS_DATATYPE_MISALIGNMENT as return values instead of exceptions. */
NTSTATUS MmProbe(const void *User, SIZE_T Bytes, ULONG Alignment, BOOLEAN Write);
/*
 * A client's status block, in the layout of the client's own word size: the one structure of a
 * 32-bit client of a 64-bit machine that is not converted in the client, since it may be written at
 * any time. A client polls the status: it goes last.
 */
NTSTATUS MmProbeStatusBlock(const IO_STATUS_BLOCK *User);
NTSTATUS MmWriteStatusBlock(IO_STATUS_BLOCK *User, const IO_STATUS_BLOCK *Block);

/* Copies out of what an MDL describes, whose pages are locked or never move. FALSE: not all of it
 * is there. Up to DISPATCH_LEVEL. */
BOOLEAN MmReadMdl(const MDL *Mdl, ULONG Offset, void *To, ULONG Bytes);

/*
 * Fails the allocation Countdown counts down to (1: the next one) once, or with Forever that one
 * and every later one; 0 only counts, -1 turns it off. Counts pool blocks and pages. For tests of
 * error paths, also of opening a machine; closing one turns it off.
 */
void MmFailAllocation(LONG Countdown, BOOLEAN Forever);
ULONG MmAllocationCount(void); /* allocations asked for since it was last turned on, counted while
                                  MmFailArmed */
extern BOOLEAN MmFailArmed;
BOOLEAN NTAPI MmShouldFailSlow(void); /* NTAPI: called from the hot path */

/*
 * The verifier's: whether an allocation that a driver asked for, Site its call, is to fail. Tag: of
 * pool, or 0. NTAPI for the same reason. NULL: none is.
 */
extern BOOLEAN(NTAPI *MmFailFor)(ULONG Tag, ULONG_PTR Site);

/* Asked by exports that allocate, but those of the pools. */
static inline BOOLEAN MmShouldFailFor(ULONG_PTR Site)
{
    return __builtin_expect(MmFailFor != NULL, 0) && MmFailFor(0, Site);
}

/* Called by each allocator once per allocation. */
static inline BOOLEAN MmShouldFail(void)
{
    return __builtin_expect(__atomic_load_n(&MmFailArmed, __ATOMIC_RELAXED), 0) &&
        MmShouldFailSlow();
}

/* ---- Exports --------------------------------------------------------------------------------- */

void NTAPI ProbeForRead(const volatile void *Address, SIZE_T Length, ULONG Alignment);
void NTAPI ProbeForWrite(volatile void *Address, SIZE_T Length, ULONG Alignment);
PHYSICAL_ADDRESS NTAPI MmGetPhysicalAddress(void *BaseAddress);
void *NTAPI MmGetVirtualForPhysical(PHYSICAL_ADDRESS PhysicalAddress);
BOOLEAN NTAPI MmIsAddressValid(void *VirtualAddress);
BOOLEAN NTAPI MmIsNonPagedSystemAddressValid(void *VirtualAddress);
SIZE_T NTAPI MmSizeOfMdl(void *Base, SIZE_T Length);
void NTAPI MmBuildMdlForNonPagedPool(MDL *Mdl);
void NTAPI MmProbeAndLockPages(MDL *Mdl, KPROCESSOR_MODE AccessMode, LOCK_OPERATION Operation);
void NTAPI MmUnlockPages(MDL *Mdl);
void *NTAPI MmMapLockedPages(MDL *Mdl, KPROCESSOR_MODE AccessMode);
void *NTAPI MmMapLockedPagesSpecifyCache(MDL *Mdl, KPROCESSOR_MODE AccessMode,
    MEMORY_CACHING_TYPE CacheType, void *RequestedAddress, ULONG BugCheckOnFailure, ULONG Priority);
void NTAPI MmUnmapLockedPages(void *BaseAddress, MDL *Mdl);
void *NTAPI MmAllocateMappingAddress(SIZE_T NumberOfBytes, ULONG PoolTag);
void *NTAPI MmAllocateMappingAddressEx(SIZE_T NumberOfBytes, ULONG PoolTag, ULONG Flags);
void NTAPI MmFreeMappingAddress(void *BaseAddress, ULONG PoolTag);
void *NTAPI MmMapLockedPagesWithReservedMapping(
    void *MappingAddress, ULONG PoolTag, MDL *Mdl, MEMORY_CACHING_TYPE CacheType);
void NTAPI MmUnmapReservedMapping(void *BaseAddress, ULONG PoolTag, MDL *Mdl);
NTSTATUS NTAPI MmProtectMdlSystemAddress(MDL *Mdl, ULONG NewProtect);
void *NTAPI MmAllocateContiguousMemory(SIZE_T Bytes, PHYSICAL_ADDRESS HighestAcceptable);
void NTAPI MmFreeContiguousMemory(void *BaseAddress);
void *NTAPI MmAllocateContiguousMemorySpecifyCache(SIZE_T Bytes, PHYSICAL_ADDRESS Lowest,
    PHYSICAL_ADDRESS Highest, PHYSICAL_ADDRESS Boundary, MEMORY_CACHING_TYPE CacheType);
void NTAPI MmFreeContiguousMemorySpecifyCache(
    void *BaseAddress, SIZE_T Bytes, MEMORY_CACHING_TYPE CacheType);
void NTAPI MmLockPagableSectionByHandle(void *ImageSectionHandle);
void *NTAPI MmAllocateNonCachedMemory(SIZE_T Bytes);
void NTAPI MmFreeNonCachedMemory(void *BaseAddress, SIZE_T Bytes);
void *NTAPI MmMapIoSpace(
    PHYSICAL_ADDRESS PhysicalAddress, SIZE_T Bytes, MEMORY_CACHING_TYPE CacheType);
void *NTAPI MmMapIoSpaceEx(PHYSICAL_ADDRESS PhysicalAddress, SIZE_T Bytes, ULONG Protect);
void NTAPI MmUnmapIoSpace(void *BaseAddress, SIZE_T Bytes);
void *NTAPI MmMapVideoDisplay(
    PHYSICAL_ADDRESS PhysicalAddress, SIZE_T Bytes, MEMORY_CACHING_TYPE CacheType);
void NTAPI MmUnmapVideoDisplay(void *BaseAddress, SIZE_T Bytes);
BOOLEAN NTAPI MmIsIoSpaceActive(PHYSICAL_ADDRESS StartAddress, SIZE_T Bytes);
void *NTAPI MmAllocateContiguousMemorySpecifyCacheNode(SIZE_T Bytes, PHYSICAL_ADDRESS Lowest,
    PHYSICAL_ADDRESS Highest, PHYSICAL_ADDRESS Boundary, MEMORY_CACHING_TYPE CacheType,
    NODE_REQUIREMENT PreferredNode);
void *NTAPI MmAllocateContiguousNodeMemory(SIZE_T Bytes, PHYSICAL_ADDRESS Lowest,
    PHYSICAL_ADDRESS Highest, PHYSICAL_ADDRESS Boundary, ULONG Protect,
    NODE_REQUIREMENT PreferredNode);
NTSTATUS NTAPI MmCopyMemory(
    void *Target, MM_COPY_ADDRESS Source, SIZE_T Bytes, ULONG Flags, SIZE_T *Transferred);
void *NTAPI MmLockPagableDataSection(void *AddressWithinSection);
void NTAPI MmUnlockPagableImageSection(void *SectionHandle);
void *NTAPI MmPageEntireDriver(void *AddressWithinSection);
void NTAPI MmResetDriverPaging(void *AddressWithinSection);

/* Status-returning form of MmProbeAndLockPages, for io. */
NTSTATUS NTAPI MiLockPages(MDL *Mdl, KPROCESSOR_MODE AccessMode, LOCK_OPERATION Operation);
