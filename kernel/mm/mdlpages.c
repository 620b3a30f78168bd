/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * MDLs that are more than a description of a buffer: those with pages of their own, and what is
 * done to one as a
 *          list. Such an
 * MDL is a pool block its user frees, which is why this file of mm includes ex.
 */
#include <string.h>

#include "ex/ex.h"
#include "mm/export.h"
#include "mm/mip.h"
#include "mm/paging.h"

#define MI_TAG_MDL     0x6C644D4Du /* 'MMdl' */
#define MI_RAM_PAGES   ((ULONG)(MM_RAM_BYTES / PAGE_SIZE))
#define MI_LONGEST_MDL ((SIZE_T)0xFFFFFFFF - PAGE_SIZE)
#define MI_PAGES_FLAGS                                                                         \
    (MM_DONT_ZERO_ALLOCATION | MM_ALLOCATE_FROM_LOCAL_NODE_ONLY | MM_ALLOCATE_FULLY_REQUIRED | \
        MM_ALLOCATE_NO_WAIT | MM_ALLOCATE_PREFER_CONTIGUOUS |                                  \
        MM_ALLOCATE_REQUIRE_CONTIGUOUS_CHUNKS | MM_ALLOCATE_FAST_LARGE_PAGES |                 \
        MM_ALLOCATE_TRIM_IF_NECESSARY | MM_ALLOCATE_AND_HOT_REMOVE)

/* What pages are looked for: page frames [First, End), in runs of a multiple of Chunk. */
typedef struct MI_PAGES_WANTED {
    ULONG First, End;
    ULONG Chunk;
    ULONG Count;
} MI_PAGES_WANTED;

static void MiFreeTaken(const PFN_NUMBER *Pfn, ULONG Count)
{
    for (ULONG Page = 0, Next; Page < Count; Page = Next) {
        MM_PAGE *This = MmPageOf(MiAddressOfPfn(Pfn[Page]));
        MM_PAGE *First = MiRunOf(This); /* the MDL may have been advanced */
        Next = Page + First->PageCount - (ULONG)(This - First);
        MmFreePages(MmPageAddress(First));
    }
}

/* Fills in page numbers, long runs first; returns how many pages it could get. */
static ULONG MiTakePages(const MI_PAGES_WANTED *Wanted, PFN_NUMBER *Pfn)
{
    ULONG Taken = 0, Run = Wanted->Count;
    while (Taken < Wanted->Count && Run >= Wanted->Chunk) {
        if (Run > Wanted->Count - Taken)
            Run = Wanted->Count - Taken;
        Run -= Run % Wanted->Chunk;
        UCHAR *Pages = Run != 0
            ? MmAllocatePagesIn(Run, MM_PAGE_KERNEL, Wanted->First, Wanted->End, 0)
            : NULL;
        if (Pages == NULL) {
            Run /= 2;
            continue;
        }
        for (ULONG Page = 0; Page < Run; Page++)
            Pfn[Taken++] = MiPfnOf(Pages + (SIZE_T)Page * PAGE_SIZE);
    }
    return Taken;
}

/* As Wanted, in the range and then, Skip pages further each time, in the ranges behind it. */
static ULONG MiTakeFromRanges(MI_PAGES_WANTED *Wanted, ULONG64 Skip, PFN_NUMBER *Pfn)
{
    const ULONG All = Wanted->Count;
    ULONG Taken = 0;
    for (;;) {
        Wanted->Count = All - Taken;
        Taken += MiTakePages(Wanted, Pfn + Taken);
        if (Taken == All || Skip == 0 || Wanted->First + Skip >= MI_RAM_PAGES)
            return Taken;
        Wanted->First += (ULONG)Skip;
        Wanted->End = Wanted->End + Skip < MI_RAM_PAGES ? Wanted->End + (ULONG)Skip : MI_RAM_PAGES;
    }
}

