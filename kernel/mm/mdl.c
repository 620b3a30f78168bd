/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Memory descriptor lists: filling in and locking their pages; mdlmap.c maps them. A client's pages
 * stay at the client's own addresses: locking checks them. Those of a client in another process are
 * copied (mdlcopy.c). Page frame numbers are real for RAM and made from the virtual page for client
 * memory (mm.h), so they go both ways.
 */
#include <string.h>

#include "mm/device.h"
#include "mm/mip.h"
#include "mm/space.h"
#include "mm/paging.h"

/* Of a second view its pages', so that an MDL of it can be mapped elsewhere. */
PFN_NUMBER MiPfnOfAny(const void *Address)
{
    ULONG64 Physical;
    if (MmIsSystemAddress(Address) && !MmIsRam(Address) && MiAliasToPhysical(Address, &Physical))
        return (PFN_NUMBER)(Physical / PAGE_SIZE);
    return MiPfnOf(Address);
}

static void MiFillPfns(MDL *Mdl)
{
    ULONG Pages = ADDRESS_AND_SIZE_TO_SPAN_PAGES(MiMdlStart(Mdl), Mdl->ByteCount);
    PFN_NUMBER *Pfn = MiPfnArray(Mdl);
    for (ULONG Page = 0; Page < Pages; Page++)
        Pfn[Page] = MiPfnOfAny((UCHAR *)Mdl->StartVa + (SIZE_T)Page * PAGE_SIZE);
}

/* MmSizeOfMdl - bytes an MDL for the range needs. IRQL: any. Source: DOC wdm/MmSizeOfMdl. */
SIZE_T NTAPI MmSizeOfMdl(void *Base, SIZE_T Length)
{
    return sizeof(MDL) + sizeof(PFN_NUMBER) * ADDRESS_AND_SIZE_TO_SPAN_PAGES(Base, Length);
}

/*
 * MmBuildMdlForNonPagedPool - fill in the pages of an MDL over non-paged memory.
 * IRQL: up to DISPATCH_LEVEL. Source: DOC wdm/MmBuildMdlForNonPagedPool.
 */
void NTAPI MmBuildMdlForNonPagedPool(MDL *Mdl)
{
    MiFillPfns(Mdl);
    Mdl->MappedSystemVa = MiMdlStart(Mdl);
    Mdl->Process = NULL;
    Mdl->MdlFlags |= MDL_SOURCE_IS_NONPAGED_POOL;
}

/* System pages are looked at in the table: touching one that is not there would stop the
 * machine. */
static NTSTATUS MiCheckSystemPages(const UCHAR *Start, SIZE_T Bytes, BOOLEAN Write)
{
    if (!MmIsSystemAddress(Start) || !MmIsSystemAddress(Start + Bytes - 1))
        return STATUS_ACCESS_VIOLATION;
    for (UCHAR *Page = PAGE_ALIGN(Start); Page < Start + Bytes; Page += PAGE_SIZE) {
        if (!MmIsAddressValid(Page) ||
            (Write && MmIsRam(Page) && !(MmPageOf(Page)->Protection & HOST_WRITE)))
            return STATUS_ACCESS_VIOLATION;
    }
    return STATUS_SUCCESS;
}

NTSTATUS MiCheckPages(const UCHAR *Start, SIZE_T Bytes, KPROCESSOR_MODE AccessMode, BOOLEAN Write)
{
    if (Bytes == 0)
        return STATUS_SUCCESS;
    if ((ULONG_PTR)Start + Bytes - 1 < (ULONG_PTR)Start)
        return STATUS_ACCESS_VIOLATION;
    if (!MmIsSystemRange(Start, Bytes)) {
        if ((ULONG_PTR)Start + Bytes - 1 > MM_LAST_CLIENT_ADDRESS)
            return STATUS_ACCESS_VIOLATION;
        return MiTouchPages(Start, Bytes, Write);
    }
    return AccessMode == KernelMode ? MiCheckSystemPages(Start, Bytes, Write)
                                    : STATUS_ACCESS_VIOLATION;
}

NTSTATUS NTAPI MiLockPages(MDL *Mdl, KPROCESSOR_MODE AccessMode, LOCK_OPERATION Operation)
{
    MM_SPACE *Space = KiHostThread != NULL ? KiHostThread->Space : NULL;
    if (__builtin_expect(Space != NULL, 0) && Mdl->ByteCount != 0 &&
        MmIsUserRange(MiMdlStart(Mdl), Mdl->ByteCount))
        return MiLockClientPages(Mdl, Space, NULL, Operation != IoReadAccess);
    NTSTATUS Status = MiCheckPages(
        MiMdlStart(Mdl), Mdl->ByteCount, AccessMode, Operation != IoReadAccess);
    if (!NT_SUCCESS(Status))
        return Status;
    MiFillPfns(Mdl);
    MiLockPageable(MiMdlStart(Mdl), Mdl->ByteCount);
    Mdl->MdlFlags |= MDL_PAGES_LOCKED | (Operation != IoReadAccess ? MDL_WRITE_OPERATION : 0);
    return STATUS_SUCCESS;
}

