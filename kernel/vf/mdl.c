/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What drivers do with MDLs: the IRQL of each routine, and what an MDL's flags say it is in the
 * course of. These checks are among those that are always on. Replacements of routines that book
 * what they make to their caller end in a call of the export, which the compiler makes a jump: the
 * driver's return address stays in place.
 */
#include "ke/ke.h"
#include "mm/export.h"
#include "vf/pool.h"
#include "vf/request.h"

/* Parameters 3 and 4 as each code has them. */
static void VfpStopMdl(ULONG Code, ULONG_PTR P2, ULONG_PTR P3, ULONG_PTR P4, ULONG_PTR Site,
    const char *Routine, const char *What)
{
    VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, Code, P2, P3, P4, Site, "%s: %s", Routine, What);
}

static void VfpStopFlags(
    ULONG Code, const MDL *Mdl, ULONG Flags, ULONG_PTR Site, const char *Routine, const char *What)
{
    VfpStopMdl(Code, (ULONG_PTR)Mdl, (USHORT)Mdl->MdlFlags, Flags, Site, Routine, What);
}

static void VfpCheckMdlIrql(
    KIRQL Maximum, ULONG Code, ULONG_PTR P3, ULONG_PTR P4, ULONG_PTR Site, const char *Routine)
{
    const KIRQL Irql = KiGetIrql();
    if (Irql > Maximum)
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, Code, Irql, P3, P4, Site,
            "%s was called at IRQL %u; it may be at IRQL %u or below", Routine, Irql, Maximum);
}

/* ---- locking --------------------------------------------------------------------------------- */

static void NTAPI VfMmProbeAndLockPages(
    MDL *Mdl, KPROCESSOR_MODE AccessMode, LOCK_OPERATION Operation)
{
    const ULONG_PTR Site = VF_CALLER;
    const ULONG Wrong = MDL_PAGES_LOCKED | MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL |
        MDL_PARTIAL | MDL_IO_SPACE;
    VfpCheckMdlIrql(
        DISPATCH_LEVEL, 0x70, (ULONG_PTR)Mdl, (ULONG_PTR)AccessMode, Site, "MmProbeAndLockPages");
    if (Mdl->MdlFlags & Wrong)
        VfpStopFlags(0xB0, Mdl, Mdl->MdlFlags & Wrong, Site, "MmProbeAndLockPages",
            "the MDL is locked, mapped or of non-paged pool");
    MmProbeAndLockPages(Mdl, AccessMode, Operation);
    if (VfIsOn(VF_POOL_TRACKING) && MmIsUserRange(MmGetMdlVirtualAddress(Mdl), Mdl->ByteCount))
        VfpRemember(VFP_LOCKED_PAGES, Mdl, "MmProbeAndLockPages", Site);
}

void VfpCheckLockedPages(EPROCESS *Process)
{
    VFP_RECORD Record;
    if (!VfpTakeRecord(VFP_LOCKED_PAGES, NULL, Process, &Record))
        return;
    const MDL *Mdl = (const MDL *)Record.Key;
    const ULONG_PTR Pages = ADDRESS_AND_SIZE_TO_SPAN_PAGES(
        MmGetMdlVirtualAddress(Mdl), Mdl->ByteCount);
    KeBlameStack("where they were locked", Record.Stack.Frame, Record.Stack.Count);
    VfStop(DRIVER_LEFT_LOCKED_PAGES_IN_PROCESS, Record.Site,
        Record.Stack.Count > 1 ? Record.Stack.Frame[1] : 0, Record.Key, Pages, Record.Site,
        "process %u has ended, and %llu of its pages are locked: MmUnlockPages",
        (unsigned)(ULONG_PTR)PsGetProcessId(Process), (unsigned long long)Pages);
}

static void NTAPI VfMmUnlockPages(MDL *Mdl)
{
    const ULONG_PTR Site = VF_CALLER;
    VfpCheckMdlIrql(DISPATCH_LEVEL, 0x78, (ULONG_PTR)Mdl, 0, Site, "MmUnlockPages");
    if (Mdl->MdlFlags & MDL_SOURCE_IS_NONPAGED_POOL)
        VfpStopFlags(0x7D, Mdl, 0, Site, "MmUnlockPages",
            "the MDL is of non-paged pool, which is never locked");
    if (Mdl->MdlFlags & MDL_PARTIAL)
        VfpStopFlags(0xB4, Mdl, MDL_PARTIAL, Site, "MmUnlockPages",
            "the MDL is a part of another, which has the pages locked");
    if (!(Mdl->MdlFlags & MDL_PAGES_LOCKED))
        VfpStopFlags(0x7C, Mdl, 0, Site, "MmUnlockPages", "the pages are not locked");
    if (VfIsOn(VF_POOL_TRACKING))
        VfpForget(VFP_LOCKED_PAGES, Mdl, 0);
    MmUnlockPages(Mdl);
}

