/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Contiguous and non-cached memory with its limits; MmMapIoSpaceEx; where there is RAM; what kind
 * of system it is.
 */
#include "mdl_test.h"

static PHYSICAL_ADDRESS At(LONGLONG Address)
{
    PHYSICAL_ADDRESS Result;

    Result.QuadPart = Address;
    return Result;
}

TEST(MmAllocateContiguousMemorySpecifyCache, KeepsToRangeAndBoundary)
{
    SIZE_T Bytes = 5 * PAGE_SIZE;
    ULONG Round;

    for (Round = 0; Round < 8; Round++) {
        UCHAR *Memory = MmAllocateContiguousMemorySpecifyCache(
            Bytes, At(0x100000), At(0xFFFFFFF), At(0x8000), MmNonCached);
        LONGLONG First;

        if (!CHECK(Memory != NULL))
            return;
        First = MmGetPhysicalAddress(Memory).QuadPart;
        CHECK(First >= 0x100000 && First + (LONGLONG)Bytes <= 0x10000000);
        CHECK_EQ(First / 0x8000, (First + (LONGLONG)Bytes - 1) / 0x8000);
        RtlFillMemory(Memory, Bytes, 0x5A);
        MmFreeContiguousMemorySpecifyCache(Memory, Bytes, MmNonCached);
    }
}

TEST(MmAllocateContiguousMemorySpecifyCache, WhatCannotBeIsNull)
{
    CHECK_PTR(MmAllocateContiguousMemorySpecifyCache(
                  PAGE_SIZE, At(0x10000000), At(0x1000), At(0), MmCached),
        NULL);
    CHECK_PTR(MmAllocateContiguousMemorySpecifyCache(
                  3 * PAGE_SIZE, At(0), At(MAXLONGLONG), At(0x2000), MmCached),
        NULL);
    CHECK_PTR(MmAllocateContiguousMemorySpecifyCache(
                  ~(SIZE_T)0 >> 1, At(0), At(MAXLONGLONG), At(0), MmCached),
        NULL);
}

TEST(MmAllocateContiguousMemory, AnyAddressMayBeSaidWithAllBits)
{
    PVOID Memory = MmAllocateContiguousMemory(PAGE_SIZE, At(-1));

    if (CHECK(Memory != NULL))
        MmFreeContiguousMemory(Memory);
    Memory = MmAllocateContiguousMemorySpecifyCache(PAGE_SIZE, At(0), At(-1), At(0), MmCached);
    if (CHECK(Memory != NULL))
        MmFreeContiguousMemorySpecifyCache(Memory, PAGE_SIZE, MmCached);
}

TEST(MmFreeContiguousMemorySpecifyCache, MemoryComesBack)
{
    ULONG Round;

    for (Round = 0; Round < 300; Round++) {
        PVOID Memory = MmAllocateContiguousMemorySpecifyCache(
            0x800000, At(0), At(MAXLONGLONG), At(0), MmCached);

        if (!CHECK(Memory != NULL))
            return;
        MmFreeContiguousMemorySpecifyCache(Memory, 0x800000, MmCached);
    }
}

TEST(MmFreeContiguousMemory, MemoryComesBack)
{
    ULONG Round;

    for (Round = 0; Round < 300; Round++) {
        PVOID Memory = MmAllocateContiguousMemory(0x800000, At(MAXLONGLONG));

        if (!CHECK(Memory != NULL))
            return;
        MmFreeContiguousMemory(Memory);
    }
}

TEST(MmAllocateNonCachedMemory, GivesWholePages)
{
    UCHAR *Memory = MmAllocateNonCachedMemory(5000);

    if (!CHECK(Memory != NULL))
        return;
    CHECK_EQ((ULONG_PTR)Memory & (PAGE_SIZE - 1), 0);
    RtlFillMemory(Memory, 2 * PAGE_SIZE, 0x5A);
    MmFreeNonCachedMemory(Memory, 5000);
    CHECK_PTR(MmAllocateNonCachedMemory(~(SIZE_T)0 >> 1), NULL);
}

