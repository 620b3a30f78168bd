/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * MmMapLockedPages - the form before there were cache types.
 */
#include "mdl_test.h"

TEST_FORBIDDEN(MmMapLockedPages, MapsTheBuffer)
{
    UCHAR *Buffer = MdlTestAllocate(PAGE_SIZE);
    UCHAR *System;
    PMDL Mdl;

    if (Buffer == NULL)
        return;
    Buffer[7] = 0x77;
    Mdl = IoAllocateMdl(Buffer + 7, 1, FALSE, FALSE, NULL);
    if (CHECK(Mdl != NULL)) {
        CHECK_STATUS(MdlTestLock(Mdl, KernelMode, IoReadAccess), STATUS_SUCCESS);
        System = MmMapLockedPages(Mdl, KernelMode);
        if (CHECK(System != NULL)) {
            CHECK_EQ(*System, 0x77);
            MmUnmapLockedPages(System, Mdl);
        }
        MmUnlockPages(Mdl);
        IoFreeMdl(Mdl);
    }
    MdlTestFree(Buffer);
}
