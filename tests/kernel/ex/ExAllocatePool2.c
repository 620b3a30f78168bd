/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ExAllocatePool2 - pool by flags, zeroed unless declined. Windows 10 2004 and later: the address
 * is looked up, so that the driver loads on older ones, where these tests are skipped.
 */
#include "pool_test.h"

#define FLAG_USE_QUOTA            0x00000001ull
#define FLAG_UNINITIALIZED        0x00000002ull
#define FLAG_CACHE_ALIGNED        0x00000008ull
#define FLAG_RAISE_ON_FAILURE     0x00000020ull
#define FLAG_NON_PAGED            0x00000040ull
#define FLAG_NON_PAGED_EXECUTE    0x00000080ull
#define FLAG_PAGED                0x00000100ull
#define FLAG_UNKNOWN_REQUIRED     0x40000000ull
#define FLAG_UNKNOWN_OPTIONAL     0x0000100000000000ull

typedef PVOID(NTAPI *ALLOCATE_POOL_2)(ULONG64 Flags, SIZE_T NumberOfBytes, ULONG Tag);

/* The routine, or NULL with the test marked as skipped. */
static ALLOCATE_POOL_2 Find(VOID)
{
    ALLOCATE_POOL_2 Allocate = (ALLOCATE_POOL_2)KtestExport(L"ExAllocatePool2");

    if (Allocate == NULL)
        skip("this Windows has no ExAllocatePool2");
    return Allocate;
}

TEST(ExAllocatePool2, ZeroesTheBlock)
{
    static const SIZE_T Sizes[] = {1, 24, 100, 1000, PAGE_SIZE - 64, PAGE_SIZE, 20000};
    ALLOCATE_POOL_2 Allocate = Find();
    ULONG At;

    for (At = 0; Allocate != NULL && At < RTL_NUMBER_OF(Sizes); At++) {
        ULONG Round;

        for (Round = 0; Round < 8; Round++) { /* later rounds reuse what the first soiled */
            UCHAR *Block = Allocate(FLAG_NON_PAGED, Sizes[At], POOL_TEST_TAG);

            if (!CHECK(Block != NULL))
                return;
            CHECK(PoolTestIsFilled(Block, Sizes[At], 0));
            RtlFillMemory(Block, Sizes[At], 0xFF);
            ExFreePoolWithTag(Block, POOL_TEST_TAG);
        }
    }
}

TEST(ExAllocatePool2, HasEveryPool)
{
    static const ULONG64 Flags[] = {
        FLAG_NON_PAGED, FLAG_NON_PAGED_EXECUTE, FLAG_PAGED,
        FLAG_NON_PAGED | FLAG_UNINITIALIZED, FLAG_PAGED | FLAG_USE_QUOTA,
    };
    ALLOCATE_POOL_2 Allocate = Find();
    ULONG At;

    for (At = 0; Allocate != NULL && At < RTL_NUMBER_OF(Flags); At++) {
        PVOID Block = Allocate(Flags[At], 100, POOL_TEST_TAG);

        if (!CHECK(Block != NULL))
            return;
        CHECK(PoolTestIsAligned(Block, POOL_TEST_ALIGNMENT));
        RtlFillMemory(Block, 100, 0xFF);
        ExFreePoolWithTag(Block, POOL_TEST_TAG);
    }
}

TEST(ExAllocatePool2, StartsLargeBlocksOnAPage)
{
    ALLOCATE_POOL_2 Allocate = Find();
    PVOID Block;

    if (Allocate == NULL)
        return;
    Block = Allocate(FLAG_PAGED, PAGE_SIZE, POOL_TEST_TAG);
    if (!CHECK(Block != NULL))
        return;
    CHECK(PoolTestIsAligned(Block, PAGE_SIZE));
    ExFreePoolWithTag(Block, POOL_TEST_TAG);
}

TEST(ExAllocatePool2, AlignsToCacheLinesIfAsked)
{
    ALLOCATE_POOL_2 Allocate = Find();
    ULONG Round;

    for (Round = 0; Allocate != NULL && Round < 16; Round++) {
        PVOID Block = Allocate(FLAG_NON_PAGED | FLAG_CACHE_ALIGNED, 40 + Round, POOL_TEST_TAG);

        if (!CHECK(Block != NULL))
            return;
        CHECK(PoolTestIsAligned(Block, 64));
        ExFreePoolWithTag(Block, POOL_TEST_TAG);
    }
}

TEST(ExAllocatePool2, TagZeroIsRefused)
{
    ALLOCATE_POOL_2 Allocate = Find();

    if (Allocate != NULL)
        CHECK_PTR(Allocate(FLAG_NON_PAGED, 100, 0), NULL);
}

TEST(ExAllocatePool2, NoPoolIsRefused)
{
    ALLOCATE_POOL_2 Allocate = Find();

    if (Allocate != NULL) {
        CHECK_PTR(Allocate(0, 100, POOL_TEST_TAG), NULL);
        CHECK_PTR(Allocate(FLAG_UNINITIALIZED, 100, POOL_TEST_TAG), NULL);
    }
}

TEST(ExAllocatePool2, UnknownRequiredFlagsAreRefused)
{
    ALLOCATE_POOL_2 Allocate = Find();

    if (Allocate != NULL)
        CHECK_PTR(Allocate(FLAG_NON_PAGED | FLAG_UNKNOWN_REQUIRED, 100, POOL_TEST_TAG), NULL);
}

TEST(ExAllocatePool2, UnknownOptionalFlagsAreIgnored)
{
    ALLOCATE_POOL_2 Allocate = Find();
    PVOID Block;

    if (Allocate == NULL)
        return;
    Block = Allocate(FLAG_NON_PAGED | FLAG_UNKNOWN_OPTIONAL, 100, POOL_TEST_TAG);
    if (CHECK(Block != NULL))
        ExFreePoolWithTag(Block, POOL_TEST_TAG);
}

TEST(ExAllocatePool2, TooMuchIsNull)
{
    ALLOCATE_POOL_2 Allocate = Find();

    if (Allocate != NULL)
        CHECK_PTR(Allocate(FLAG_NON_PAGED, POOL_TEST_TOO_MUCH, POOL_TEST_TAG), NULL);
}

TEST(ExAllocatePool2, FailureRaisesIfAsked)
{
    ALLOCATE_POOL_2 Allocate = Find();
    volatile BOOLEAN Raised = FALSE;

    if (Allocate == NULL)
        return;
    __try {
        CHECK_PTR(Allocate(FLAG_NON_PAGED | FLAG_RAISE_ON_FAILURE, POOL_TEST_TOO_MUCH,
                           POOL_TEST_TAG), NULL);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Raised = TRUE;
    }
    CHECK(Raised);
}
