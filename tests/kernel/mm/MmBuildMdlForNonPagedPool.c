/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * MmBuildMdlForNonPagedPool - page numbers, and an address to use: the buffer itself.
 */
#include "mdl_test.h"

static VOID CheckBuild(UCHAR *Buffer, ULONG Offset, ULONG Bytes)
{
    PMDL Mdl = IoAllocateMdl(Buffer + Offset, Bytes, FALSE, FALSE, NULL);

    if (!CHECK(Mdl != NULL))
        return;
    MmBuildMdlForNonPagedPool(Mdl);
    CHECK((Mdl->MdlFlags & MDL_SOURCE_IS_NONPAGED_POOL) != 0);
    CHECK((Mdl->MdlFlags & MDL_PAGES_LOCKED) == 0);
    CHECK_PTR(MmGetSystemAddressForMdlSafe(Mdl, NormalPagePriority), Buffer + Offset);
    CHECK_PTR(MmGetMdlVirtualAddress(Mdl), Buffer + Offset);
    CHECK_EQ(MmGetMdlByteCount(Mdl), Bytes);
    CHECK(MdlTestHasPagesOf(Mdl, Buffer + (Offset & ~(PAGE_SIZE - 1))));
    IoFreeMdl(Mdl);
}

TEST(MmBuildMdlForNonPagedPool, DescribesTheBuffer)
{
    UCHAR *Buffer = MdlTestAllocate(4 * PAGE_SIZE);

    if (Buffer == NULL)
        return;
    CheckBuild(Buffer, 0, 4 * PAGE_SIZE);
    CheckBuild(Buffer, 0, 1);
    CheckBuild(Buffer, PAGE_SIZE - 1, 2);
    CheckBuild(Buffer, 0x123, 2 * PAGE_SIZE);
    MdlTestFree(Buffer);
}