TEST(MmFreeNonCachedMemory, MemoryComesBack)
{
    ULONG Round;

    for (Round = 0; Round < 300; Round++) {
        PVOID Memory = MmAllocateNonCachedMemory(0x800000);

        if (!CHECK(Memory != NULL))
            return;
        MmFreeNonCachedMemory(Memory, 0x800000);
    }
}

TEST(MmMapIoSpaceEx, ProtectsAsAsked)
{
    PVOID(NTAPI *Map)(PHYSICAL_ADDRESS, SIZE_T, ULONG) = KtestExport(L"MmMapIoSpaceEx");
    UCHAR *Memory = MmAllocateContiguousMemory(PAGE_SIZE, At(MAXLONGLONG));
    UCHAR *View;

    if (Map == NULL || !CHECK(Memory != NULL)) {
        skip("this Windows has no MmMapIoSpaceEx");
        return;
    }
    Memory[9] = 0x19;
    View = Map(MmGetPhysicalAddress(Memory), PAGE_SIZE, PAGE_READONLY | PAGE_NOCACHE);
    if (CHECK(View != NULL)) {
        CHECK_EQ(View[9], 0x19);
        MmUnmapIoSpace(View, PAGE_SIZE);
    }
    View = Map(MmGetPhysicalAddress(Memory), PAGE_SIZE, PAGE_READWRITE);
    if (CHECK(View != NULL)) {
        View[9] = 0x20;
        CHECK_EQ(Memory[9], 0x20);
        MmUnmapIoSpace(View, PAGE_SIZE);
    }
    CHECK_PTR(Map(MmGetPhysicalAddress(Memory), PAGE_SIZE, 0), NULL);
    CHECK_PTR(Map(MmGetPhysicalAddress(Memory), PAGE_SIZE,
                  PAGE_READWRITE | PAGE_NOCACHE | PAGE_WRITECOMBINE),
        NULL);
    MmFreeContiguousMemory(Memory);
}

/* Where neither RAM nor a device is, a PC's bus gives ones. */
TEST(MmMapIoSpace, MapsWhereThereIsNothing)
{
    ULONG *View = MmMapIoSpace(At(0xFF000000), 0x2000, MmNonCached);

    if (View == NULL) {
        skip("this Windows maps no such memory");
        return;
    }
    CHECK_EQ(MmGetPhysicalAddress(View).QuadPart, 0xFF000000);
    View[0] = View[0];
    MmUnmapIoSpace(View, 0x2000);
}

TEST(MmUnmapIoSpace, RoomComesBack)
{
    UCHAR *Memory = MmAllocateContiguousMemory(PAGE_SIZE, At(MAXLONGLONG));
    ULONG Round;

    for (Round = 0; CHECK(Memory != NULL) && Round < 3000; Round++) {
        PVOID View = MmMapIoSpace(MmGetPhysicalAddress(Memory), PAGE_SIZE, MmCached);

        if (View == NULL)
            break;
        MmUnmapIoSpace(View, PAGE_SIZE);
    }
    CHECK(Round == 0 || Round == 3000);
    if (Memory != NULL)
        MmFreeContiguousMemory(Memory);
}

TEST(MmMapVideoDisplay, IsMmMapIoSpace)
{
    PVOID(NTAPI * Map)
    (PHYSICAL_ADDRESS, SIZE_T, MEMORY_CACHING_TYPE) = KtestExport(L"MmMapVideoDisplay");
    VOID(NTAPI *Unmap)(PVOID, SIZE_T) = KtestExport(L"MmUnmapVideoDisplay");
    UCHAR *Memory = MmAllocateContiguousMemory(PAGE_SIZE, At(MAXLONGLONG));
    UCHAR *View;

    if (CHECK(Map != NULL && Unmap != NULL) && CHECK(Memory != NULL)) {
        View = Map(MmGetPhysicalAddress(Memory), PAGE_SIZE, MmCached);
        if (View != NULL) {
            View[1] = 7;
            CHECK_EQ(Memory[1], 7);
            Unmap(View, PAGE_SIZE);
        }
    }
    if (Memory != NULL)
        MmFreeContiguousMemory(Memory);
}

