/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeReleaseMutex - by the owner only, as often as it waited.
 */
#include "kthread.h"

/* The status raised; STATUS_SUCCESS for nothing. */
static NTSTATUS Release(KMUTEX *Mutex)
{
    volatile NTSTATUS Status = STATUS_SUCCESS;

    __try {
        KeReleaseMutex(Mutex, FALSE);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Status = GetExceptionCode();
    }
    return Status;
}

TEST(KeReleaseMutex, IsZeroWhenTheMutexIsFree)
{
    KMUTEX Mutex;

    KeInitializeMutex(&Mutex, 0);
    KtestPoll(&Mutex);
    KtestPoll(&Mutex);
    CHECK(KeReleaseMutex(&Mutex, FALSE) != 0);
    CHECK(KeReadStateMutex(&Mutex) != 1);
    CHECK_EQ(KeReleaseMutex(&Mutex, FALSE), 0);
    CHECK_EQ(KeReadStateMutex(&Mutex), 1);
}

TEST_FORBIDDEN(KeReleaseMutex, OfAFreeMutexRaises)
{
    KMUTEX Mutex;

    KeInitializeMutex(&Mutex, 0);
    CHECK_STATUS(Release(&Mutex), STATUS_MUTANT_NOT_OWNED);
    CHECK_EQ(KeReadStateMutex(&Mutex), 1);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

typedef struct STRANGER {
    KMUTEX Mutex;
    NTSTATUS Status;
} STRANGER;

static VOID NTAPI StrangerThread(PVOID Context)
{
    STRANGER *Test = Context;

    Test->Status = Release(&Test->Mutex);
}

TEST_FORBIDDEN(KeReleaseMutex, ByAnotherThreadRaises)
{
    STRANGER Test;

    KeInitializeMutex(&Test.Mutex, 0);
    Test.Status = STATUS_SUCCESS;
    KtestPoll(&Test.Mutex);
    KtestJoinThread(KtestStartThread(StrangerThread, &Test));
    CHECK_STATUS(Test.Status, STATUS_MUTANT_NOT_OWNED);
    CHECK(KeReadStateMutex(&Test.Mutex) != 1);
    CHECK_EQ(KeReleaseMutex(&Test.Mutex, FALSE), 0);
}

TEST(KeReleaseMutex, WithWaitGoesOnToTheWait)
{
    KMUTEX Mutex;
    LARGE_INTEGER Timeout;
    KIRQL Between;
    LONG Previous;

    KeInitializeMutex(&Mutex, 0);
    KtestPoll(&Mutex);
    Timeout.QuadPart = KTEST_PATIENCE;
    Previous = KeReleaseMutex(&Mutex, TRUE);
    Between = KeGetCurrentIrql();
    CHECK_STATUS(KeWaitForSingleObject(&Mutex, Executive, KernelMode, FALSE, &Timeout),
                 STATUS_SUCCESS);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    CHECK_EQ(Between, DISPATCH_LEVEL);
    CHECK_EQ(Previous, 0);
    CHECK_EQ(KeReleaseMutex(&Mutex, FALSE), 0);
}