static MDL *MiAllocatePagesForMdl(
    ULONG64 Low, ULONG64 High, ULONG64 Skip, SIZE_T TotalBytes, ULONG Flags, ULONG_PTR Site)
{
    const BOOLEAN Chunks = (Flags & MM_ALLOCATE_REQUIRE_CONTIGUOUS_CHUNKS) != 0;
    if ((Flags & ~(ULONG)MI_PAGES_FLAGS) || TotalBytes == 0 || TotalBytes > MI_LONGEST_MDL ||
        Low > High || Low / PAGE_SIZE >= MI_RAM_PAGES || Skip % PAGE_SIZE != 0)
        return NULL;
    if (Chunks && Skip != 0 && ((Skip & (Skip - 1)) != 0 || TotalBytes % Skip != 0))
        return NULL;
    ULONG64 End = High / PAGE_SIZE + (High % PAGE_SIZE == PAGE_SIZE - 1);
    MI_PAGES_WANTED Wanted = {.First = (ULONG)((Low + PAGE_SIZE - 1) / PAGE_SIZE),
        .End = End < MI_RAM_PAGES ? (ULONG)End : MI_RAM_PAGES,
        .Count = (ULONG)((TotalBytes + PAGE_SIZE - 1) / PAGE_SIZE)};
    Wanted.Chunk = !Chunks ? 1 : Skip != 0 ? (ULONG)(Skip / PAGE_SIZE) : Wanted.Count;
    MDL *Mdl = ExiAllocate(NonPagedPoolNx, MmSizeOfMdl(NULL, TotalBytes), MI_TAG_MDL, Site);
    if (Mdl == NULL)
        return NULL;
    ULONG Taken = MiTakeFromRanges(&Wanted, Chunks ? 0 : Skip / PAGE_SIZE, MiPfnArray(Mdl));
    if (Taken == 0 ||
        ((SIZE_T)Taken * PAGE_SIZE < TotalBytes && (Flags & MM_ALLOCATE_FULLY_REQUIRED))) {
        MiFreeTaken(MiPfnArray(Mdl), Taken);
        ExiFree(Mdl);
        return NULL;
    }
    SIZE_T Got = (SIZE_T)Taken * PAGE_SIZE;
    MmInitializeMdl(Mdl, NULL, Got < TotalBytes ? Got : TotalBytes);
    Mdl->MdlFlags = MDL_PAGES_LOCKED;
    Mdl->MappedSystemVa = NULL;
    Mdl->Process = NULL;
    return Mdl;
}

/*
 * MmAllocatePagesForMdl - zeroed pages of physical memory, mapped nowhere, as an MDL.
 *
 * LowAddress, HighAddress: the first range. SkipBytes: how much further the next begins, 0: there
 * is none.
 * IRQL:    up to APC_LEVEL.
 * Returns: an MDL, of fewer bytes when that is all there is; NULL: none, or no whole pages to skip.
 * Owner:   driver; MmFreePagesFromMdl, then ExFreePool.
 * Source:  DOC wdm/MmAllocatePagesForMdl; OBS tests/kernel/mm/MmAllocatePagesForMdl.c
 */
MDL *NTAPI MmAllocatePagesForMdl(PHYSICAL_ADDRESS LowAddress, PHYSICAL_ADDRESS HighAddress,
    PHYSICAL_ADDRESS SkipBytes, SIZE_T TotalBytes)
{
    return MiAllocatePagesForMdl((ULONG64)LowAddress.QuadPart, (ULONG64)HighAddress.QuadPart,
        (ULONG64)SkipBytes.QuadPart, TotalBytes, 0, EX_CALLER);
}

/*
 * MmAllocatePagesForMdlEx - the same with flags: MM_ALLOCATE_FULLY_REQUIRED: all or nothing.
 * …REQUIRE_CONTIGUOUS_CHUNKS: runs of SkipBytes, a power of two TotalBytes is a multiple of, or
 * with 0 one run. Pages are zeroed whatever MM_DONT_ZERO_ALLOCATION says; the others are about
 * nodes and waiting, of which there are none. Unknown ones, and what is no cache type, give NULL.
 * Source: DOC wdm/MmAllocatePagesForMdlEx
 */
MDL *NTAPI MmAllocatePagesForMdlEx(PHYSICAL_ADDRESS LowAddress, PHYSICAL_ADDRESS HighAddress,
    PHYSICAL_ADDRESS SkipBytes, SIZE_T TotalBytes, MEMORY_CACHING_TYPE CacheType, ULONG Flags)
{
    if ((ULONG)CacheType >= (ULONG)MmMaximumCacheType)
        return NULL;
    return MiAllocatePagesForMdl((ULONG64)LowAddress.QuadPart, (ULONG64)HighAddress.QuadPart,
        (ULONG64)SkipBytes.QuadPart, TotalBytes, Flags, EX_CALLER);
}

/*
 * MmAllocateNodePagesForMdlEx - the same; IdealNode: the one node there is, 0, or NULL is returned.
 * Source: DOC wdm.
 */
MDL *NTAPI MmAllocateNodePagesForMdlEx(PHYSICAL_ADDRESS LowAddress, PHYSICAL_ADDRESS HighAddress,
    PHYSICAL_ADDRESS SkipBytes, SIZE_T TotalBytes, MEMORY_CACHING_TYPE CacheType, ULONG IdealNode,
    ULONG Flags)
{
    if ((ULONG)CacheType >= (ULONG)MmMaximumCacheType || IdealNode != 0)
        return NULL;
    return MiAllocatePagesForMdl((ULONG64)LowAddress.QuadPart, (ULONG64)HighAddress.QuadPart,
        (ULONG64)SkipBytes.QuadPart, TotalBytes, Flags, EX_CALLER);
}

