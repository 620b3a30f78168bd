/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Addresses for the pages of an MDL. System memory has one virtual address for good, so mapping an
 * MDL of it is finding it: only pages that do not follow one another, may not be written there or
 * are no RAM get a view of their own. A client's pages are where the client has them. Pages of the
 * system's can be mapped into its memory.
 */
#include <string.h>

#include "mm/export.h"
#include "mm/alias.h"
#include "mm/mip.h"
#include "mm/vad.h"

/* Locked pages of a pool or an image are others' as well: what is done to their mapping must not be
 * done to them. */
static BOOLEAN MiIsShared(const MDL *Mdl, PFN_NUMBER Pfn)
{
    const UCHAR Kind = MmPageTable[Pfn].Kind;
    return (Mdl->MdlFlags & MDL_PAGES_LOCKED) && Kind != MM_PAGE_KERNEL && Kind != MM_PAGE_CLIENT;
}

/* The address all pages already have, one behind the other and to be written; NULL: they need a
 * view. */
static UCHAR *MiDirectAddress(MDL *Mdl)
{
    const PFN_NUMBER *Pfn = MiPfnArray(Mdl);
    ULONG Pages = MiMdlPages(Mdl);
    BOOLEAN Ram = !MiIsUserPfn(Pfn[0]);
    for (ULONG Page = 0; Page < Pages; Page++) {
        if (Pfn[Page] != Pfn[0] + Page)
            return NULL;
        if (Ram &&
            (Pfn[Page] >= MM_RAM_BYTES / PAGE_SIZE ||
                !(MmPageTable[Pfn[Page]].Protection & HOST_WRITE) || MiIsShared(Mdl, Pfn[Page])))
            return NULL;
    }
    return MiAddressOfPfn(Pfn[0]);
}

static PFN_NUMBER *MiCopyPfns(MDL *Mdl, ULONG Pages)
{
    PFN_NUMBER *Copy = host_private_allocate((SIZE_T)Pages * sizeof(PFN_NUMBER));
    if (Copy != NULL)
        memcpy(Copy, MiPfnArray(Mdl), (SIZE_T)Pages * sizeof(PFN_NUMBER));
    return Copy;
}

/*
 * What mapping does seldom is NTAPI and not inlined: with a call in the host's convention in it,
 * every mapping would save ten vector registers.
 */
#define MI_SLOW static __attribute__((noinline))

/* A view of the pages in the system range. */
MI_SLOW UCHAR *NTAPI MiMapView(MDL *Mdl, unsigned Protection, ULONG_PTR Site)
{
    ULONG Pages = MiMdlPages(Mdl);
    MI_ALIAS Content = {.Kind = MI_ALIAS_PAGES, .Site = Site};
    Content.Pfn = MiCopyPfns(Mdl, Pages);
    if (Content.Pfn == NULL)
        return NULL;
    UCHAR *View = MiCreateAlias((SIZE_T)Pages * PAGE_SIZE, &Content);
    if (View != NULL && NT_SUCCESS(MiMapPfns(View, Content.Pfn, Pages, Protection)))
        return View;
    if (View != NULL)
        MiRemoveAlias(View, MI_ALIAS_PAGES, &Content);
    host_private_free(Content.Pfn, (SIZE_T)Pages * sizeof(PFN_NUMBER));
    return NULL;
}

static UCHAR *MiMapForSystem(MDL *Mdl, ULONG Priority, ULONG_PTR Site)
{
    UCHAR *Address = Priority & MdlMappingNoWrite ? NULL : MiDirectAddress(Mdl);
    if (Address == NULL && MiMdlPages(Mdl) != 0)
        Address = MiMapView(
            Mdl, HOST_READ | (Priority & MdlMappingNoWrite ? 0u : (unsigned)HOST_WRITE), Site);
    if (Address == NULL)
        return NULL;
    Mdl->MappedSystemVa = Address + Mdl->ByteOffset;
    Mdl->MdlFlags |= MDL_MAPPED_TO_SYSTEM_VA |
        (Mdl->MdlFlags & MDL_PARTIAL ? MDL_PARTIAL_HAS_BEEN_MAPPED : 0);
    return Mdl->MappedSystemVa;
}

