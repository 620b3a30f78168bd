/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Pageable code and data of drivers. Nothing is ever paged out, so locking a section is finding it. */
#include "mm/mip.h"

/*
 * MmLockPagableDataSection - keep a pageable section of a driver in memory. The handle is the image's base: images
 * are never
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