TEST(MmUnmapVideoDisplay, EndsTheMapping)
{
    PVOID(NTAPI * Map)
    (PHYSICAL_ADDRESS, SIZE_T, MEMORY_CACHING_TYPE) = KtestExport(L"MmMapVideoDisplay");
    VOID(NTAPI *Unmap)(PVOID, SIZE_T) = KtestExport(L"MmUnmapVideoDisplay");
    UCHAR *Memory = MmAllocateContiguousMemory(PAGE_SIZE, At(MAXLONGLONG));
    UCHAR *View;

    if (Memory == NULL)
        return;
    View = Map(MmGetPhysicalAddress(Memory), PAGE_SIZE, MmCached);
    if (View != NULL) {
        Unmap(View, PAGE_SIZE);
        CHECK(!MmIsAddressValid(View));
    }
    MmFreeContiguousMemory(Memory);
}

/* The page of a contiguous allocation lies in one of the ranges. */
TEST(MmGetPhysicalMemoryRanges, HaveAllocatedPages)
{
    PPHYSICAL_MEMORY_RANGE Ranges = MmGetPhysicalMemoryRanges(), Range;
    PVOID Memory = MmAllocateContiguousMemory(PAGE_SIZE, At(MAXLONGLONG));
    BOOLEAN Found = FALSE;

    if (CHECK(Ranges != NULL) && CHECK(Memory != NULL)) {
        LONGLONG Address = MmGetPhysicalAddress(Memory).QuadPart;

        for (Range = Ranges; Range->NumberOfBytes.QuadPart != 0; Range++) {
            CHECK_EQ(Range->NumberOfBytes.QuadPart % PAGE_SIZE, 0);
            Found |= Address >= Range->BaseAddress.QuadPart &&
                Address < Range->BaseAddress.QuadPart + Range->NumberOfBytes.QuadPart;
        }
        CHECK(Found);
        CHECK_EQ(Range->BaseAddress.QuadPart, 0);
    }
    if (Memory != NULL)
        MmFreeContiguousMemory(Memory);
    if (Ranges != NULL)
        ExFreePool(Ranges);
}

TEST(MmQuerySystemSize, IsOneOfThree)
{
    MM_SYSTEMSIZE Size = MmQuerySystemSize();

    CHECK(Size == MmSmallSystem || Size == MmMediumSystem || Size == MmLargeSystem);
}

TEST(MmIsThisAnNtAsSystem, Answers)
{
    BOOLEAN(NTAPI *IsServer)(VOID) = KtestExport(L"MmIsThisAnNtAsSystem");

    if (CHECK(IsServer != NULL))
        CHECK(IsServer() == FALSE || IsServer() == TRUE);
}

TEST(MmIsDriverVerifying, AgreesWithTheOtherForms)
{
    ULONG(NTAPI *ByAddress)(PVOID) = KtestExport(L"MmIsDriverVerifyingByAddress");
    NTSTATUS(NTAPI *Enabled)(ULONG *) = KtestExport(L"MmIsVerifierEnabled");
    ULONG Flags = 0;

    if (ByAddress != NULL)
        CHECK_EQ(ByAddress((PVOID)(ULONG_PTR)At) != 0, MmIsDriverVerifying(KtestDriverObject) != 0);
    if (CHECK(Enabled != NULL) && MmIsDriverVerifying(KtestDriverObject)) {
        CHECK_STATUS(Enabled(&Flags), STATUS_SUCCESS);
        CHECK(Flags != 0);
    }
}

TEST(MmIsDriverVerifyingByAddress, PoolIsNoDriver)
{
    ULONG(NTAPI *ByAddress)(PVOID) = KtestExport(L"MmIsDriverVerifyingByAddress");
    UCHAR *Buffer = MdlTestAllocate(64);

    if (ByAddress != NULL && Buffer != NULL)
        CHECK_EQ(ByAddress(Buffer), 0);
    if (Buffer != NULL)
        MdlTestFree(Buffer);
}

static VOID NTAPI Pageable(VOID)
{
}

/* Locks are counted; what they return stands for the section. */
TEST(MmLockPagableDataSection, GivesAHandle)
{
    PVOID Handle = MmLockPagableDataSection((PVOID)(ULONG_PTR)Pageable);

    if (!CHECK(Handle != NULL))
        return;
    MmLockPagableSectionByHandle(Handle);
    MmUnlockPagableImageSection(Handle);
    MmUnlockPagableImageSection(Handle);
    Pageable();
}

