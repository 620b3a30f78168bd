/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ExAllocatePoolWithQuotaTag - pool charged to a process; raises instead of returning NULL.
 */
#include "pool_test.h"

#define QUOTA_FAIL_INSTEAD_OF_RAISE 8 /* POOL_QUOTA_FAIL_INSTEAD_OF_RAISE */

/* What a request raises; STATUS_SUCCESS if it returns. */
static NTSTATUS Raises(SIZE_T Size)
{
    volatile NTSTATUS Status = STATUS_SUCCESS;

    __try {
        PVOID Block = ExAllocatePoolWithQuotaTag(NonPagedPool, Size, POOL_TEST_TAG);

        if (CHECK(Block != NULL)) /* it never returns NULL */
            ExFreePoolWithTag(Block, POOL_TEST_TAG);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Status = GetExceptionCode();
    }
    return Status;
}

TEST(ExAllocatePoolWithQuotaTag, AllocatesAndAligns)
{
    volatile NTSTATUS Status = STATUS_SUCCESS;

    __try {
        UCHAR *Small = ExAllocatePoolWithQuotaTag(NonPagedPool, 100, POOL_TEST_TAG);
        UCHAR *Large;

        CHECK(PoolTestIsAligned(Small, POOL_TEST_ALIGNMENT));
        RtlFillMemory(Small, 100, 0x5A);
        ExFreePoolWithTag(Small, POOL_TEST_TAG);

        Large = ExAllocatePoolWithQuotaTag(PagedPool, 2 * PAGE_SIZE, POOL_TEST_TAG);
        CHECK(PoolTestIsAligned(Large, PAGE_SIZE));
        RtlFillMemory(Large, 2 * PAGE_SIZE, 0x5A);
        ExFreePoolWithTag(Large, POOL_TEST_TAG);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Status = GetExceptionCode();
    }
    CHECK_STATUS(Status, STATUS_SUCCESS);
}

TEST(ExAllocatePoolWithQuotaTag, TooMuchRaises)
{
    NTSTATUS Status = Raises(POOL_TEST_TOO_MUCH);

    CHECK(Status == STATUS_INSUFFICIENT_RESOURCES || Status == STATUS_QUOTA_EXCEEDED);
}

TEST(ExAllocatePoolWithQuotaTag, TooMuchIsNullIfAsked)
{
    volatile NTSTATUS Status = STATUS_SUCCESS;

    __try {
        CHECK_PTR(ExAllocatePoolWithQuotaTag(NonPagedPool | QUOTA_FAIL_INSTEAD_OF_RAISE,
                                             POOL_TEST_TOO_MUCH, POOL_TEST_TAG), NULL);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Status = GetExceptionCode();
    }
    CHECK_STATUS(Status, STATUS_SUCCESS);
}

TEST(ExAllocatePoolWithQuotaTag, WorksAfterItHasRaised)
{
    CHECK(Raises(POOL_TEST_TOO_MUCH) != STATUS_SUCCESS);
    CHECK_STATUS(Raises(100), STATUS_SUCCESS);
}
