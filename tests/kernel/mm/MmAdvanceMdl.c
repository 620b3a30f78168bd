/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * MmAdvanceMdl - the beginning of an MDL moves, with its mapping.
 */
#include "mdl_test.h"

TEST(MmAdvanceMdl, LeavesTheFirstBytesOut)
{
    UCHAR *Buffer = MdlTestAllocate(3 * PAGE_SIZE);
    PMDL Mdl = Buffer != NULL ? IoAllocateMdl(Buffer + 16, 2 * PAGE_SIZE, FALSE, FALSE, NULL)
                              : NULL;

    if (CHECK(Mdl != NULL)) {
        CHECK_STATUS(MdlTestLock(Mdl, KernelMode, IoReadAccess), STATUS_SUCCESS);
        CHECK_STATUS(MmAdvanceMdl(Mdl, PAGE_SIZE + 4), STATUS_SUCCESS);
        CHECK_PTR(MmGetMdlVirtualAddress(Mdl), Buffer + PAGE_SIZE + 20);
        CHECK_EQ(MmGetMdlByteCount(Mdl), PAGE_SIZE - 4);
        CHECK(MdlTestHasPagesOf(Mdl, Buffer + PAGE_SIZE));
        CHECK_STATUS(MmAdvanceMdl(Mdl, PAGE_SIZE), STATUS_INVALID_PARAMETER_2);
        MmUnlockPages(Mdl);
        IoFreeMdl(Mdl);
    }
    if (Buffer != NULL)
        MdlTestFree(Buffer);
}

static PMDL Locked(UCHAR *Address, ULONG Bytes)
{
    PMDL Mdl = Address != NULL ? IoAllocateMdl(Address, Bytes, FALSE, FALSE, NULL) : NULL;

    if (CHECK(Mdl != NULL) &&
        !CHECK_STATUS(MdlTestLock(Mdl, KernelMode, IoWriteAccess), STATUS_SUCCESS)) {
        IoFreeMdl(Mdl);
        return NULL;
    }
    return Mdl;
}

TEST(MmAdvanceMdl, MovesTheMapping)
{
    UCHAR *Buffer = MdlTestAllocate(4 * PAGE_SIZE), *Mapped;
    PMDL Mdl = Locked(Buffer + 16, 3 * PAGE_SIZE);
    ULONG Done = 0, Step;

    if (Mdl != NULL) {
        Mapped = MmGetSystemAddressForMdlSafe(Mdl, NormalPagePriority);
        for (Step = 100; CHECK(Mapped != NULL) && Step < 2 * PAGE_SIZE; Step += PAGE_SIZE) {
            CHECK_STATUS(MmAdvanceMdl(Mdl, Step), STATUS_SUCCESS);
            Done += Step;
            Mapped = MmGetSystemAddressForMdlSafe(Mdl, NormalPagePriority);
            CHECK_EQ((ULONG_PTR)Mapped & (PAGE_SIZE - 1), (16 + Done) & (PAGE_SIZE - 1));
            *(volatile UCHAR *)Mapped = (UCHAR)(Step >> 4);
            CHECK_EQ(*(volatile UCHAR *)(Buffer + 16 + Done), (UCHAR)(Step >> 4));
            CHECK_EQ(MmGetMdlByteCount(Mdl), 3 * PAGE_SIZE - Done);
            CHECK(MdlTestHasPagesOf(Mdl, (UCHAR *)PAGE_ALIGN(Buffer + 16 + Done)));
        }
        MmUnlockPages(Mdl);
        IoFreeMdl(Mdl);
    }
    if (Buffer != NULL)
        MdlTestFree(Buffer);
}

TEST(MmAdvanceMdl, MayEndInTheSamePage)
{
    UCHAR *Buffer = MdlTestAllocate(PAGE_SIZE);
    PMDL Mdl = Locked(Buffer, 200);

    if (Mdl != NULL) {
        CHECK_STATUS(MmAdvanceMdl(Mdl, 150), STATUS_SUCCESS);
        CHECK_EQ(MmGetMdlByteOffset(Mdl), 150);
        CHECK_STATUS(MmAdvanceMdl(Mdl, 51), STATUS_INVALID_PARAMETER_2);
        CHECK_EQ(MmGetMdlByteCount(Mdl), 50);
        MmUnlockPages(Mdl);
        IoFreeMdl(Mdl);
    }
    if (Buffer != NULL)
        MdlTestFree(Buffer);
}

/* Of pages of its own the MDL gives all back, however far it was moved. */
TEST(MmAdvanceMdl, MemoryComesBack)
{
    PHYSICAL_ADDRESS Low = {.QuadPart = 0}, High = {.QuadPart = MAXLONGLONG};
    ULONG Round;

    for (Round = 0; Round < 50; Round++) {
        UCHAR *Buffer = MdlTestAllocate(0x100000);
        PMDL Mdl = Locked(Buffer, 0x100000);

        if (Mdl == NULL)
            return;
        CHECK(MmGetSystemAddressForMdlSafe(Mdl, NormalPagePriority) != NULL);
        CHECK_STATUS(MmAdvanceMdl(Mdl, 0xFF000 + Round), STATUS_SUCCESS);
        MmUnlockPages(Mdl);
        IoFreeMdl(Mdl);
        MdlTestFree(Buffer);
        Mdl = MmAllocatePagesForMdl(Low, High, Low, PAGE_SIZE);
        if (!CHECK(Mdl != NULL))
            return;
        CHECK_STATUS(MmAdvanceMdl(Mdl, Round), STATUS_SUCCESS);
        MmFreePagesFromMdl(Mdl);
        ExFreePool(Mdl);
    }
}
