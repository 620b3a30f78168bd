/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * MmAllocatePagesForMdl, MmAllocatePagesForMdlEx, MmFreePagesFromMdl - pages that are mapped
 * nowhere.
 */
#include "mdl_test.h"

/* Declared for Vista and later. */
NTSYSAPI PMDL NTAPI MmAllocatePagesForMdlEx(PHYSICAL_ADDRESS Low, PHYSICAL_ADDRESS High,
    PHYSICAL_ADDRESS Skip, SIZE_T Bytes, MEMORY_CACHING_TYPE CacheType, ULONG Flags);
#define ALLOCATE_FULLY_REQUIRED 4

static PHYSICAL_ADDRESS At(LONGLONG Address)
{
    PHYSICAL_ADDRESS Result;

    Result.QuadPart = Address;
    return Result;
}

static VOID CheckPages(PMDL Mdl, SIZE_T Bytes)
{
    UCHAR *Memory;
    SIZE_T Offset;

    if (!CHECK(Mdl != NULL))
        return;
    CHECK_EQ(MmGetMdlByteCount(Mdl), Bytes);
    CHECK_EQ(MmGetMdlByteOffset(Mdl), 0);
    CHECK((Mdl->MdlFlags & MDL_PAGES_LOCKED) != 0);
    Memory = MmMapLockedPagesSpecifyCache(
        Mdl, KernelMode, MmCached, NULL, FALSE, NormalPagePriority);
    if (CHECK(Memory != NULL)) {
        for (Offset = 0; Offset < Bytes; Offset += 512)
            CHECK_EQ(Memory[Offset], 0);
        CHECK(MdlTestHasPagesOf(Mdl, Memory));
        Memory[Bytes - 1] = 1;
        MmUnmapLockedPages(Memory, Mdl);
    }
    MmFreePagesFromMdl(Mdl);
    ExFreePool(Mdl);
}

TEST(MmAllocatePagesForMdl, GivesZeroedPages)
{
    CheckPages(
        MmAllocatePagesForMdl(At(0), At(MAXLONGLONG), At(0), 10 * PAGE_SIZE), 10 * PAGE_SIZE);
    CheckPages(MmAllocatePagesForMdl(At(0), At(MAXLONGLONG), At(0), 3 * PAGE_SIZE - 100),
        3 * PAGE_SIZE - 100);
    CheckPages(MmAllocatePagesForMdl(At(0), At(-1), At(0), PAGE_SIZE), PAGE_SIZE);
}

TEST(MmAllocatePagesForMdl, KeepsToTheRange)
{
    PMDL Mdl = MmAllocatePagesForMdl(At(0), At(0xFFFFFF), At(0), 2 * PAGE_SIZE);

    if (CHECK(Mdl != NULL)) {
        CHECK(MmGetMdlPfnArray(Mdl)[0] < 0x1000);
        CHECK(MmGetMdlPfnArray(Mdl)[1] < 0x1000);
        MmFreePagesFromMdl(Mdl);
        ExFreePool(Mdl);
    }
    CHECK_PTR(MmAllocatePagesForMdl(At(0), At(0xFFE), At(0), PAGE_SIZE), NULL); /* no whole page */
    CHECK_PTR(MmAllocatePagesForMdl(At(0x7FFFFFFFF000), At(MAXLONGLONG), At(0), PAGE_SIZE), NULL);
}

TEST(MmAllocatePagesForMdlEx, AllOrNothing)
{
    CheckPages(MmAllocatePagesForMdlEx(At(0), At(MAXLONGLONG), At(0), 5 * PAGE_SIZE, MmCached,
                                       ALLOCATE_FULLY_REQUIRED), 5 * PAGE_SIZE);
    CHECK_PTR(MmAllocatePagesForMdlEx(
                  At(0), At(0x1FFFFF), At(0), 0x400000, MmCached, ALLOCATE_FULLY_REQUIRED),
        NULL);
}

/* What there is of 4 MB in the first 2. */
TEST(MmAllocatePagesForMdlEx, GivesWhatThereIs)
{
    PMDL Mdl = MmAllocatePagesForMdlEx(At(0), At(0x1FFFFF), At(0), 0x400000, MmCached, 0);

    if (Mdl == NULL) {
        skip("the first 2 MB are all in use");
        return;
    }
    CHECK(MmGetMdlByteCount(Mdl) < 0x400000);
    MmFreePagesFromMdl(Mdl);
    ExFreePool(Mdl);
}

