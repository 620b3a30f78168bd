/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * MmGrowKernelStack, MmRotatePhysicalView, MmMapMemoryDumpMdlEx - what little of them every machine
 * has.
 */
#include "mdl_test.h"

typedef NTSTATUS(NTAPI *GROW)(PVOID Stack);
typedef NTSTATUS(NTAPI *ROTATE)(PVOID Address, PSIZE_T Bytes, PMDL Mdl, ULONG Direction, PVOID Copy,
                                PVOID Context);
typedef NTSTATUS(NTAPI *MAP)(PVOID Va, SIZE_T Pages, PMDL Mdl, ULONG Flags);

TEST(MmGrowKernelStack, FindsRoomOrNot)
{
    GROW Grow = (GROW)KtestExport(L"MmGrowKernelStack");
    NTSTATUS Status;

    if (Grow == NULL) {
        skip("this Windows has no such export");
        return;
    }
    Status = Grow(&Status);
    CHECK(Status == STATUS_SUCCESS || Status == STATUS_STACK_OVERFLOW ||
          Status == STATUS_NO_MEMORY);
}

TEST(MmRotatePhysicalView, WantsAViewMadeForThat)
{
    ROTATE Rotate = (ROTATE)KtestExport(L"MmRotatePhysicalView");
    SIZE_T Bytes = PAGE_SIZE;

    if (Rotate == NULL) {
        skip("new in Windows Vista");
        return;
    }
    CHECK(!NT_SUCCESS(Rotate((PVOID)0x10000, &Bytes, NULL, 2, NULL, NULL)));
}

TEST(MmMapMemoryDumpMdlEx, MapsIntoReservedRoom)
{
    MAP Map = (MAP)KtestExport(L"MmMapMemoryDumpMdlEx");
    UCHAR *Buffer = Map != NULL ? MdlTestAllocate(2 * PAGE_SIZE) : NULL, *Room = NULL;
    PMDL Mdl = Buffer != NULL ? IoAllocateMdl(Buffer + 30, PAGE_SIZE, FALSE, FALSE, NULL) : NULL;

    if (Map == NULL) {
        skip("new in Windows 10, version 2004");
        return;
    }
    if (CHECK(Mdl != NULL) &&
        (Room = MmAllocateMappingAddress(2 * PAGE_SIZE, MDL_TEST_TAG)) != NULL) {
        Buffer[30 + 9] = 9;
        MmBuildMdlForNonPagedPool(Mdl);
        CHECK_STATUS(Map(Room, 2, Mdl, 0), STATUS_SUCCESS);
        CHECK_EQ(Room[30 + 9], 9);
        CHECK_STATUS(Map(Room, 2, Mdl, 1), STATUS_SUCCESS);
        MmFreeMappingAddress(Room, MDL_TEST_TAG);
    }
    if (Mdl != NULL)
        IoFreeMdl(Mdl);
    if (Buffer != NULL)
        MdlTestFree(Buffer);
}
