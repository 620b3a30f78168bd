/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * mdl_test.h - what the tests of MDLs and physical addresses share.
 */
#ifndef TESTS_KERNEL_MM_MDL_TEST_H
#define TESTS_KERNEL_MM_MDL_TEST_H

#include "ktest.h"

#define MDL_TEST_TAG       'tseT'
#define MDL_TEST_NOT_THERE ((PVOID)0x10000) /* in no System process */

/* So many bytes of non-paged pool that starts on a page; NULL, and the test has failed, without. */
static inline UCHAR *MdlTestAllocate(SIZE_T Bytes)
{
    UCHAR *Block = ExAllocatePoolWithTag(NonPagedPool, Bytes < PAGE_SIZE ? PAGE_SIZE : Bytes,
                                         MDL_TEST_TAG);

    CHECK(Block != NULL);
    return Block;
}

static inline VOID MdlTestFree(PVOID Block)
{
    ExFreePoolWithTag(Block, MDL_TEST_TAG);
}

/* What MmProbeAndLockPages raises; STATUS_SUCCESS for nothing. */
static inline NTSTATUS MdlTestLock(PMDL Mdl, KPROCESSOR_MODE Mode, LOCK_OPERATION Operation)
{
    volatile NTSTATUS Status = STATUS_SUCCESS;

    __try {
        MmProbeAndLockPages(Mdl, Mode, Operation);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Status = GetExceptionCode();
    }
    return Status;
}

/* Whether the MDL's page numbers are those of the pages at Address. */
static inline BOOLEAN MdlTestHasPagesOf(PMDL Mdl, const UCHAR *Address)
{
    PPFN_NUMBER Pages = MmGetMdlPfnArray(Mdl);
    ULONG Count = ADDRESS_AND_SIZE_TO_SPAN_PAGES(MmGetMdlVirtualAddress(Mdl),
                                                 MmGetMdlByteCount(Mdl));
    ULONG Index;

    for (Index = 0; Index < Count; Index++) {
        PHYSICAL_ADDRESS Physical = MmGetPhysicalAddress(
            (PVOID)(ULONG_PTR)(Address + (SIZE_T)Index * PAGE_SIZE));

        if (Pages[Index] != (PFN_NUMBER)(Physical.QuadPart >> PAGE_SHIFT))
            return FALSE;
    }
    return TRUE;
}

#endif
