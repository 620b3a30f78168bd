/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * MmAllocateMappingAddress, MmMapLockedPagesWithReservedMapping - room for a mapping that cannot
 * fail. What is misused stops the machine, which is not tried here.
 */
#include "mdl_test.h"

#define TAG 'tseT'

TEST(MmMapLockedPagesWithReservedMapping, MapsOneBufferAfterTheOther)
{
    UCHAR *Buffer = MdlTestAllocate(4 * PAGE_SIZE);
    PVOID Room = MmAllocateMappingAddress(3 * PAGE_SIZE, TAG);
    ULONG Round;

    if (CHECK(Room != NULL) && Buffer != NULL) {
        CHECK_EQ((ULONG_PTR)Room & (PAGE_SIZE - 1), 0);
        for (Round = 0; Round < 2; Round++) {
            PMDL Mdl = IoAllocateMdl(
                Buffer + Round * PAGE_SIZE + 20, 2 * PAGE_SIZE, FALSE, FALSE, NULL);
            UCHAR *View;

            if (!CHECK(Mdl != NULL))
                break;
            CHECK_STATUS(MdlTestLock(Mdl, KernelMode, IoWriteAccess), STATUS_SUCCESS);
            View = MmMapLockedPagesWithReservedMapping(Room, TAG, Mdl, MmCached);
            if (CHECK(View != NULL)) {
                CHECK_PTR(View, (UCHAR *)Room + 20);
                View[PAGE_SIZE] = (UCHAR)(Round + 1);
                CHECK_EQ(Buffer[(Round + 1) * PAGE_SIZE + 20], Round + 1);
                MmUnmapReservedMapping(Room, TAG, Mdl);
            }
            MmUnlockPages(Mdl);
            IoFreeMdl(Mdl);
        }
    }
    if (Room != NULL)
        MmFreeMappingAddress(Room, TAG);
    if (Buffer != NULL)
        MdlTestFree(Buffer);
}

TEST(MmMapLockedPagesWithReservedMapping, TooMuchIsNull)
{
    UCHAR *Buffer = MdlTestAllocate(4 * PAGE_SIZE);
    PVOID Room = MmAllocateMappingAddress(PAGE_SIZE, TAG);
    PMDL Mdl = Buffer != NULL ? IoAllocateMdl(Buffer + 20, 3 * PAGE_SIZE, FALSE, FALSE, NULL)
                              : NULL;

    if (CHECK(Room != NULL) && CHECK(Mdl != NULL)) {
        CHECK_STATUS(MdlTestLock(Mdl, KernelMode, IoReadAccess), STATUS_SUCCESS);
        CHECK_PTR(MmMapLockedPagesWithReservedMapping(Room, TAG, Mdl, MmCached), NULL);
        MmUnlockPages(Mdl);
    }
    if (Mdl != NULL)
        IoFreeMdl(Mdl);
    if (Room != NULL)
        MmFreeMappingAddress(Room, TAG);
    if (Buffer != NULL)
        MdlTestFree(Buffer);
}

TEST(MmAllocateMappingAddress, TooMuchIsNull)
{
    CHECK_PTR(MmAllocateMappingAddress(~(SIZE_T)0 >> 1, TAG), NULL);
}

TEST(MmFreeMappingAddress, RoomComesBack)
{
    ULONG Round;

    for (Round = 0; Round < 500; Round++) {
        PVOID Room = MmAllocateMappingAddress(0x400000, TAG);

        if (!CHECK(Room != NULL))
            return;
        MmFreeMappingAddress(Room, TAG);
    }
}

TEST(MmUnmapReservedMapping, EndsTheMapping)
{
    UCHAR *Buffer = MdlTestAllocate(PAGE_SIZE);
    PVOID Room = MmAllocateMappingAddress(PAGE_SIZE, TAG);
    PMDL Mdl = Buffer != NULL ? IoAllocateMdl(Buffer, PAGE_SIZE, FALSE, FALSE, NULL) : NULL;

    if (CHECK(Room != NULL) && CHECK(Mdl != NULL)) {
        CHECK_STATUS(MdlTestLock(Mdl, KernelMode, IoReadAccess), STATUS_SUCCESS);
        if (CHECK(MmMapLockedPagesWithReservedMapping(Room, TAG, Mdl, MmCached) != NULL)) {
            CHECK(MmIsAddressValid(Room));
            MmUnmapReservedMapping(Room, TAG, Mdl);
            CHECK(!MmIsAddressValid(Room));
        }
        MmUnlockPages(Mdl);
    }
    if (Mdl != NULL)
        IoFreeMdl(Mdl);
    if (Room != NULL)
        MmFreeMappingAddress(Room, TAG);
    if (Buffer != NULL)
        MdlTestFree(Buffer);
}

TEST(MmAllocateMappingAddressEx, IsTheSameWithoutFlags)
{
    PVOID(NTAPI *Allocate)(SIZE_T, ULONG, ULONG) = KtestExport(L"MmAllocateMappingAddressEx");
    PVOID Room;

    if (Allocate == NULL)
        return;
    Room = Allocate(2 * PAGE_SIZE, TAG, 0);
    if (CHECK(Room != NULL))
        MmFreeMappingAddress(Room, TAG);
    CHECK_PTR(Allocate(~(SIZE_T)0 >> 1, TAG, 0), NULL);
}
