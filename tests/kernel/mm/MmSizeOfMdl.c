/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * MmSizeOfMdl - the header and a page number for every page the buffer touches.
 */
#include "mdl_test.h"

static SIZE_T SizeFor(ULONG_PTR Offset, SIZE_T Bytes)
{
    return MmSizeOfMdl((PVOID)(0x100000 + Offset), Bytes);
}

TEST(MmSizeOfMdl, CountsThePagesTouched)
{
    CHECK_EQ(SizeFor(0, 1), sizeof(MDL) + sizeof(PFN_NUMBER));
    CHECK_EQ(SizeFor(0, PAGE_SIZE), sizeof(MDL) + sizeof(PFN_NUMBER));
    CHECK_EQ(SizeFor(0, PAGE_SIZE + 1), sizeof(MDL) + 2 * sizeof(PFN_NUMBER));
    CHECK_EQ(SizeFor(1, PAGE_SIZE), sizeof(MDL) + 2 * sizeof(PFN_NUMBER));
    CHECK_EQ(SizeFor(PAGE_SIZE - 1, 2), sizeof(MDL) + 2 * sizeof(PFN_NUMBER));
    CHECK_EQ(SizeFor(PAGE_SIZE - 1, 1), sizeof(MDL) + sizeof(PFN_NUMBER));
    CHECK_EQ(SizeFor(8, 0x100000), sizeof(MDL) + 0x101 * sizeof(PFN_NUMBER));
}

/* In memory of that size the driver may make one itself. */
TEST(MmSizeOfMdl, IsEnoughForAnMdlOfOnesOwn)
{
    UCHAR *Buffer = MdlTestAllocate(3 * PAGE_SIZE);
    PMDL Mdl;

    if (Buffer == NULL)
        return;
    Mdl = ExAllocatePoolWithTag(NonPagedPool, MmSizeOfMdl(Buffer + 100, 2 * PAGE_SIZE),
                                MDL_TEST_TAG);
    if (CHECK(Mdl != NULL)) {
        MmInitializeMdl(Mdl, Buffer + 100, 2 * PAGE_SIZE);
        CHECK_PTR(MmGetMdlVirtualAddress(Mdl), Buffer + 100);
        CHECK_EQ(MmGetMdlByteCount(Mdl), 2 * PAGE_SIZE);
        CHECK_EQ(MmGetMdlByteOffset(Mdl), 100);
        MmBuildMdlForNonPagedPool(Mdl);
        CHECK(MdlTestHasPagesOf(Mdl, Buffer));
        MdlTestFree(Mdl);
    }
    MdlTestFree(Buffer);
}
