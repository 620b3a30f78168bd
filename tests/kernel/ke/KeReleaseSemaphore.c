/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeReleaseSemaphore - counts, limit and waiters.
 */
#include "wait_test.h"

TEST(KeReleaseSemaphore, AddsAndReturnsTheCountBefore)
{
    KSEMAPHORE Semaphore;

    KeInitializeSemaphore(&Semaphore, 0, 10);
    CHECK_EQ(KeReleaseSemaphore(&Semaphore, IO_NO_INCREMENT, 1, FALSE), 0);
    CHECK_EQ(KeReleaseSemaphore(&Semaphore, IO_NO_INCREMENT, 4, FALSE), 1);
    CHECK_EQ(KeReleaseSemaphore(&Semaphore, IO_NO_INCREMENT, 5, FALSE), 5);
    CHECK_EQ(KeReadStateSemaphore(&Semaphore), 10);
}

/* The status raised; STATUS_SUCCESS for nothing. */
static NTSTATUS Release(KSEMAPHORE *Semaphore, LONG Adjustment)
{
    volatile NTSTATUS Status = STATUS_SUCCESS;

    __try {
        KeReleaseSemaphore(Semaphore, IO_NO_INCREMENT, Adjustment, FALSE);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Status = GetExceptionCode();
    }
    return Status;
}

TEST(KeReleaseSemaphore, BeyondTheLimitRaisesAndChangesNothing)
{
    KSEMAPHORE Semaphore;

    KeInitializeSemaphore(&Semaphore, 3, 4);
    CHECK_STATUS(Release(&Semaphore, 2), STATUS_SEMAPHORE_LIMIT_EXCEEDED);
    CHECK_EQ(KeReadStateSemaphore(&Semaphore), 3);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    CHECK_STATUS(Release(&Semaphore, 1), STATUS_SUCCESS);
    CHECK_STATUS(Release(&Semaphore, 1), STATUS_SEMAPHORE_LIMIT_EXCEEDED);
    CHECK_EQ(KeReadStateSemaphore(&Semaphore), 4);
}

TEST(KeReleaseSemaphore, ASumThatOverflowsIsBeyondTheLimit)
{
    KSEMAPHORE Semaphore;

    KeInitializeSemaphore(&Semaphore, 2, MAXLONG);
    CHECK_STATUS(Release(&Semaphore, MAXLONG), STATUS_SEMAPHORE_LIMIT_EXCEEDED);
    CHECK_EQ(KeReadStateSemaphore(&Semaphore), 2);
}

TEST(KeReleaseSemaphore, LetsAsManyThroughAsItAdds)
{
    KSEMAPHORE Semaphore;
    WAIT_TEST Test;

    KeInitializeSemaphore(&Semaphore, 0, WAIT_TEST_THREADS);
    WaitTestStart(&Test, &Semaphore);
    if (Test.Started > 0) {
        KeReleaseSemaphore(&Semaphore, IO_NO_INCREMENT, 1, FALSE);
        WaitTestNext(&Test);
        CHECK_EQ(Test.Passed, 1);
    }
    if (Test.Started > 1)
        KeReleaseSemaphore(&Semaphore, IO_NO_INCREMENT, Test.Started - 1, FALSE);
    WaitTestEnd(&Test);
    CHECK_EQ(KeReadStateSemaphore(&Semaphore), 0);
}

TEST(KeReleaseSemaphore, WithWaitGoesOnToTheWait)
{
    KSEMAPHORE Semaphore;
    LARGE_INTEGER Timeout;
    KIRQL Between;

    KeInitializeSemaphore(&Semaphore, 0, 1);
    Timeout.QuadPart = KTEST_PATIENCE;
    KeReleaseSemaphore(&Semaphore, IO_NO_INCREMENT, 1, TRUE);
    Between = KeGetCurrentIrql();
    CHECK_STATUS(KeWaitForSingleObject(&Semaphore, Executive, KernelMode, FALSE, &Timeout),
                 STATUS_SUCCESS);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    CHECK_EQ(Between, DISPATCH_LEVEL);
}
