/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * MmMapLockedPagesSpecifyCache - a second address for the same bytes.
 */
#include "mdl_test.h"

TEST(MmMapLockedPagesSpecifyCache, MapsTheWholeBuffer)
{
    UCHAR *Buffer = MdlTestAllocate(3 * PAGE_SIZE);
    UCHAR *System;
    PMDL Mdl;
    ULONG At;

    if (Buffer == NULL)
        return;
    for (At = 0; At < 3 * PAGE_SIZE; At++)
        Buffer[At] = (UCHAR)(At ^ At >> 8);
    Mdl = IoAllocateMdl(Buffer + 0x10, 2 * PAGE_SIZE + 0x20, FALSE, FALSE, NULL);
    if (CHECK(Mdl != NULL)) {
        CHECK_STATUS(MdlTestLock(Mdl, KernelMode, IoWriteAccess), STATUS_SUCCESS);
        System = MmMapLockedPagesSpecifyCache(Mdl, KernelMode, MmCached, NULL, FALSE,
                                              NormalPagePriority);
        if (CHECK(System != NULL)) {
            CHECK((Mdl->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA) != 0);
            CHECK_EQ((ULONG_PTR)System & (PAGE_SIZE - 1), 0x10);
            CHECK_EQ(RtlCompareMemory(System, Buffer + 0x10, 2 * PAGE_SIZE + 0x20),
                     2 * PAGE_SIZE + 0x20);
            System[PAGE_SIZE] = 0xAA;
            CHECK_EQ(Buffer[0x10 + PAGE_SIZE], 0xAA);
            MmUnmapLockedPages(System, Mdl);
        }
        MmUnlockPages(Mdl);
        IoFreeMdl(Mdl);
    }
    MdlTestFree(Buffer);
}

/* A part of a locked MDL is mapped for itself; freeing the part ends that mapping. */
TEST(MmMapLockedPagesSpecifyCache, MapsAPartialMdl)
{
    UCHAR *Buffer = MdlTestAllocate(3 * PAGE_SIZE);
    UCHAR *System;
    PMDL Whole, Part;

    if (Buffer == NULL)
        return;
    Buffer[PAGE_SIZE + 5] = 0x55;
    Whole = IoAllocateMdl(Buffer, 3 * PAGE_SIZE, FALSE, FALSE, NULL);
    Part = IoAllocateMdl(Buffer + PAGE_SIZE + 5, 10, FALSE, FALSE, NULL);
    if (CHECK(Whole != NULL && Part != NULL)) {
        CHECK_STATUS(MdlTestLock(Whole, KernelMode, IoWriteAccess), STATUS_SUCCESS);
        IoBuildPartialMdl(Whole, Part, Buffer + PAGE_SIZE + 5, 10);
        CHECK((Part->MdlFlags & MDL_PARTIAL) != 0);
        CHECK(MdlTestHasPagesOf(Part, Buffer + PAGE_SIZE));
        System = MmGetSystemAddressForMdlSafe(Part, NormalPagePriority);
        if (CHECK(System != NULL)) {
            CHECK_EQ(System[0], 0x55);
            CHECK((Part->MdlFlags & MDL_PARTIAL_HAS_BEEN_MAPPED) != 0);
            System[9] = 0x66;
            CHECK_EQ(Buffer[PAGE_SIZE + 14], 0x66);
        }
        MmPrepareMdlForReuse(Part);
        CHECK((Part->MdlFlags & MDL_PARTIAL_HAS_BEEN_MAPPED) == 0);
        MmUnlockPages(Whole);
    }
    if (Part != NULL)
        IoFreeMdl(Part);
    if (Whole != NULL)
        IoFreeMdl(Whole);
    MdlTestFree(Buffer);
}