/*
 * MmFreePagesFromMdl - give the pages back; the MDL stays its owner's to free. A mapping of it
 * should be gone.
 * IRQL: up to APC_LEVEL. Source: DOC wdm/MmFreePagesFromMdl.
 */
void NTAPI MmFreePagesFromMdl(MDL *MemoryDescriptorList)
{
    MDL *Mdl = MemoryDescriptorList;
    if ((Mdl->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA) != 0)
        MmUnmapLockedPages(Mdl->MappedSystemVa, Mdl);
    MiFreeTaken(MiPfnArray(Mdl), MiMdlPages(Mdl));
    Mdl->MdlFlags &= (SHORT)~MDL_PAGES_LOCKED;
    Mdl->ByteCount = 0;
}

/*
 * MmCreateMdl - initialise an MDL for a buffer, or with NULL allocate one.
 *
 * IRQL:    up to DISPATCH_LEVEL.
 * Returns: NULL: out of memory. Owner: driver; a new one goes with IoFreeMdl.
 * Source:  DOC ntddk (obsolete: IoAllocateMdl); tests/kernel/mm/MmCreateMdl.c
 */
MDL *NTAPI MmCreateMdl(MDL *MemoryDescriptorList, void *Base, SIZE_T Length)
{
    MDL *Mdl = MemoryDescriptorList;
    if (Mdl == NULL && Length <= MI_LONGEST_MDL)
        Mdl = ExiAllocate(NonPagedPoolNx, MmSizeOfMdl(Base, Length), MI_TAG_MDL, EX_CALLER);
    if (Mdl == NULL)
        return NULL;
    MmInitializeMdl(Mdl, Base, Length);
    Mdl->MappedSystemVa = NULL;
    Mdl->Process = NULL;
    return Mdl;
}

/* What is left from the next pages on stays locked, what was before does not. */
static void MiMoveLock(const MDL *Mdl, SIZE_T Skip)
{
    if (!(Mdl->MdlFlags & MDL_PAGES_LOCKED) || (Mdl->MdlFlags & MDL_PARTIAL))
        return;
    if (Skip < Mdl->ByteCount)
        MiLockPageable(MiMdlStart(Mdl) + Skip, Mdl->ByteCount - Skip);
    MiUnlockPageable(MiMdlStart(Mdl), Mdl->ByteCount);
}

static BOOLEAN MiHasView(const MDL *Mdl)
{
    return (Mdl->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA) != 0 && MiIsAlias(Mdl->MappedSystemVa);
}

static void MiLeaveLastPages(MDL *Mdl)
{
    if (MiHasView(Mdl))
        MmUnmapLockedPages(Mdl->MappedSystemVa, Mdl);
    if ((Mdl->MdlFlags & MDL_PAGES_LOCKED) && !(Mdl->MdlFlags & MDL_PARTIAL))
        MiUnlockClientPages(Mdl);
}

/*
 * MmAdvanceMdl - an MDL no longer describes its first bytes. Pages it has left behind are unlocked,
 * and are not to be touched by its mapping any more; a copy of a client's pages in another process
 * goes back when the last of them is left or unlocked.
 *
 * IRQL:    up to DISPATCH_LEVEL.
 * Returns: SUCCESS; INVALID_PARAMETER_2: more bytes than there are.
 * Source:  DOC wdm/MmAdvanceMdl; OBS tests/kernel/mm/MmAdvanceMdl.c
 */
NTSTATUS NTAPI MmAdvanceMdl(MDL *Mdl, ULONG NumberOfBytes)
{
    if (NumberOfBytes > Mdl->ByteCount)
        return STATUS_INVALID_PARAMETER_2;
    ULONG Skip = (ULONG)((Mdl->ByteOffset + (SIZE_T)NumberOfBytes) / PAGE_SIZE),
          Pages = MiMdlPages(Mdl);
    if (NumberOfBytes == Mdl->ByteCount && Skip != 0 && Skip == Pages)
        Skip = Pages - 1;
    MiMoveLock(Mdl, NumberOfBytes);
    if (NumberOfBytes == Mdl->ByteCount)
        MiLeaveLastPages(Mdl);
    else if (Skip != 0 && MiHasView(Mdl))
        host_ram_unalias(PAGE_ALIGN(Mdl->MappedSystemVa), (SIZE_T)Skip * PAGE_SIZE);
    memmove(MiPfnArray(Mdl), MiPfnArray(Mdl) + Skip, (SIZE_T)(Pages - Skip) * sizeof(PFN_NUMBER));
    Mdl->StartVa = (UCHAR *)Mdl->StartVa + (SIZE_T)Skip * PAGE_SIZE;
    Mdl->ByteOffset = (ULONG)(Mdl->ByteOffset + (SIZE_T)NumberOfBytes - (SIZE_T)Skip * PAGE_SIZE);
    Mdl->ByteCount -= NumberOfBytes;
    if (Mdl->MappedSystemVa != NULL)
        Mdl->MappedSystemVa = (UCHAR *)Mdl->MappedSystemVa + NumberOfBytes;
    return STATUS_SUCCESS;
}

