/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ExAllocatePoolWithTag - where blocks lie, that they are the caller's alone, and what cannot be
 * had.
 */
#include "pool_test.h"

#define RAISE_IF_ALLOCATION_FAILURE 16 /* POOL_RAISE_IF_ALLOCATION_FAILURE */

static VOID CheckAlignment(POOL_TYPE PoolType)
{
    SIZE_T Size;

    for (Size = 1; Size <= 600; Size++) {
        PVOID Block = ExAllocatePoolWithTag(PoolType, Size, POOL_TEST_TAG);

        if (!CHECK(Block != NULL))
            return;
        CHECK(PoolTestIsAligned(Block, POOL_TEST_ALIGNMENT));
        ExFreePoolWithTag(Block, POOL_TEST_TAG);
    }
}

TEST(ExAllocatePoolWithTag, AlignsSmallNonPagedBlocks)
{
    CheckAlignment(NonPagedPool);
}

TEST(ExAllocatePoolWithTag, AlignsSmallPagedBlocks)
{
    CheckAlignment(PagedPool);
}

TEST(ExAllocatePoolWithTag, StartsLargeBlocksOnAPage)
{
    static const SIZE_T Sizes[] = {PAGE_SIZE, PAGE_SIZE + 1, 2 * PAGE_SIZE, 100000};
    ULONG At;

    for (At = 0; At < RTL_NUMBER_OF(Sizes); At++) {
        POOL_TYPE PoolType = At % 2 == 0 ? NonPagedPool : PagedPool;
        UCHAR *Block = ExAllocatePoolWithTag(PoolType, Sizes[At], POOL_TEST_TAG);

        if (!CHECK(Block != NULL))
            return;
        CHECK(PoolTestIsAligned(Block, PAGE_SIZE));
        RtlFillMemory(Block, Sizes[At], 0x5A);
        CHECK(PoolTestIsFilled(Block, Sizes[At], 0x5A));
        ExFreePoolWithTag(Block, POOL_TEST_TAG);
    }
}

/* Many blocks at once, each filled with its number: none reaches into another or over a page. */
TEST(ExAllocatePoolWithTag, GivesEveryCallerItsOwnBytes)
{
    UCHAR *Blocks[64];
    ULONG Count;
    ULONG At;

    for (Count = 0; Count < RTL_NUMBER_OF(Blocks); Count++) {
        SIZE_T Size = 1 + 61 * Count;

        Blocks[Count] = ExAllocatePoolWithTag(NonPagedPool, Size, POOL_TEST_TAG);
        if (!CHECK(Blocks[Count] != NULL))
            break;
        if (Size < PAGE_SIZE)
            CHECK_EQ((ULONG_PTR)Blocks[Count] / PAGE_SIZE,
                     ((ULONG_PTR)Blocks[Count] + Size - 1) / PAGE_SIZE);
        RtlFillMemory(Blocks[Count], Size, (UCHAR)Count);
    }
    for (At = 0; At < Count; At++) {
        CHECK(PoolTestIsFilled(Blocks[At], 1 + 61 * At, (UCHAR)At));
        ExFreePoolWithTag(Blocks[At], POOL_TEST_TAG);
    }
}

TEST(ExAllocatePoolWithTag, NonPagedWorksAtDispatchLevel)
{
    KIRQL OldIrql;
    UCHAR *Block;

    KeRaiseIrql(DISPATCH_LEVEL, &OldIrql);
    Block = ExAllocatePoolWithTag(NonPagedPool, 100, POOL_TEST_TAG);
    if (Block != NULL) {
        RtlFillMemory(Block, 100, 0x5A);
        ExFreePoolWithTag(Block, POOL_TEST_TAG);
    }
    KeLowerIrql(OldIrql);
    CHECK(Block != NULL);
}

TEST(ExAllocatePoolWithTag, TooMuchIsNull)
{
    CHECK_PTR(ExAllocatePoolWithTag(NonPagedPool, POOL_TEST_TOO_MUCH, POOL_TEST_TAG), NULL);
    CHECK_PTR(ExAllocatePoolWithTag(PagedPool, POOL_TEST_TOO_MUCH, POOL_TEST_TAG), NULL);
}

TEST(ExAllocatePoolWithTag, TooMuchRaisesIfAsked)
{
    volatile NTSTATUS Status = STATUS_SUCCESS;

    __try {
        CHECK_PTR(ExAllocatePoolWithTag(NonPagedPool | RAISE_IF_ALLOCATION_FAILURE,
                                        POOL_TEST_TOO_MUCH, POOL_TEST_TAG), NULL);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Status = GetExceptionCode();
    }
    CHECK_STATUS(Status, STATUS_INSUFFICIENT_RESOURCES);
}

/* Documented as a mistake, which Driver Verifier stops at; otherwise a block like any other. */
TEST(ExAllocatePoolWithTag, NoBytesAreABlockToo)
{
    ULONG(NTAPI *IsVerifying)(PDRIVER_OBJECT) = KtestExport(L"MmIsDriverVerifying");
    PVOID First;
    PVOID Second;

    if (IsVerifying != NULL && IsVerifying(KtestDriverObject)) {
        skip("Driver Verifier is on");
        return;
    }
    First = ExAllocatePoolWithTag(NonPagedPool, 0, POOL_TEST_TAG);
    Second = ExAllocatePoolWithTag(NonPagedPool, 0, POOL_TEST_TAG);
    CHECK(First != NULL && Second != NULL && First != Second);
    if (First != NULL)
        ExFreePoolWithTag(First, POOL_TEST_TAG);
    if (Second != NULL)
        ExFreePoolWithTag(Second, POOL_TEST_TAG);
}
