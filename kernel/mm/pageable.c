/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Pageable code and data of drivers. A section is locked by an address in it, and known by that again: the handle. Only what
 * the verifier has made pageable is ever out (paging.c).
 */
#include "mm/mip.h"
#include "mm/paging.h"

/*
 * MmLockPagableDataSection - keep a pageable section of a driver in memory.
 * Returns: a handle for the section; NULL when the address is in no driver. IRQL: up to APC_LEVEL.
 * Source: DOC wdm/MmLockPagableDataSection; tests/kernel/mm.
 */
void *NTAPI MmLockPagableDataSection(void *AddressWithinSection)
{
    UCHAR *Base;
    RUNTIME_FUNCTION *Table;
    ULONG Count;
    if (KeImageLookup == NULL || !KeImageLookup((ULONG_PTR)AddressWithinSection, &Base, &Table, &Count))
        return NULL;
    MiLockPageable(AddressWithinSection, 1);
    return AddressWithinSection;
}

/* MmLockPagableSectionByHandle - once more by handle. Source: DOC wdm. */
void NTAPI MmLockPagableSectionByHandle(void *ImageSectionHandle)
{
    MiLockPageable(ImageSectionHandle, 1);
}

/* MmUnlockPagableImageSection - the reverse. Source: DOC wdm. */
void NTAPI MmUnlockPagableImageSection(void *SectionHandle)
{
    MiUnlockPageable(SectionHandle, 1);
}

/* MmPageEntireDriver - base of the driver that was made pageable whole; here none of it is paged. Source: DOC ntddk. */
void *NTAPI MmPageEntireDriver(void *AddressWithinSection)
{
    UCHAR *Base;
    RUNTIME_FUNCTION *Table;
    ULONG Count;
    return KeImageLookup != NULL && KeImageLookup((ULONG_PTR)AddressWithinSection, &Base, &Table, &Count) ? Base : NULL;
}

/* MmResetDriverPaging - back to what the image asks. Source: DOC ntddk. */
void NTAPI MmResetDriverPaging(void *AddressWithinSection)
{
    (void)AddressWithinSection;
}