/* Raises what went wrong. A client's own pages are where they are. */
MI_SLOW UCHAR *NTAPI MiMapForUser(MDL *Mdl, UCHAR *Requested, ULONG Priority)
{
    ULONG Pages = MiMdlPages(Mdl);
    UCHAR *Own = Pages != 0 && MiIsUserPfn(MiPfnArray(Mdl)[0]) ? MiAddressOfPfn(MiPfnArray(Mdl)[0])
                                                               : NULL;
    if (Own != NULL && !MmIsSystemAddress(Own)) {
        if (Requested != NULL && PAGE_ALIGN(Requested) != Own)
            ExRaiseStatus(STATUS_CONFLICTING_ADDRESSES);
        return Own + Mdl->ByteOffset;
    }
    const MI_VAD Content = {.Base = (ULONG_PTR)PAGE_ALIGN(Requested),
        .Bytes = (SIZE_T)Pages * PAGE_SIZE,
        .Kind = MI_VAD_MDL,
        .Protect = Priority & MdlMappingNoWrite ? PAGE_READONLY : PAGE_READWRITE,
        .Allowed = HOST_READ | (Priority & MdlMappingNoWrite ? 0u : (unsigned)HOST_WRITE)};
    const MI_VAD_SOURCE Source = {.File = -1, .Pfn = MiPfnArray(Mdl)};
    ULONG_PTR Base = 0;
    NTSTATUS Status = Pages == 0 ? STATUS_INVALID_PARAMETER
        : Content.Base != 0 && !MmIsUserRange((void *)Content.Base, Content.Bytes)
        ? STATUS_CONFLICTING_ADDRESSES
        : MiCreateVad(
              KiHostThread->Space, &Content, &Source, TRUE, MM_HIGHEST_USER_ADDRESS, FALSE, &Base);
    if (!NT_SUCCESS(Status))
        ExRaiseStatus(Status);
    return (UCHAR *)Base + Mdl->ByteOffset;
}

static void *MiMapLockedPages(MDL *Mdl, KPROCESSOR_MODE AccessMode, void *RequestedAddress,
    ULONG BugCheckOnFailure, ULONG Priority, ULONG_PTR Site)
{
    if (AccessMode != KernelMode)
        return MiMapForUser(Mdl, RequestedAddress, Priority);
    void *Address = MiMapForSystem(Mdl, Priority, Site);
    if (Address == NULL && BugCheckOnFailure && !(Mdl->MdlFlags & MDL_MAPPING_CAN_FAIL))
        KeBugCheckEx(NO_MORE_SYSTEM_PTES, 0, MiMdlPages(Mdl), 0, 0);
    return Address;
}

/*
 * MmMapLockedPagesSpecifyCache - an address the pages can be used at.
 *
 * AccessMode: KernelMode; UserMode maps into the client, where its own pages already are.
 *             RequestedAddress: where, for UserMode.
 * Priority:   MdlMappingNoWrite makes it read-only. CacheType: the host's memory is coherent.
 * IRQL:       up to DISPATCH_LEVEL; APC_LEVEL for UserMode.
 * Returns:    KernelMode: NULL, or with BugCheckOnFailure NO_MORE_SYSTEM_PTES, when there is no
 *             room for another view.
 * Raises:     UserMode: CONFLICTING_ADDRESSES, INSUFFICIENT_RESOURCES; NOT_SUPPORTED: that is
 *             another user's process.
 * Source:     DOC wdm/MmMapLockedPagesSpecifyCache; OBS
 *             tests/kernel/mm/MmMapLockedPagesSpecifyCache.c
 */
