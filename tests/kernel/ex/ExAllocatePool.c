/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ExAllocatePool, ExAllocatePoolWithQuota - the forms without a tag; wdm.h makes the others of
 * them.
 */
#include "pool_test.h"

#define QUOTA_FAIL_INSTEAD_OF_RAISE 8

typedef PVOID(NTAPI *ALLOCATE_POOL)(POOL_TYPE PoolType, SIZE_T NumberOfBytes);

static VOID CheckBlocks(ALLOCATE_POOL Allocate)
{
    static const SIZE_T Sizes[] = {1, 100, 2000, PAGE_SIZE, 5 * PAGE_SIZE + 1};
    ULONG At;

    for (At = 0; At < 2 * RTL_NUMBER_OF(Sizes); At++) {
        SIZE_T Size = Sizes[At / 2];
        UCHAR *Block = Allocate(At % 2 == 0 ? NonPagedPool : PagedPool, Size);

        if (!CHECK(Block != NULL))
            return;
        CHECK(PoolTestIsAligned(Block, Size < PAGE_SIZE ? POOL_TEST_ALIGNMENT : PAGE_SIZE));
        RtlFillMemory(Block, Size, 0x5A);
        ExFreePool(Block);
    }
}

TEST(ExAllocatePool, GivesBlocksOfEverySize)
{
    ALLOCATE_POOL Allocate = (ALLOCATE_POOL)KtestExport(L"ExAllocatePool");

    if (CHECK(Allocate != NULL))
        CheckBlocks(Allocate);
}

TEST(ExAllocatePool, TooMuchIsNull)
{
    ALLOCATE_POOL Allocate = (ALLOCATE_POOL)KtestExport(L"ExAllocatePool");

    CHECK_PTR(Allocate(NonPagedPool, POOL_TEST_TOO_MUCH), NULL);
}

TEST(ExAllocatePoolWithQuota, GivesBlocksOfEverySize)
{
    ALLOCATE_POOL Allocate = (ALLOCATE_POOL)KtestExport(L"ExAllocatePoolWithQuota");

    if (CHECK(Allocate != NULL))
        CheckBlocks(Allocate);
}

TEST(ExAllocatePoolWithQuota, TooMuchRaisesUnlessAskedNotTo)
{
    ALLOCATE_POOL Allocate = (ALLOCATE_POOL)KtestExport(L"ExAllocatePoolWithQuota");
    volatile NTSTATUS Status = STATUS_SUCCESS;

    CHECK_PTR(Allocate(PagedPool | QUOTA_FAIL_INSTEAD_OF_RAISE, POOL_TEST_TOO_MUCH), NULL);
    __try {
        Allocate(PagedPool, POOL_TEST_TOO_MUCH);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Status = GetExceptionCode();
    }
    CHECK(Status == STATUS_INSUFFICIENT_RESOURCES || Status == STATUS_QUOTA_EXCEEDED);
}

/* ExAllocatePoolZero of wdm.h. */
TEST(ExAllocatePoolWithTag, ZeroesIfAsked)
{
    ULONG Round;

    for (Round = 0; Round < 16; Round++) {
        UCHAR *Block = ExAllocatePoolWithTag(NonPagedPool, 300, POOL_TEST_TAG);

        if (!CHECK(Block != NULL))
            return;
        RtlFillMemory(Block, 300, 0xFF);
        ExFreePoolWithTag(Block, POOL_TEST_TAG);
        Block = ExAllocatePoolWithTag(NonPagedPool | 1024, 300, POOL_TEST_TAG);
        if (!CHECK(Block != NULL))
            return;
        CHECK(PoolTestIsFilled(Block, 300, 0));
        ExFreePoolWithTag(Block, POOL_TEST_TAG);
    }
}

TEST(ExAllocatePoolWithTag, CacheAlignedBlocksAre)
{
    ULONG Round;

    for (Round = 0; Round < 8; Round++) {
        PVOID Block = ExAllocatePoolWithTag(NonPagedPoolCacheAligned, 40 + Round, POOL_TEST_TAG);

        if (!CHECK(Block != NULL))
            return;
        CHECK(PoolTestIsAligned(Block, 64));
        ExFreePoolWithTag(Block, POOL_TEST_TAG);
    }
}

TEST(ExQueryPoolBlockSize, IsAtLeastWhatWasAskedFor)
{
    SIZE_T(NTAPI *Query)(PVOID, PBOOLEAN) = KtestExport(L"ExQueryPoolBlockSize");
    PVOID Block = ExAllocatePoolWithTag(NonPagedPool, 200, POOL_TEST_TAG);
    BOOLEAN Charged = TRUE;

    if (CHECK(Query != NULL) && CHECK(Block != NULL)) {
        CHECK(Query(Block, &Charged) >= 200);
        CHECK(!Charged);
    }
    if (Block != NULL)
        ExFreePoolWithTag(Block, POOL_TEST_TAG);
}
