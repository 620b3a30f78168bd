/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ExFreePoolWithTag - what is freed can be had again. (What must not be freed stops the machine:
 * that is tests/kernel/defects.)
 */
#include "pool_test.h"

/* More in all than a pool may grow to: it can only go on if every block comes back. */
static VOID CheckReuse(POOL_TYPE PoolType, SIZE_T Size, ULONG Rounds)
{
    ULONG Round;

    for (Round = 0; Round < Rounds; Round++) {
        UCHAR *Block = ExAllocatePoolWithTag(PoolType, Size, POOL_TEST_TAG);

        if (!CHECK(Block != NULL))
            return;
        Block[0] = 1;
        Block[Size - 1] = 1;
        ExFreePoolWithTag(Block, POOL_TEST_TAG);
    }
}

TEST(ExFreePoolWithTag, LargeBlocksComeBack)
{
    CheckReuse(NonPagedPool, 4 * 1024 * 1024, 2000);
}

TEST(ExFreePoolWithTag, SmallBlocksComeBack)
{
    CheckReuse(NonPagedPool, 64, 50000);
    CheckReuse(PagedPool, 64, 50000);
}

TEST(ExFreePoolWithTag, AnyOrderWillDo)
{
    static const UCHAR Order[] = {3, 0, 7, 5, 1, 6, 2, 4};
    PVOID Blocks[RTL_NUMBER_OF(Order)];
    ULONG At;

    for (At = 0; At < RTL_NUMBER_OF(Blocks); At++) {
        Blocks[At] = ExAllocatePoolWithTag(NonPagedPool, 100 * (At + 1), POOL_TEST_TAG);
        CHECK(Blocks[At] != NULL);
    }
    for (At = 0; At < RTL_NUMBER_OF(Order); At++) {
        if (Blocks[Order[At]] != NULL)
            ExFreePoolWithTag(Blocks[Order[At]], POOL_TEST_TAG);
    }
}

TEST(ExFreePool, FreesATaggedBlock)
{
    PVOID Block = ExAllocatePoolWithTag(NonPagedPool, 100, POOL_TEST_TAG);

    if (CHECK(Block != NULL))
        ExFreePool(Block);
}