void *NTAPI MmMapLockedPagesSpecifyCache(MDL *Mdl, KPROCESSOR_MODE AccessMode,
    MEMORY_CACHING_TYPE CacheType, void *RequestedAddress, ULONG BugCheckOnFailure, ULONG Priority)
{
    (void)CacheType;
    if (AccessMode == KernelMode && !BugCheckOnFailure &&
        MmShouldFailFor((ULONG_PTR)__builtin_return_address(0)))
        return NULL;
    return MiMapLockedPages(Mdl, AccessMode, RequestedAddress, BugCheckOnFailure, Priority,
        (ULONG_PTR)__builtin_return_address(0));
}

/* MmMapLockedPages - the older form, cached. IRQL: up to DISPATCH_LEVEL. Source: DOC
 * wdm/MmMapLockedPages. */
void *NTAPI MmMapLockedPages(MDL *Mdl, KPROCESSOR_MODE AccessMode)
{
    return MiMapLockedPages(
        Mdl, AccessMode, NULL, TRUE, HighPagePriority, (ULONG_PTR)__builtin_return_address(0));
}

MI_SLOW void NTAPI MiUnmapView(void *BaseAddress)
{
    MI_ALIAS Alias;
    MI_VAD Vad;
    if (!MiIsAlias(BaseAddress))
        MiRemoveVad(KiHostThread->Space, BaseAddress, MI_VAD_MDL, &Vad);
    else if (MiRemoveAlias(BaseAddress, MI_ALIAS_PAGES, &Alias))
        host_private_free(Alias.Pfn, Alias.Bytes / PAGE_SIZE * sizeof(PFN_NUMBER));
}

/* MmUnmapLockedPages - end a mapping, of the system's or a client's. IRQL: up to DISPATCH_LEVEL.
 * Source: DOC wdm. */
void NTAPI MmUnmapLockedPages(void *BaseAddress, MDL *Mdl)
{
    if (MiIsAlias(BaseAddress) ||
        (!MmIsSystemAddress(BaseAddress) && BaseAddress != Mdl->MappedSystemVa))
        MiUnmapView(BaseAddress);
    if (BaseAddress == Mdl->MappedSystemVa) {
        Mdl->MdlFlags &= (SHORT) ~(MDL_MAPPED_TO_SYSTEM_VA | MDL_PARTIAL_HAS_BEEN_MAPPED);
        Mdl->MappedSystemVa = NULL;
    }
}

/* ---- reserved addresses ---------------------------------------------------------------------- */

/*
 * MmAllocateMappingAddress - room for a mapping that cannot fail later.
 *
 * NumberOfBytes: of the longest buffer. PoolTag: not zero; who has it.
 * IRQL:    up to APC_LEVEL.
 * Returns: an address nothing is at yet; NULL: no room. Owner: driver; MmFreeMappingAddress.
 * Source:  DOC wdm/MmAllocateMappingAddress
 */
void *NTAPI MmAllocateMappingAddress(SIZE_T NumberOfBytes, ULONG PoolTag)
{
    const MI_ALIAS Content = {
        .Kind = MI_ALIAS_RESERVED, .Tag = PoolTag, .Site = (ULONG_PTR)__builtin_return_address(0)};
    SIZE_T Pages = NumberOfBytes / PAGE_SIZE + (NumberOfBytes % PAGE_SIZE != 0);
    return PoolTag == 0 || Pages == 0 || Pages > MI_ALIAS_BYTES / PAGE_SIZE
               ? NULL
               : MiCreateAlias(Pages * PAGE_SIZE, &Content);
}

/*
 * MmAllocateMappingAddressEx - the same. Flags: none is defined for drivers; others than 0 give
 * NULL. Source: DOC wdm.
 */