TEST(MmFreePagesFromMdl, PagesComeBack)
{
    ULONG Round;

    for (Round = 0; Round < 300; Round++) {
        PMDL Mdl = MmAllocatePagesForMdl(At(0), At(MAXLONGLONG), At(0), 8 * 1024 * 1024);

        if (!CHECK(Mdl != NULL))
            return;
        CHECK_EQ(MmGetMdlByteCount(Mdl), 8 * 1024 * 1024);
        MmFreePagesFromMdl(Mdl);
        ExFreePool(Mdl);
    }
}

/* Pages of a driver in the memory of the process it acts for. */
TEST(MmMapLockedPagesSpecifyCache, MapsIntoTheProcess)
{
    PMDL Mdl = MmAllocatePagesForMdl(At(0), At(MAXLONGLONG), At(0), 3 * PAGE_SIZE);
    UCHAR *System, *User = NULL;

    if (!CHECK(Mdl != NULL))
        return;
    System = MmMapLockedPagesSpecifyCache(
        Mdl, KernelMode, MmCached, NULL, FALSE, NormalPagePriority);
    __try {
        User = MmMapLockedPagesSpecifyCache(
            Mdl, UserMode, MmCached, NULL, FALSE, NormalPagePriority);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        CHECK_STATUS(GetExceptionCode(), STATUS_SUCCESS);
    }
    if (CHECK(System != NULL) && CHECK(User != NULL)) {
        CHECK((PVOID)User < MmHighestUserAddress);
        System[2 * PAGE_SIZE + 1] = 0x42;
        CHECK_EQ(User[2 * PAGE_SIZE + 1], 0x42);
        User[5] = 0x43;
        CHECK_EQ(System[5], 0x43);
        MmUnmapLockedPages(User, Mdl);
    }
    if (System != NULL)
        MmUnmapLockedPages(System, Mdl);
    MmFreePagesFromMdl(Mdl);
    ExFreePool(Mdl);
}

TEST(MmMapLockedPages, UserModeShowsPoolToTheProcess)
{
    UCHAR *Buffer = MdlTestAllocate(2 * PAGE_SIZE), *User = NULL;
    PMDL Mdl = Buffer != NULL ? IoAllocateMdl(Buffer + 8, PAGE_SIZE, FALSE, FALSE, NULL) : NULL;

    if (CHECK(Mdl != NULL)) {
        MmBuildMdlForNonPagedPool(Mdl);
        __try {
            User = MmMapLockedPages(Mdl, UserMode);
        } __except (EXCEPTION_EXECUTE_HANDLER) {
            CHECK_STATUS(GetExceptionCode(), STATUS_SUCCESS);
        }
        if (CHECK(User != NULL)) {
            CHECK_EQ((ULONG_PTR)User & (PAGE_SIZE - 1), 8);
            Buffer[8] = 0x99;
            CHECK_EQ(User[0], 0x99);
            MmUnmapLockedPages(User, Mdl);
        }
        IoFreeMdl(Mdl);
    }
    if (Buffer != NULL)
        MdlTestFree(Buffer);
}

/* The pages of a mapping of physical memory, mapped once more. */
TEST(MmBuildMdlForNonPagedPool, TakesIoSpace)
{
    UCHAR *Buffer = MmAllocateContiguousMemory(2 * PAGE_SIZE, At(0x7FFFFFFF)), *View, *User = NULL;
    PMDL Mdl;

    if (!CHECK(Buffer != NULL))
        return;
    View = MmMapIoSpace(MmGetPhysicalAddress(Buffer), 2 * PAGE_SIZE, MmNonCached);
    Mdl = View != NULL ? IoAllocateMdl(View, 2 * PAGE_SIZE, FALSE, FALSE, NULL) : NULL;
    if (Mdl != NULL) {
        MmBuildMdlForNonPagedPool(Mdl);
        CHECK(MdlTestHasPagesOf(Mdl, Buffer));
        __try {
            User = MmMapLockedPagesSpecifyCache(
                Mdl, UserMode, MmNonCached, NULL, FALSE, NormalPagePriority);
        } __except (EXCEPTION_EXECUTE_HANDLER) {
            CHECK_STATUS(GetExceptionCode(), STATUS_SUCCESS);
        }
        if (CHECK(User != NULL)) {
            Buffer[PAGE_SIZE] = 0x31;
            CHECK_EQ(User[PAGE_SIZE], 0x31);
            MmUnmapLockedPages(User, Mdl);
        }
        IoFreeMdl(Mdl);
    }
    if (View != NULL)
        MmUnmapIoSpace(View, 2 * PAGE_SIZE);
    MmFreeContiguousMemory(Buffer);
}