/*
 * MmProbeAndLockPages - check the range's access, make its pages resident and fill in their
 * numbers.
 *
 * IRQL:   up to APC_LEVEL for pageable, DISPATCH_LEVEL for non-paged memory.
 * Raises: STATUS_ACCESS_VIOLATION (INF: every refusal; Windows has others for quota).
 * Source: DOC wdm/MmProbeAndLockPages.
 */
void NTAPI MmProbeAndLockPages(MDL *Mdl, KPROCESSOR_MODE AccessMode, LOCK_OPERATION Operation)
{
    NTSTATUS Status = MiLockPages(Mdl, AccessMode, Operation);
    if (!NT_SUCCESS(Status))
        ExRaiseStatus(Status);
}

/* MmUnlockPages - the reverse; a system mapping goes with it. IRQL: up to DISPATCH_LEVEL. Source:
 * DOC wdm. */
void NTAPI MmUnlockPages(MDL *Mdl)
{
    if ((Mdl->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA) && MiIsAlias(Mdl->MappedSystemVa))
        MmUnmapLockedPages(Mdl->MappedSystemVa, Mdl);
    if ((Mdl->MdlFlags & MDL_PAGES_LOCKED) && !(Mdl->MdlFlags & MDL_PARTIAL)) {
        MiUnlockClientPages(Mdl);
        MiUnlockPageable(MiMdlStart(Mdl), Mdl->ByteCount);
    }
    Mdl->MdlFlags &= (SHORT) ~(MDL_PAGES_LOCKED | MDL_WRITE_OPERATION | MDL_MAPPED_TO_SYSTEM_VA);
    Mdl->MappedSystemVa = NULL;
}

BOOLEAN MmReadMdl(const MDL *Mdl, ULONG Offset, void *To, ULONG Bytes)
{
    const PFN_NUMBER *Pfn = (const PFN_NUMBER *)(Mdl + 1);
    UCHAR *At = To;
    for (ULONG Place = Mdl->ByteOffset + Offset, Part; Bytes != 0;
         Place += Part, At += Part, Bytes -= Part) {
        const PFN_NUMBER Page = Pfn[Place / PAGE_SIZE];
        const ULONG InPage = Place % PAGE_SIZE;
        Part = PAGE_SIZE - InPage < Bytes ? PAGE_SIZE - InPage : Bytes;
        if (MiIsUserPfn(Page) ? host_process_read(host_process_id(), At,
                                    (UCHAR *)MiAddressOfPfn(Page) + InPage, Part) != 0
                              : Page >= MM_RAM_BYTES / PAGE_SIZE ||
                    host_ram_transfer((ULONG64)Page * PAGE_SIZE + InPage, At, Part, FALSE) != 0)
            return FALSE;
    }
    return TRUE;
}

/* MmGetPhysicalAddress - of a valid address; zero when there is no page. IRQL: any. Source: DOC
 * wdm. */
PHYSICAL_ADDRESS NTAPI MmGetPhysicalAddress(void *BaseAddress)
{
    PHYSICAL_ADDRESS Result = {.QuadPart = 0};
    ULONG64 Physical;
    if (MmIsSystemAddress(BaseAddress) && !MmIsRam(BaseAddress)) {
        if (MiAliasToPhysical(BaseAddress, &Physical))
            Result.QuadPart = (LONGLONG)Physical;
        return Result;
    }
    if (MmIsRam(BaseAddress) ? MmPageOf(BaseAddress)->Kind != MM_PAGE_FREE
                             : !MmIsSystemAddress(BaseAddress))
        Result.QuadPart = (LONGLONG)((ULONG64)MiPfnOf(BaseAddress) * PAGE_SIZE +
            ((ULONG_PTR)BaseAddress & (PAGE_SIZE - 1)));
    return Result;
}

/* MmGetVirtualForPhysical - the system address of physical memory. IRQL: any. Source: INF ntddk.h,
 * undocumented. */
void *NTAPI MmGetVirtualForPhysical(PHYSICAL_ADDRESS PhysicalAddress)
{
    ULONG64 Address = (ULONG64)PhysicalAddress.QuadPart;
    return (UCHAR *)MiAddressOfPfn((ULONG_PTR)(Address / PAGE_SIZE)) + Address % PAGE_SIZE;
}

/* MmIsAddressValid - TRUE when touching the address would not fault now. IRQL: any. Source: DOC
 * ntddk. */
BOOLEAN NTAPI MmIsAddressValid(void *VirtualAddress)
{
    if (MmIsRam(VirtualAddress)) {
        const MM_PAGE *Page = MmPageOf(VirtualAddress);
        return Page->Kind != MM_PAGE_FREE && Page->Kind != MM_PAGE_GUARD &&
            Page->Protection != HOST_NO_ACCESS;
    }
    ULONG64 Physical;
    return host_mem_accessible(VirtualAddress, FALSE) ||
        MmFindDevice((ULONG_PTR)VirtualAddress, &Physical);
}

/* MmIsNonPagedSystemAddressValid - the same for system addresses. Source: DOC ntddk (obsolete). */
BOOLEAN NTAPI MmIsNonPagedSystemAddressValid(void *VirtualAddress)
{
    return MmIsSystemAddress(VirtualAddress) && MmIsAddressValid(VirtualAddress);
}