void *NTAPI MmAllocateMappingAddressEx(SIZE_T NumberOfBytes, ULONG PoolTag, ULONG Flags)
{
    return Flags != 0 ? NULL : MmAllocateMappingAddress(NumberOfBytes, PoolTag);
}

/* The record of reserved room. Another tag, or no such room, stops the machine. */
static void MiFindReserved(
    void *BaseAddress, ULONG PoolTag, ULONG NoRoom, ULONG OtherTag, MI_ALIAS *Alias)
{
    if (!MiFindAliasAt(PAGE_ALIGN(BaseAddress), FALSE, Alias) || Alias->Kind != MI_ALIAS_RESERVED)
        KeBugCheckEx(SYSTEM_PTE_MISUSE, NoRoom, (ULONG_PTR)BaseAddress, PoolTag, 0);
    if (Alias->Tag != PoolTag)
        KeBugCheckEx(SYSTEM_PTE_MISUSE, OtherTag, (ULONG_PTR)BaseAddress, PoolTag, Alias->Tag);
}

/*
 * MmFreeMappingAddress - give reserved room back. Stops the machine with SYSTEM_PTE_MISUSE for
 * another tag (0x101), room that is still mapped (0x103) and what is no such room (0x100).
 * IRQL: up to APC_LEVEL. Source: DOC wdm/MmFreeMappingAddress, bug check 0xDA
 */
void NTAPI MmFreeMappingAddress(void *BaseAddress, ULONG PoolTag)
{
    MI_ALIAS Alias;
    MiFindReserved(BaseAddress, PoolTag, 0x100, 0x101, &Alias);
    if (Alias.Pfn != NULL)
        KeBugCheckEx(
            SYSTEM_PTE_MISUSE, 0x103, (ULONG_PTR)BaseAddress, PoolTag, Alias.Bytes / PAGE_SIZE);
    MiRemoveAlias(BaseAddress, MI_ALIAS_RESERVED, &Alias);
}

/*
 * MmMapLockedPagesWithReservedMapping - map the pages at reserved room.
 *
 * A client's pages of this process cannot be at two addresses: for those the address they have is
 * returned. IRQL:    up to DISPATCH_LEVEL. Returns: NULL: the room is too small. SYSTEM_PTE_MISUSE
 * stops the machine: another tag (0x104), no such room (0x105), something is mapped there (0x107).
 * Source:  DOC wdm/MmMapLockedPagesWithReservedMapping, bug check 0xDA
 */
void *NTAPI MmMapLockedPagesWithReservedMapping(
    void *MappingAddress, ULONG PoolTag, MDL *Mdl, MEMORY_CACHING_TYPE CacheType)
{
    MI_ALIAS Alias;
    ULONG Pages = MiMdlPages(Mdl);
    (void)CacheType;
    MiFindReserved(MappingAddress, PoolTag, 0x105, 0x104, &Alias);
    if (Alias.Pfn != NULL)
        KeBugCheckEx(SYSTEM_PTE_MISUSE, 0x107, (ULONG_PTR)MappingAddress, 0, 0);
    if (Pages == 0 || Pages > Alias.Bytes / PAGE_SIZE)
        return NULL;
    UCHAR *At = (UCHAR *)Alias.Address;
    PFN_NUMBER *Pfn = host_private_allocate(Alias.Bytes / PAGE_SIZE * sizeof(PFN_NUMBER));
    if (Pfn == NULL)
        return NULL;
    memcpy(Pfn, MiPfnArray(Mdl), Pages * sizeof(PFN_NUMBER));
    if (MiIsUserPfn(Pfn[0]))
        At = MiAddressOfPfn(Pfn[0]);
    else if (!NT_SUCCESS(MiMapPfns(At, Pfn, Pages, HOST_READ | HOST_WRITE))) {
        host_private_free(Pfn, Alias.Bytes / PAGE_SIZE * sizeof(PFN_NUMBER));
        return NULL;
    }
    MiSetAliasPfns((void *)Alias.Address, Pfn);
    Mdl->MappedSystemVa = At + Mdl->ByteOffset;
    Mdl->MdlFlags |= MDL_MAPPED_TO_SYSTEM_VA;
    return Mdl->MappedSystemVa;
}

