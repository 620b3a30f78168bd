/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * MmUnlockPages - the flags are gone, the mapping too, and the MDL can be locked again.
 */
#include "mdl_test.h"

TEST(MmUnlockPages, UndoesLockAndMapping)
{
    UCHAR *Buffer = MdlTestAllocate(PAGE_SIZE);
    PMDL Mdl;
    ULONG Round;

    if (Buffer == NULL)
        return;
    Mdl = IoAllocateMdl(Buffer, PAGE_SIZE, FALSE, FALSE, NULL);
    if (CHECK(Mdl != NULL)) {
        for (Round = 0; Round < 3; Round++) {
            CHECK_STATUS(MdlTestLock(Mdl, KernelMode, IoWriteAccess), STATUS_SUCCESS);
            CHECK(MmGetSystemAddressForMdlSafe(Mdl, NormalPagePriority) != NULL);
            MmUnlockPages(Mdl);
            CHECK((Mdl->MdlFlags & (MDL_PAGES_LOCKED | MDL_MAPPED_TO_SYSTEM_VA)) == 0);
        }
        IoFreeMdl(Mdl);
    }
    MdlTestFree(Buffer);
}
