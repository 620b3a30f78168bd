/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ExAllocatePoolWithTagPriority - pool with a say in who goes without.
 */
#include "pool_test.h"

TEST(ExAllocatePoolWithTagPriority, EveryPriorityIsServed)
{
    static const EX_POOL_PRIORITY Priorities[] = {
        LowPoolPriority, NormalPoolPriority, HighPoolPriority,
        LowPoolPrioritySpecialPoolOverrun, HighPoolPrioritySpecialPoolUnderrun,
    };
    ULONG At;

    for (At = 0; At < RTL_NUMBER_OF(Priorities); At++) {
        UCHAR *Small = ExAllocatePoolWithTagPriority(
            NonPagedPool, 100, POOL_TEST_TAG, Priorities[At]);
        UCHAR *Large = ExAllocatePoolWithTagPriority(
            PagedPool, 3 * PAGE_SIZE, POOL_TEST_TAG, Priorities[At]);

        if (CHECK(Small != NULL)) {
            CHECK(PoolTestIsAligned(Small, POOL_TEST_ALIGNMENT) ||
                Priorities[At] != NormalPoolPriority);
            RtlFillMemory(Small, 100, 0x5A);
            ExFreePoolWithTag(Small, POOL_TEST_TAG);
        }
        if (CHECK(Large != NULL)) {
            CHECK(PoolTestIsAligned(Large, PAGE_SIZE));
            RtlFillMemory(Large, 3 * PAGE_SIZE, 0x5A);
            ExFreePoolWithTag(Large, POOL_TEST_TAG);
        }
    }
}

TEST(ExAllocatePoolWithTagPriority, TooMuchIsNull)
{
    CHECK_PTR(ExAllocatePoolWithTagPriority(
                  NonPagedPool, POOL_TEST_TOO_MUCH, POOL_TEST_TAG, LowPoolPriority),
        NULL);
    CHECK_PTR(ExAllocatePoolWithTagPriority(
                  PagedPool, POOL_TEST_TOO_MUCH, POOL_TEST_TAG, HighPoolPriority),
        NULL);
}

TEST(ExAllocatePoolWithTagPriority, TooMuchRaisesIfAsked)
{
    volatile NTSTATUS Status = STATUS_SUCCESS;

    __try {
        ExAllocatePoolWithTagPriority(
            NonPagedPool | 16, POOL_TEST_TOO_MUCH, POOL_TEST_TAG, NormalPoolPriority);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Status = GetExceptionCode();
    }
    CHECK_STATUS(Status, STATUS_INSUFFICIENT_RESOURCES);
}