/*
 * MmUnmapReservedMapping - end such a mapping; the room stays.
 * IRQL: up to DISPATCH_LEVEL. Stops the machine with SYSTEM_PTE_MISUSE: another tag (0x108), no
 * such room (0x109), nothing is mapped there (0x10A). Source: DOC wdm/MmUnmapReservedMapping, bug
 * check 0xDA
 */
void NTAPI MmUnmapReservedMapping(void *BaseAddress, ULONG PoolTag, MDL *Mdl)
{
    MI_ALIAS Alias;
    MiFindReserved(BaseAddress, PoolTag, 0x109, 0x108, &Alias);
    PFN_NUMBER *Pfn = MiSetAliasPfns((void *)Alias.Address, NULL);
    if (Pfn == NULL)
        KeBugCheckEx(SYSTEM_PTE_MISUSE, 0x10A, (ULONG_PTR)BaseAddress, PoolTag, 0);
    host_ram_unalias((void *)Alias.Address, Alias.Bytes);
    host_private_free(Pfn, Alias.Bytes / PAGE_SIZE * sizeof(PFN_NUMBER));
    Mdl->MdlFlags &= (SHORT)~MDL_MAPPED_TO_SYSTEM_VA;
    Mdl->MappedSystemVa = NULL;
}

#define MI_DUMP_INVALIDATE 1u /* MM_DUMP_MAP_INVALIDATE */

/*
 * MmMapMemoryDumpMdlEx - map an MDL into room of MmAllocateMappingAddress, in place of what was
 * mapped there by it. For routines that write dumps.
 *
 * PageTotal: of the room from Va on. Flags: MM_DUMP_MAP_INVALIDATE ends the mapping.
 * Returns: SUCCESS; INVALID_PARAMETER: no such room, more pages than that, a client's pages;
 * INSUFFICIENT_RESOURCES. Source:  DOC wdm/MmMapMemoryDumpMdlEx; INF the statuses, of which it has
 * none, and what Va is
 */
NTSTATUS NTAPI MmMapMemoryDumpMdlEx(void *Va, PFN_NUMBER PageTotal, MDL *MemoryDumpMdl, ULONG Flags)
{
    MDL *Mdl = MemoryDumpMdl;
    const ULONG Pages = MiMdlPages(Mdl);
    UCHAR *At = PAGE_ALIGN(Va);
    MI_ALIAS Alias;
    if (!MiFindAliasAt(At, TRUE, &Alias) || Alias.Kind != MI_ALIAS_RESERVED || Alias.Pfn != NULL ||
        Pages > PageTotal ||
        PageTotal > (Alias.Bytes - ((ULONG_PTR)At - Alias.Address)) / PAGE_SIZE ||
        (Flags & ~MI_DUMP_INVALIDATE))
        return STATUS_INVALID_PARAMETER;
    host_ram_unalias(At, (SIZE_T)PageTotal * PAGE_SIZE);
    Mdl->MdlFlags &= (SHORT)~MDL_MAPPED_TO_SYSTEM_VA;
    Mdl->MappedSystemVa = NULL;
    NTSTATUS Status = Flags & MI_DUMP_INVALIDATE
                          ? STATUS_SUCCESS
                          : MiMapPfns(At, MiPfnArray(Mdl), Pages, HOST_READ | HOST_WRITE);
    if (!NT_SUCCESS(Status) || (Flags & MI_DUMP_INVALIDATE))
        return Status;
    Mdl->MappedSystemVa = At + Mdl->ByteOffset;
    Mdl->MdlFlags |= MDL_MAPPED_TO_SYSTEM_VA;
    return STATUS_SUCCESS;
}