TEST(MmUnlockPagableImageSection, LeavesTheCodeWhereItIs)
{
    PVOID Handle = MmLockPagableDataSection((PVOID)(ULONG_PTR)Pageable);

    if (CHECK(Handle != NULL))
        MmUnlockPagableImageSection(Handle);
    CHECK(MmIsAddressValid((PVOID)(ULONG_PTR)Pageable));
}

TEST(MmLockPagableSectionByHandle, LocksOnceMore)
{
    PVOID Handle = MmLockPagableDataSection((PVOID)(ULONG_PTR)Pageable);

    if (!CHECK(Handle != NULL))
        return;
    MmLockPagableSectionByHandle(Handle);
    MmUnlockPagableImageSection(Handle);
    Pageable();
    MmUnlockPagableImageSection(Handle);
}

TEST(MmPageEntireDriver, GivesTheDriversBase)
{
    PVOID Base = MmPageEntireDriver((PVOID)(ULONG_PTR)Pageable);

    if (CHECK(Base != NULL))
        CHECK_PTR(Base, KtestDriverObject->DriverStart);
    MmResetDriverPaging((PVOID)(ULONG_PTR)Pageable);
    Pageable();
}

TEST(MmResetDriverPaging, MayComeFirst)
{
    MmResetDriverPaging((PVOID)(ULONG_PTR)Pageable);
    Pageable();
}

TEST(MmAllocateContiguousMemorySpecifyCacheNode, KnowsOneNodeAtLeast)
{
    PVOID(NTAPI * Allocate)
    (SIZE_T, PHYSICAL_ADDRESS, PHYSICAL_ADDRESS, PHYSICAL_ADDRESS, MEMORY_CACHING_TYPE,
        ULONG) = KtestExport(L"MmAllocateContiguousMemorySpecifyCacheNode");
    PVOID Memory;

    if (Allocate == NULL)
        return;
    Memory = Allocate(2 * PAGE_SIZE, At(0), At(MAXLONGLONG), At(0), MmCached, 0);
    if (CHECK(Memory != NULL))
        MmFreeContiguousMemory(Memory);
    /* MM_ANY_NODE_OK */
    Memory = Allocate(2 * PAGE_SIZE, At(0), At(MAXLONGLONG), At(0), MmCached, 0x80000000);
    if (CHECK(Memory != NULL))
        MmFreeContiguousMemory(Memory);
    CHECK_PTR(Allocate(~(SIZE_T)0 >> 1, At(0), At(MAXLONGLONG), At(0), MmCached, 0), NULL);
}

TEST(MmAllocateContiguousNodeMemory, ProtectsAsAsked)
{
    PVOID(NTAPI * Allocate)
    (SIZE_T, PHYSICAL_ADDRESS, PHYSICAL_ADDRESS, PHYSICAL_ADDRESS, ULONG, ULONG) = KtestExport(
        L"MmAllocateContiguousNodeMemory");
    UCHAR *Memory;

    if (Allocate == NULL)
        return;
    Memory = Allocate(2 * PAGE_SIZE, At(0), At(MAXLONGLONG), At(0), PAGE_READWRITE, 0);
    if (CHECK(Memory != NULL)) {
        Memory[PAGE_SIZE] = 1;
        MmFreeContiguousMemory(Memory);
    }
    Memory = Allocate(PAGE_SIZE, At(0), At(MAXLONGLONG), At(0), PAGE_EXECUTE_READWRITE, 0);
    if (CHECK(Memory != NULL)) {
        Memory[0] = 0xC3; /* ret */
        ((VOID(*)(VOID))(ULONG_PTR)Memory)();
        MmFreeContiguousMemory(Memory);
    }
    CHECK_PTR(Allocate(PAGE_SIZE, At(0), At(MAXLONGLONG), At(0), 0x7777, 0), NULL);
}

