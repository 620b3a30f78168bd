/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * MDLs as the I/O manager hands them out: allocation, chains on an IRP, parts of another MDL.
 * Locking and mapping is mm's. An MDL is a pool block of its maker; io frees those still on a
 * request of ours when it finishes it.
 */
#include "dotsys/dotsys.h"
#include "io/iop.h"

/* The longest buffer one MDL describes on the machine's Windows. */
static ULONG IopMdlLimit(void)
{
    if (LdrTargetVersion >= WINVER_WIN7)
        return 0xFFFFFFFFu - PAGE_SIZE + 1;
    if (LdrTargetVersion >= WINVER_VISTA)
        return 0x80000000u - PAGE_SIZE;
    return (ULONG)(PAGE_SIZE * (65535 - sizeof(MDL)) / sizeof(ULONG_PTR));
}

static void IopAppendMdl(IRP *Irp, MDL *Mdl)
{
    MDL **Link = &Irp->MdlAddress;
    while (*Link != NULL)
        Link = &(*Link)->Next;
    *Link = Mdl;
}

/*
 * IoAllocateMdl - an MDL big enough for a buffer; the page numbers are not filled in.
 *
 * VirtualAddress, Length: the buffer; both may be zero (INF: a Length of zero gives an MDL of no or
 * one page).
 * SecondaryBuffer: with Irp: FALSE makes the MDL the IRP's first, TRUE appends it to the chain.
 * ChargeQuota: accepted; no limits.
 * IRQL:    up to DISPATCH_LEVEL
 * Returns: NULL: out of memory, or longer than an MDL may be: 4 GB less a page from Windows 7 on, 2
 *          GB less a page on Vista, 64 MB and less before; Irp is untouched.
 * Owner:   driver; IoFreeMdl.
 * Source:  DOC wdm/IoAllocateMdl; tests/kernel/io/IoAllocateMdl.c
 */
MDL *NTAPI IoAllocateMdl(
    void *VirtualAddress, ULONG Length, BOOLEAN SecondaryBuffer, BOOLEAN ChargeQuota, IRP *Irp)
{
    (void)ChargeQuota;
    if (Length > IopMdlLimit() || MmShouldFailFor(EX_CALLER))
        return NULL;
    SIZE_T Pages = (SIZE_T)(((ULONG64)BYTE_OFFSET(VirtualAddress) + Length + PAGE_SIZE - 1) /
        PAGE_SIZE);
    MDL *Mdl = ExiAllocate(
        NonPagedPoolNx, sizeof(MDL) + Pages * sizeof(PFN_NUMBER), IOP_TAG_MDL, EX_CALLER);
    if (Mdl == NULL)
        return NULL;
    MmInitializeMdl(Mdl, VirtualAddress, Length);
    Mdl->Process = NULL;
    Mdl->MappedSystemVa = NULL;
    if (Irp != NULL) {
        if (SecondaryBuffer)
            IopAppendMdl(Irp, Mdl);
        else
            Irp->MdlAddress = Mdl;
    }
    return Mdl;
}

static __attribute__((noinline)) void NTAPI IopReportLockedMdl(const MDL *Mdl, ULONG_PTR Site)
{
    KdFinding(DOTSYS_FINDING_OTHER, Site,
        "IoFreeMdl frees an MDL over %u bytes whose pages are still locked; call MmUnlockPages "
        "first",
        Mdl->ByteCount);
}

/*
 * IoFreeMdl - free what IoAllocateMdl made. A mapping of its own ends; locked pages stay locked,
 * which is reported: after this nobody can unlock them.
 *
 * IRQL:   up to DISPATCH_LEVEL
 * Source: DOC wdm/IoFreeMdl; tests/kernel/io/IoFreeMdl.c
 */
void NTAPI IoFreeMdl(MDL *Mdl)
{
    if (Mdl->MdlFlags & MDL_PAGES_LOCKED)
        IopReportLockedMdl(Mdl, EX_CALLER);
    if ((Mdl->MdlFlags & MDL_PARTIAL) && (Mdl->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA))
        MmUnmapLockedPages(Mdl->MappedSystemVa, Mdl);
    ExiFree(Mdl);
}

/* Size has 16 bits, which long MDLs overflow: then the pool knows how many page numbers fit. */
static __attribute__((noinline)) BOOLEAN NTAPI IopLongMdlFits(const MDL *Mdl, SIZE_T Bytes)
{
    EX_POOL_BLOCK Block;
    return ExQueryPoolBlock(Mdl, &Block) && Block.Bytes >= Bytes;
}

/*
 * IoBuildPartialMdl - make TargetMdl describe a part of what SourceMdl describes.
 *
 * VirtualAddress: within the source's range. Length: bytes; 0: up to the source's end. The target's
 *                 pages need no locking or unlocking of their own. Between uses of one target the
 *                 driver calls MmPrepareMdlForReuse.
 * IRQL:    up to DISPATCH_LEVEL
 * Bugcheck TARGET_MDL_TOO_SMALL: the target was made for fewer pages.
 * Source:  DOC wdm/IoBuildPartialMdl; tests/kernel/io/IoBuildPartialMdl.c
 */
void NTAPI IoBuildPartialMdl(MDL *SourceMdl, MDL *TargetMdl, void *VirtualAddress, ULONG Length)
{
    UCHAR *SourceStart = MmGetMdlVirtualAddress(SourceMdl);
    ULONG Skip = (ULONG)((UCHAR *)VirtualAddress - SourceStart);
    if (Length == 0)
        Length = SourceMdl->ByteCount - Skip;
    SIZE_T Pages = ADDRESS_AND_SIZE_TO_SPAN_PAGES(VirtualAddress, Length);
    SIZE_T Bytes = sizeof(MDL) + Pages * sizeof(PFN_NUMBER);
    if (Bytes > (USHORT)TargetMdl->Size && !IopLongMdlFits(TargetMdl, Bytes))
        KeBugCheckEx(TARGET_MDL_TOO_SMALL, (ULONG_PTR)TargetMdl, Pages, 0, 0);

    TargetMdl->StartVa = PAGE_ALIGN(VirtualAddress);
    TargetMdl->ByteOffset = BYTE_OFFSET(VirtualAddress);
    TargetMdl->ByteCount = Length;
    TargetMdl->Process = SourceMdl->Process;
    TargetMdl->MappedSystemVa = NULL;
    TargetMdl->MdlFlags = MDL_PARTIAL;
    if (SourceMdl->MdlFlags & MDL_SOURCE_IS_NONPAGED_POOL) {
        TargetMdl->MdlFlags |= MDL_SOURCE_IS_NONPAGED_POOL;
        TargetMdl->MappedSystemVa = (UCHAR *)SourceMdl->MappedSystemVa + Skip;
    } else if (SourceMdl->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA) {
        TargetMdl->MdlFlags |= MDL_PARENT_MAPPED_SYSTEM_VA;
        TargetMdl->MappedSystemVa = (UCHAR *)SourceMdl->MappedSystemVa + Skip;
    }
    SIZE_T First = ((ULONG_PTR)TargetMdl->StartVa - (ULONG_PTR)SourceMdl->StartVa) / PAGE_SIZE;
    const PFN_NUMBER *From = MmGetMdlPfnArray(SourceMdl) + First;
    PFN_NUMBER *To = MmGetMdlPfnArray(TargetMdl);
    for (SIZE_T Page = 0; Page < Pages; Page++)
        To[Page] = From[Page];
}