static BOOLEAN VfpIsPagedPool(const void *Address)
{
    if (!MmIsRam(Address))
        return FALSE;
    const MM_PAGE *Page = MmPageOf(Address);
    return (Page->Kind == MM_PAGE_POOL || Page->Kind == MM_PAGE_LARGE) &&
        (Page->PoolType & PagedPool) != 0;
}

static void NTAPI VfMmBuildMdlForNonPagedPool(MDL *Mdl)
{
    if (VfpIsPagedPool(MmGetMdlVirtualAddress(Mdl)))
        VfpStopMdl(0x7F, KiGetIrql(), (ULONG_PTR)Mdl, (USHORT)Mdl->MdlFlags, VF_CALLER,
            "MmBuildMdlForNonPagedPool", "the MDL is of paged pool");
    MmBuildMdlForNonPagedPool(Mdl);
}

/* ---- mapping --------------------------------------------------------------------------------- */

static void VfpCheckMapped(
    const MDL *Mdl, KPROCESSOR_MODE Mode, ULONG_PTR Site, const char *Routine)
{
    if (!(Mdl->MdlFlags & VFP_LOCKED_KINDS))
        VfpStopFlags(0xB3, Mdl, VFP_LOCKED_KINDS, Site, Routine, "the pages are not locked");
    if (Mode == KernelMode &&
        (Mdl->MdlFlags & (MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL)))
        VfpStopFlags(0xB2, Mdl,
            Mdl->MdlFlags & (MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL), Site, Routine,
            "the pages have a system address already");
}

static void VfpCheckExecutableMapping(ULONG Priority, ULONG_PTR Site)
{
    if (VfIsOn(VF_CODE_INTEGRITY) && !(Priority & MdlMappingNoExecute))
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x2002, Site, Priority, 0, Site,
            "pages of an MDL were mapped so that they can be executed: MdlMappingNoExecute is "
            "missing");
}

static void *NTAPI VfMmMapLockedPages(MDL *Mdl, KPROCESSOR_MODE AccessMode)
{
    const BOOLEAN Kernel = AccessMode == KernelMode;
    const ULONG_PTR Site = VF_CALLER;
    VfpCheckMdlIrql(Kernel ? DISPATCH_LEVEL : APC_LEVEL, Kernel ? 0x74 : 0x75, (ULONG_PTR)Mdl,
        (ULONG_PTR)AccessMode, Site, "MmMapLockedPages");
    if (Kernel && !(Mdl->MdlFlags & MDL_MAPPING_CAN_FAIL))
        VfpStopFlags(0x81, Mdl, 0, Site, "MmMapLockedPages",
            "it stops the machine when there is no room: MmMapLockedPagesSpecifyCache need not");
    VfpCheckMapped(Mdl, AccessMode, Site, "MmMapLockedPages");
    if (Kernel)
        VfpCheckExecutableMapping(0, Site);
    return MmMapLockedPages(Mdl, AccessMode);
}

static void *NTAPI VfMmMapLockedPagesSpecifyCache(MDL *Mdl, KPROCESSOR_MODE AccessMode,
    MEMORY_CACHING_TYPE CacheType, void *RequestedAddress, ULONG BugCheckOnFailure, ULONG Priority)
{
    const BOOLEAN Kernel = AccessMode == KernelMode;
    const ULONG_PTR Site = VF_CALLER;
    VfpCheckMdlIrql(Kernel ? DISPATCH_LEVEL : APC_LEVEL, Kernel ? 0x76 : 0x77, (ULONG_PTR)Mdl,
        (ULONG_PTR)AccessMode, Site, "MmMapLockedPagesSpecifyCache");
    if (Kernel && BugCheckOnFailure && !(Mdl->MdlFlags & MDL_MAPPING_CAN_FAIL))
        VfpStopFlags(
            0x82, Mdl, 0, Site, "MmMapLockedPagesSpecifyCache", "BugCheckOnFailure is TRUE");
    VfpCheckMapped(Mdl, AccessMode, Site, "MmMapLockedPagesSpecifyCache");
    if (Kernel)
        VfpCheckExecutableMapping(Priority, Site);
    return MmMapLockedPagesSpecifyCache(
        Mdl, AccessMode, CacheType, RequestedAddress, BugCheckOnFailure, Priority);
}

