/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoFreeMdl - takes back MDLs that were locked and mapped before, and parts of others.
 */
#include "io_test.h"

TEST(IoFreeMdl, AfterUnlocking)
{
    UCHAR *Buffer = ExAllocatePoolWithTag(PagedPool, PAGE_SIZE, IO_TEST_TAG);
    UCHAR *Mapped;
    PMDL Mdl;

    if (!CHECK(Buffer != NULL))
        return;
    Buffer[0] = 1;
    Mdl = IoAllocateMdl(Buffer, PAGE_SIZE, FALSE, FALSE, NULL);
    if (CHECK(Mdl != NULL)) {
        MmProbeAndLockPages(Mdl, KernelMode, IoModifyAccess);
        Mapped = MmGetSystemAddressForMdlSafe(Mdl, NormalPagePriority);
        if (CHECK(Mapped != NULL)) {
            CHECK_EQ(Mapped[0], 1);
            Mapped[0] = 2;
        }
        MmUnlockPages(Mdl);
        IoFreeMdl(Mdl);
        CHECK_EQ(Buffer[0], 2);
    }
    ExFreePoolWithTag(Buffer, IO_TEST_TAG);
}

/* A part that was mapped is unmapped; the whole is not. */
TEST(IoFreeMdl, APartLeavesTheWhole)
{
    UCHAR *Buffer = ExAllocatePoolWithTag(NonPagedPool, 2 * PAGE_SIZE, IO_TEST_TAG);
    PMDL Whole;
    PMDL Part;

    if (!CHECK(Buffer != NULL))
        return;
    Buffer[PAGE_SIZE] = 7;
    Whole = IoAllocateMdl(Buffer, 2 * PAGE_SIZE, FALSE, FALSE, NULL);
    Part = IoAllocateMdl(Buffer + PAGE_SIZE, PAGE_SIZE, FALSE, FALSE, NULL);
    if (CHECK(Whole != NULL && Part != NULL)) {
        UCHAR *Mapped;

        MmBuildMdlForNonPagedPool(Whole);
        IoBuildPartialMdl(Whole, Part, Buffer + PAGE_SIZE, PAGE_SIZE);
        Mapped = MmGetSystemAddressForMdlSafe(Part, NormalPagePriority);
        if (CHECK(Mapped != NULL))
            CHECK_EQ(Mapped[0], 7);
        IoFreeMdl(Part);
        Part = NULL;
        Mapped = MmGetSystemAddressForMdlSafe(Whole, NormalPagePriority);
        if (CHECK(Mapped != NULL))
            CHECK_EQ(Mapped[PAGE_SIZE], 7);
    }
    if (Part != NULL)
        IoFreeMdl(Part);
    if (Whole != NULL)
        IoFreeMdl(Whole);
    ExFreePoolWithTag(Buffer, IO_TEST_TAG);
}