TEST(MmGetPhysicalMemoryRangesEx, IsTheSameForTheSystem)
{
    PPHYSICAL_MEMORY_RANGE(NTAPI *Get)(PVOID) = KtestExport(L"MmGetPhysicalMemoryRangesEx");
    PPHYSICAL_MEMORY_RANGE(NTAPI * Get2)
    (PVOID, ULONG) = KtestExport(L"MmGetPhysicalMemoryRangesEx2");
    PPHYSICAL_MEMORY_RANGE First = MmGetPhysicalMemoryRanges(),
                           Second = Get != NULL ? Get(NULL) : NULL;
    PPHYSICAL_MEMORY_RANGE Third = Get2 != NULL ? Get2(NULL, 0) : NULL;

    if (First != NULL && Second != NULL)
        CHECK_EQ(First->BaseAddress.QuadPart, Second->BaseAddress.QuadPart);
    if (First != NULL && Third != NULL)
        CHECK_EQ(First->BaseAddress.QuadPart, Third->BaseAddress.QuadPart);
    if (First != NULL)
        ExFreePool(First);
    if (Second != NULL)
        ExFreePool(Second);
    if (Third != NULL)
        ExFreePool(Third);
}

TEST(MmGetPhysicalMemoryRangesEx2, RefusesUnknownFlags)
{
    PPHYSICAL_MEMORY_RANGE(NTAPI * Get2)
    (PVOID, ULONG) = KtestExport(L"MmGetPhysicalMemoryRangesEx2");

    if (Get2 != NULL)
        CHECK_PTR(Get2(NULL, 0x80000000), NULL);
}

/* No video adapter with banked memory is there. */
TEST(MmSetBankedSection, NeedsABankedAdapter)
{
    NTSTATUS(NTAPI * Set)
    (HANDLE, PVOID, ULONG, BOOLEAN, PVOID, PVOID) = KtestExport(L"MmSetBankedSection");

    if (Set != NULL)
        CHECK_STATUS(Set(NULL, NULL, 0, FALSE, NULL, NULL), STATUS_NOT_IMPLEMENTED);
}

TEST(MmAllocateMdlForIoSpace, RefusesRam)
{
    typedef struct RANGE {
        PHYSICAL_ADDRESS Address;
        SIZE_T Bytes;
    } RANGE;
    NTSTATUS(NTAPI *Allocate)(RANGE *, SIZE_T, PMDL *) = KtestExport(L"MmAllocateMdlForIoSpace");
    UCHAR *Memory = MmAllocateContiguousMemory(PAGE_SIZE, At(MAXLONGLONG));
    RANGE Range;
    PMDL Mdl;

    if (Allocate != NULL && CHECK(Memory != NULL)) {
        Range.Address = MmGetPhysicalAddress(Memory);
        Range.Bytes = PAGE_SIZE;
        CHECK_STATUS(Allocate(&Range, 1, &Mdl), STATUS_INVALID_PARAMETER_1);
        CHECK_STATUS(Allocate(&Range, 0, &Mdl), STATUS_INVALID_PARAMETER_2);
        Range.Bytes = 100;
        CHECK_STATUS(Allocate(&Range, 1, &Mdl), STATUS_INVALID_PARAMETER_1);
        Range.Address.QuadPart = 0x2000000000;
        Range.Bytes = 2 * PAGE_SIZE;
        if (sizeof(PVOID) == 8 && CHECK_STATUS(Allocate(&Range, 1, &Mdl), STATUS_SUCCESS)) {
            CHECK_EQ(MmGetMdlByteCount(Mdl), 2 * PAGE_SIZE);
            CHECK_EQ(MmGetMdlPfnArray(Mdl)[1], 0x2000001);
            CHECK((Mdl->MdlFlags & MDL_IO_SPACE) != 0);
            IoFreeMdl(Mdl);
        }
    }
    if (Memory != NULL)
        MmFreeContiguousMemory(Memory);
}

TEST(MmIsIoSpaceActive, SeesMappings)
{
    BOOLEAN(NTAPI *IsActive)(PHYSICAL_ADDRESS, SIZE_T) = KtestExport(L"MmIsIoSpaceActive");
    PVOID View;

    if (IsActive == NULL)
        return;
    View = MmMapIoSpace(At(0xFE123000), PAGE_SIZE, MmNonCached);
    if (View != NULL) {
        CHECK(IsActive(At(0xFE123010), 4));
        MmUnmapIoSpace(View, PAGE_SIZE);
    }
    CHECK(!IsActive(At(0xFE123010), 4));
}