static void NTAPI VfMmUnmapLockedPages(void *BaseAddress, MDL *Mdl)
{
    const BOOLEAN Kernel = MmIsSystemAddress(BaseAddress);
    const ULONG_PTR Site = VF_CALLER;
    VfpCheckMdlIrql(Kernel ? DISPATCH_LEVEL : APC_LEVEL, Kernel ? 0x79 : 0x7A,
        (ULONG_PTR)BaseAddress, (ULONG_PTR)Mdl, Site, "MmUnmapLockedPages");
    if (Kernel && !(Mdl->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA))
        VfpStopFlags(0xB6, Mdl, MDL_MAPPED_TO_SYSTEM_VA, Site, "MmUnmapLockedPages",
            "the pages are not mapped");
    MmUnmapLockedPages(BaseAddress, Mdl);
}

static void NTAPI VfIoFreeMdl(MDL *Mdl)
{
    const USHORT Flags = (USHORT)Mdl->MdlFlags;
    if ((Flags & MDL_MAPPED_TO_SYSTEM_VA) && !(Flags & MDL_PARTIAL))
        VfpStopFlags(0xB8, Mdl, 0, VF_CALLER, "IoFreeMdl", "the pages are still mapped");
    IoFreeMdl(Mdl);
}

/* ---- memory of devices, pages for MDLs ------------------------------------------------------- */

static void *NTAPI VfMmMapIoSpace(
    PHYSICAL_ADDRESS PhysicalAddress, SIZE_T Bytes, MEMORY_CACHING_TYPE CacheType)
{
    VfpCheckMdlIrql(DISPATCH_LEVEL, 0x73, (ULONG_PTR)PhysicalAddress.QuadPart, Bytes, VF_CALLER,
        "MmMapIoSpace");
    return MmMapIoSpace(PhysicalAddress, Bytes, CacheType);
}

static void NTAPI VfMmUnmapIoSpace(void *BaseAddress, SIZE_T Bytes)
{
    VfpCheckMdlIrql(
        DISPATCH_LEVEL, 0x7B, (ULONG_PTR)BaseAddress, Bytes, VF_CALLER, "MmUnmapIoSpace");
    MmUnmapIoSpace(BaseAddress, Bytes);
}

static MDL *NTAPI VfMmAllocatePagesForMdl(PHYSICAL_ADDRESS LowAddress, PHYSICAL_ADDRESS HighAddress,
    PHYSICAL_ADDRESS SkipBytes, SIZE_T TotalBytes)
{
    VfpCheckMdlIrql(DISPATCH_LEVEL, 0x7E, DISPATCH_LEVEL, 0, VF_CALLER, "MmAllocatePagesForMdl");
    return MmAllocatePagesForMdl(LowAddress, HighAddress, SkipBytes, TotalBytes);
}

static MDL *NTAPI VfMmAllocatePagesForMdlEx(PHYSICAL_ADDRESS LowAddress,
    PHYSICAL_ADDRESS HighAddress, PHYSICAL_ADDRESS SkipBytes, SIZE_T TotalBytes,
    MEMORY_CACHING_TYPE CacheType, ULONG Flags)
{
    VfpCheckMdlIrql(DISPATCH_LEVEL, 0x7E, DISPATCH_LEVEL, 0, VF_CALLER, "MmAllocatePagesForMdlEx");
    return MmAllocatePagesForMdlEx(
        LowAddress, HighAddress, SkipBytes, TotalBytes, CacheType, Flags);
}

static void NTAPI VfMmFreePagesFromMdl(MDL *MemoryDescriptorList)
{
    VfpCheckMdlIrql(DISPATCH_LEVEL, 0x7E, DISPATCH_LEVEL, 0, VF_CALLER, "MmFreePagesFromMdl");
    MmFreePagesFromMdl(MemoryDescriptorList);
}

const LDR_REPLACEMENT VfpMdlTable[] = {
    VF_REPLACE_CHECKING_IRQL(MmProbeAndLockPages, 0),
    VF_REPLACE_CHECKING_IRQL(MmUnlockPages, 0),
    VF_REPLACE(MmBuildMdlForNonPagedPool, 0),
    VF_REPLACE_CHECKING_IRQL(MmMapLockedPages, 0),
    VF_REPLACE_CHECKING_IRQL(MmMapLockedPagesSpecifyCache, 0),
    VF_REPLACE_CHECKING_IRQL(MmUnmapLockedPages, 0),
    VF_REPLACE(IoFreeMdl, 0),
    VF_REPLACE_CHECKING_IRQL(MmMapIoSpace, 0),
    VF_REPLACE_CHECKING_IRQL(MmUnmapIoSpace, 0),
    VF_REPLACE_CHECKING_IRQL(MmAllocatePagesForMdl, 0),
    VF_REPLACE_CHECKING_IRQL(MmAllocatePagesForMdlEx, 0),
    VF_REPLACE_CHECKING_IRQL(MmFreePagesFromMdl, 0),
    VF_REPLACE_END,
};
