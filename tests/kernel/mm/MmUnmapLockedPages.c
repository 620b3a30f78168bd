/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * MmUnmapLockedPages - the mapping is over, the pages stay locked.
 */
#include "mdl_test.h"

TEST(MmUnmapLockedPages, EndsTheMappingOnly)
{
    UCHAR *Buffer = MdlTestAllocate(PAGE_SIZE);
    PVOID System;
    PMDL Mdl;

    if (Buffer == NULL)
        return;
    Mdl = IoAllocateMdl(Buffer, PAGE_SIZE, FALSE, FALSE, NULL);
    if (CHECK(Mdl != NULL)) {
        CHECK_STATUS(MdlTestLock(Mdl, KernelMode, IoReadAccess), STATUS_SUCCESS);
        System = MmMapLockedPagesSpecifyCache(Mdl, KernelMode, MmCached, NULL, FALSE,
                                              NormalPagePriority);
        if (CHECK(System != NULL))
            MmUnmapLockedPages(System, Mdl);
        CHECK((Mdl->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA) == 0);
        CHECK((Mdl->MdlFlags & MDL_PAGES_LOCKED) != 0);
        CHECK(MdlTestHasPagesOf(Mdl, Buffer));
        CHECK(MmGetSystemAddressForMdlSafe(Mdl, NormalPagePriority) != NULL);
        MmUnlockPages(Mdl);
        IoFreeMdl(Mdl);
    }
    MdlTestFree(Buffer);
}
