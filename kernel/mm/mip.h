/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Shared by the files of kernel/mm only. */
#pragma once

#include <errno.h>

#include "mm/mm.h"

#define MI_FIRST_PAGE 16u /* physical addresses drivers test for zero stay unused */

/* Physical addresses processors have: 39 bits, or 32 without PAE. */
#if defined(__x86_64__)
#define MI_PHYSICAL_END ((ULONG64)1 << 39)
#else
#define MI_PHYSICAL_END ((ULONG64)1 << 32)
#endif

/* Where physical memory is mapped a second time: above RAM in the system range. Alias bookkeeping
 * is in physical.c. */
#define MI_ALIAS_BASE (MM_SYSTEM_BASE + MM_SYSTEM_BYTES / 2)
#define MI_ALIAS_BYTES (MM_SYSTEM_BYTES / 2)

/* Reads a byte of each page of a range that may not be there. Write: and writes it back: a
 * read-only page is found, too. */
NTSTATUS MiTouchPages(const volatile void *Address, SIZE_T Bytes, BOOLEAN Write);

/* ---- mdlcopy.c ------------------------------------------------------------------------------- */

struct MM_SPACE;
void MiResetKeptCopies(void); /* none is kept */
/*
 * Copies the pages of a client, NULL: of this process, and has the MDL describe the copy. Segment:
 * where each page is there; NULL: from the MDL's address on. ACCESS_VIOLATION,
 * INSUFFICIENT_RESOURCES: nothing locked.
 */
NTSTATUS MiLockClientPages(MDL *Mdl, struct MM_SPACE *Space, const ULONG64 *Segment, BOOLEAN Write);
void MiUnlockClientPages(MDL *Mdl); /* nothing when its first page is of no copy */

/* What an MDL's pages are: mdl.c. */
PFN_NUMBER MiPfnOfAny(const void *Address);
NTSTATUS MiCheckPages(const UCHAR *Start, SIZE_T Bytes, KPROCESSOR_MODE AccessMode, BOOLEAN Write);

void MiInitializeVariables(void);
/* alias.c: the physical address of one in the upper half of the system range. */
BOOLEAN MiAliasToPhysical(const void *Address, ULONG64 *Physical);

static inline BOOLEAN MiIsUserPfn(ULONG_PTR Pfn)
{
    return (Pfn & MM_USER_PFN) != 0;
}

static inline BOOLEAN MiIsAlias(const void *Address)
{
    return (ULONG_PTR)Address - MI_ALIAS_BASE < MI_ALIAS_BYTES;
}

/* The first page of the allocation a page is of. */
static inline MM_PAGE *MiRunOf(MM_PAGE *Page)
{
    while (Page->PageCount == 0)
        Page--;
    return Page;
}

static inline PFN_NUMBER *MiPfnArray(MDL *Mdl)
{
    return (PFN_NUMBER *)(Mdl + 1);
}

static inline ULONG_PTR MiPfnOf(const void *Address)
{
    if (MmIsRam(Address))
        return ((ULONG_PTR)Address - MM_SYSTEM_BASE) / PAGE_SIZE;
    return (ULONG_PTR)Address / PAGE_SIZE | MM_USER_PFN;
}

static inline void *MiAddressOfPfn(ULONG_PTR Pfn)
{
    if (MiIsUserPfn(Pfn))
        return (void *)((Pfn & ~MM_USER_PFN) * PAGE_SIZE);
    return (void *)(MM_SYSTEM_BASE + Pfn * PAGE_SIZE);
}

static inline UCHAR *MiMdlStart(const MDL *Mdl)
{
    return (UCHAR *)Mdl->StartVa + Mdl->ByteOffset;
}

static inline ULONG MiMdlPages(const MDL *Mdl)
{
    return (ULONG)ADDRESS_AND_SIZE_TO_SPAN_PAGES(MiMdlStart(Mdl), Mdl->ByteCount);
}