/*
 * MmAllocateMdlForIoSpace - an MDL over ranges of physical memory of devices.
 *
 * PhysicalAddressList: ranges of whole pages, none of them RAM.
 * IRQL:    up to DISPATCH_LEVEL.
 * Returns: SUCCESS; INVALID_PARAMETER_1: RAM, or no whole pages; INVALID_PARAMETER_2: no ranges;
 *          INSUFFICIENT_RESOURCES.
 * Owner:   driver; IoFreeMdl. Source: DOC wdm/MmAllocateMdlForIoSpace
 */
NTSTATUS NTAPI MmAllocateMdlForIoSpace(
    MM_PHYSICAL_ADDRESS_LIST *PhysicalAddressList, SIZE_T NumberOfEntries, MDL **NewMdl)
{
    SIZE_T Pages = 0, At = 0;
    if (NumberOfEntries == 0)
        return STATUS_INVALID_PARAMETER_2;
    for (SIZE_T Index = 0; Index < NumberOfEntries; Index++) {
        const MM_PHYSICAL_ADDRESS_LIST *Range = &PhysicalAddressList[Index];
        ULONG64 Start = (ULONG64)Range->PhysicalAddress.QuadPart;
        if (Start % PAGE_SIZE != 0 || Range->NumberOfBytes % PAGE_SIZE != 0 ||
            Range->NumberOfBytes == 0 || Start < MM_RAM_BYTES ||
            Range->NumberOfBytes > MI_LONGEST_MDL - Pages * PAGE_SIZE)
            return STATUS_INVALID_PARAMETER_1;
        Pages += Range->NumberOfBytes / PAGE_SIZE;
    }
    MDL *Mdl = ExiAllocate(
        NonPagedPoolNx, MmSizeOfMdl(NULL, Pages * PAGE_SIZE), MI_TAG_MDL, EX_CALLER);
    if (Mdl == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    MmInitializeMdl(Mdl, NULL, Pages * PAGE_SIZE);
    Mdl->MdlFlags = MDL_IO_SPACE;
    Mdl->MappedSystemVa = NULL;
    Mdl->Process = NULL;
    for (SIZE_T Index = 0; Index < NumberOfEntries; Index++) {
        for (SIZE_T Offset = 0; Offset < PhysicalAddressList[Index].NumberOfBytes;
             Offset += PAGE_SIZE)
            MiPfnArray(Mdl)[At++] =
                (PFN_NUMBER)(((ULONG64)PhysicalAddressList[Index].PhysicalAddress.QuadPart +
                                 Offset) /
                    PAGE_SIZE);
    }
    *NewMdl = Mdl;
    return STATUS_SUCCESS;
}

/*
 * MmGetPhysicalMemoryRanges - where there is RAM.
 *
 * IRQL:    PASSIVE_LEVEL.
 * Returns: ranges up to one that is all zeros; NULL: out of memory. Owner: driver; ExFreePool.
 * Source:  DOC ntddk/MmGetPhysicalMemoryRanges
 */
PHYSICAL_MEMORY_RANGE *NTAPI MmGetPhysicalMemoryRanges(void)
{
    PHYSICAL_MEMORY_RANGE *Ranges = ExiAllocateZero(
        NonPagedPoolNx, 2 * sizeof(*Ranges), MI_TAG_MDL, EX_CALLER);
    if (Ranges == NULL)
        return NULL;
    Ranges[0].BaseAddress.QuadPart = MI_FIRST_PAGE * PAGE_SIZE;
    Ranges[0].NumberOfBytes.QuadPart = (LONGLONG)MM_RAM_BYTES - MI_FIRST_PAGE * PAGE_SIZE;
    return Ranges;
}

/*
 * MmGetPhysicalMemoryRangesEx - the same of a partition: NULL, the system's; there are no others.
 * Source: DOC ntddk.
 */
PHYSICAL_MEMORY_RANGE *NTAPI MmGetPhysicalMemoryRangesEx(void *PartitionObject)
{
    return PartitionObject != NULL ? NULL : MmGetPhysicalMemoryRanges();
}

/*
 * MmGetPhysicalMemoryRangesEx2 - Flags: 0 or the one that also asks for file-only memory, of which
 * there is none.
 * Source: DOC.
 */
PHYSICAL_MEMORY_RANGE *NTAPI MmGetPhysicalMemoryRangesEx2(void *PartitionObject, ULONG Flags)
{
    return PartitionObject != NULL || Flags > 1 ? NULL : MmGetPhysicalMemoryRanges();
}