static const ULONG ReadOnly = 0x11223344;

/* A driver's read-only data, through a mapping of its own. */
TEST(MmMapLockedPagesSpecifyCache, MapsReadOnlyPagesToBeWritten)
{
    PMDL Mdl = IoAllocateMdl((PVOID)(ULONG_PTR)&ReadOnly, sizeof(ReadOnly), FALSE, FALSE, NULL);
    volatile ULONG *View;

    if (!CHECK(Mdl != NULL))
        return;
    if (CHECK_STATUS(MdlTestLock(Mdl, KernelMode, IoReadAccess), STATUS_SUCCESS)) {
        View = MmMapLockedPagesSpecifyCache(
            Mdl, KernelMode, MmNonCached, NULL, FALSE, NormalPagePriority);
        if (CHECK(View != NULL)) {
            CHECK_STATUS(MmProtectMdlSystemAddress(Mdl, PAGE_READWRITE), STATUS_SUCCESS);
            *View = 0x55667788;
            CHECK_EQ(*(const volatile ULONG *)&ReadOnly, 0x55667788);
            *View = 0x11223344;
            MmUnmapLockedPages((PVOID)(ULONG_PTR)View, Mdl);
        }
        MmUnlockPages(Mdl);
    }
    IoFreeMdl(Mdl);
}

TEST(MmProtectMdlSystemAddress, RefusesWhatIsNotMapped)
{
    UCHAR *Buffer = MdlTestAllocate(PAGE_SIZE);
    PMDL Mdl = Buffer != NULL ? IoAllocateMdl(Buffer, PAGE_SIZE, FALSE, FALSE, NULL) : NULL;

    if (CHECK(Mdl != NULL)) {
        CHECK_STATUS(MdlTestLock(Mdl, KernelMode, IoWriteAccess), STATUS_SUCCESS);
        CHECK_STATUS(MmProtectMdlSystemAddress(Mdl, PAGE_READWRITE), STATUS_NOT_MAPPED_VIEW);
        if (MmMapLockedPagesSpecifyCache(
                Mdl, KernelMode, MmCached, NULL, FALSE, NormalPagePriority) != NULL)
            CHECK_STATUS(MmProtectMdlSystemAddress(Mdl, 0x7777), STATUS_INVALID_PAGE_PROTECTION);
        MmUnlockPages(Mdl);
        IoFreeMdl(Mdl);
    }
    if (Buffer != NULL)
        MdlTestFree(Buffer);
}

TEST(MmCreateMdl, DescribesABuffer)
{
    UCHAR *Buffer = MdlTestAllocate(2 * PAGE_SIZE);
    PMDL Mdl = Buffer != NULL ? MmCreateMdl(NULL, Buffer + 100, PAGE_SIZE) : NULL;

    if (CHECK(Mdl != NULL)) {
        CHECK_PTR(MmGetMdlVirtualAddress(Mdl), Buffer + 100);
        CHECK_EQ(MmGetMdlByteCount(Mdl), PAGE_SIZE);
        MmBuildMdlForNonPagedPool(Mdl);
        CHECK(MdlTestHasPagesOf(Mdl, Buffer));
        CHECK_PTR(MmCreateMdl(Mdl, Buffer, 10), Mdl);
        CHECK_EQ(MmGetMdlByteCount(Mdl), 10);
        IoFreeMdl(Mdl);
    }
    if (Buffer != NULL)
        MdlTestFree(Buffer);
}

TEST(MmAllocateNodePagesForMdlEx, KnowsTheFirstNode)
{
    PMDL(NTAPI * Allocate)
    (PHYSICAL_ADDRESS, PHYSICAL_ADDRESS, PHYSICAL_ADDRESS, SIZE_T, MEMORY_CACHING_TYPE, ULONG,
        ULONG) = KtestExport(L"MmAllocateNodePagesForMdlEx");

    if (Allocate == NULL)
        return;
    CheckPages(Allocate(At(0), At(MAXLONGLONG), At(0), 3 * PAGE_SIZE, MmCached, 0,
                   ALLOCATE_FULLY_REQUIRED),
        3 * PAGE_SIZE);
    CHECK_PTR(Allocate(At(0), At(0xFFE), At(0), PAGE_SIZE, MmCached, 0, 0), NULL);
}
