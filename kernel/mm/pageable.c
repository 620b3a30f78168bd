/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Pageable code and data of drivers. A section is locked by an address in it, and known by that
 * again: the handle. Only what the verifier has made pageable is ever out (paging.c).
 */
#include "mm/export.h"
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
    if (KeImageLookup == NULL ||
        !KeImageLookup((ULONG_PTR)AddressWithinSection, &Base, &Table, &Count))
        return NULL;
    MiLockPageable(AddressWithinSection, 1);
    return AddressWithinSection;
}

/* MmLockPagableImageSection - the same; an older name. Source: INF ntddk.h; OBS
 * tests/kernel/mm/MmLockPagableImageSection.c */
void *NTAPI MmLockPagableImageSection(void *AddressWithinSection)
{
    return MmLockPagableDataSection(AddressWithinSection);
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

/* MmPageEntireDriver - base of the driver that was made pageable whole; here none of it is paged.
 * Source: DOC ntddk. */
void *NTAPI MmPageEntireDriver(void *AddressWithinSection)
{
    UCHAR *Base;
    RUNTIME_FUNCTION *Table;
    ULONG Count;
    return KeImageLookup != NULL &&
            KeImageLookup((ULONG_PTR)AddressWithinSection, &Base, &Table, &Count)
        ? Base
        : NULL;
}

/* MmResetDriverPaging - back to what the image asks. Source: DOC ntddk. */
void NTAPI MmResetDriverPaging(void *AddressWithinSection)
{
    (void)AddressWithinSection;
}

#define MI_PROTECT_ALLOW_UNLOAD 1u /* MM_PROTECT_DRIVER_SECTION_ALLOW_UNLOAD */

/*
 * MmProtectDriverSection - have the hypervisor make a driver's data read-only for good.
 *
 * Size: 0. Flags: MM_PROTECT_DRIVER_SECTION_ALLOW_UNLOAD or none.
 * IRQL:    up to APC_LEVEL.
 * Returns: INVALID_PARAMETER: another size or flag; INVALID_DEVICE_STATE: no virtual secure mode,
 * as on machines where it is off. Source:  DOC wdm/MmProtectDriverSection; OBS
 * tests/kernel/mm/MmProtectDriverSection.c
 */
NTSTATUS NTAPI MmProtectDriverSection(void *AddressWithinSection, SIZE_T Size, ULONG Flags)
{
    (void)AddressWithinSection;
    return Size != 0 || (Flags & ~MI_PROTECT_ALLOW_UNLOAD) ? STATUS_INVALID_PARAMETER
                                                           : STATUS_INVALID_DEVICE_STATE;
}