/* ---- protection ------------------------------------------------------------------------------ */

/*
 * MmProtectMdlSystemAddress - the protection of an MDL's mapping by MmMapLockedPages….
 *
 * NewProtect: PAGE_READONLY, READWRITE, EXECUTE, EXECUTE_READ, EXECUTE_READWRITE or NOACCESS.
 * IRQL:    up to DISPATCH_LEVEL.
 * Returns: SUCCESS; NOT_MAPPED_VIEW: it has no system mapping; INVALID_PAGE_PROTECTION;
 *          NOT_SUPPORTED: a client's pages, which are mapped where the client has them, and another
 *          protection than PAGE_READWRITE.
 * Source:  DOC wdm/MmProtectMdlSystemAddress; OBS tests/kernel/mm/MmProtectMdlSystemAddress.c
 */
NTSTATUS NTAPI MmProtectMdlSystemAddress(MDL *Mdl, ULONG NewProtect)
{
    unsigned Protection;
    ULONG Pages = MiMdlPages(Mdl);
    if (!MiHostProtection(NewProtect, &Protection) ||
        (NewProtect &
            (PAGE_WRITECOPY | PAGE_EXECUTE_WRITECOPY | PAGE_GUARD | PAGE_NOCACHE |
                PAGE_WRITECOMBINE)))
        return STATUS_INVALID_PAGE_PROTECTION;
    if (!(Mdl->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA) ||
        (Mdl->MdlFlags & MDL_SOURCE_IS_NONPAGED_POOL) || Pages == 0)
        return STATUS_NOT_MAPPED_VIEW;
    if (MiIsAlias(Mdl->MappedSystemVa))
        return host_mem_protect(
                   PAGE_ALIGN(Mdl->MappedSystemVa), (SIZE_T)Pages * PAGE_SIZE, Protection) == 0
            ? STATUS_SUCCESS
            : STATUS_INSUFFICIENT_RESOURCES;
    if (MmIsRam(Mdl->MappedSystemVa))
        return MmProtectPages(PAGE_ALIGN(Mdl->MappedSystemVa), Pages, Protection);
    return NewProtect == PAGE_READWRITE ? STATUS_SUCCESS : STATUS_NOT_SUPPORTED;
}

/*
 * MmMapMdl - have a routine see an MDL's pages, mapped for as long as it runs.
 *
 * Mdl:     its pages are locked. Protection: PAGE_READONLY, PAGE_READWRITE or PAGE_EXECUTE_*, as
 *          MmProtectMdlSystemAddress.
 * IRQL:    up to DISPATCH_LEVEL, at which the routine is called, too.
 * Returns: SUCCESS: it was called; INVALID_PAGE_PROTECTION; INSUFFICIENT_RESOURCES: it was not.
 * Source:  DOC ntifs/MmMapMdl; INF the statuses; OBS tests/kernel/mm/MmMapMdl.c
 */
NTSTATUS NTAPI MmMapMdl(
    MDL *Mdl, ULONG Protection, MM_MDL_ROUTINE *DriverRoutine, void *DriverContext)
{
    unsigned Ours;
    if (!MiHostProtection(Protection, &Ours))
        return STATUS_INVALID_PAGE_PROTECTION;
    const BOOLEAN There = (Mdl->MdlFlags &
                              (MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL)) != 0;
    void *At = There
        ? Mdl->MappedSystemVa
        : MmMapLockedPagesSpecifyCache(Mdl, KernelMode, MmCached, NULL, FALSE, NormalPagePriority);
    if (At == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    /* A mapping that was there, or is where the pages always are, keeps its own protection. */
    if (!There && MiIsAlias(At))
        (void)MmProtectMdlSystemAddress(Mdl, Protection);
    DriverRoutine(DriverContext, At);
    if (!There)
        MmUnmapLockedPages(At, Mdl);
    return STATUS_SUCCESS;
}
