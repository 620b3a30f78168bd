/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ExAcquireFastMutexUnsafe, ExReleaseFastMutexUnsafe - the IRQL stays; the forms that enter and
 * leave a critical region do so.
 */
#include "mutex_test.h"

static VOID Acquire(PVOID Lock)
{
    KeEnterCriticalRegion();
    ExAcquireFastMutexUnsafe(Lock);
}

static VOID Release(PVOID Lock)
{
    ExReleaseFastMutexUnsafe(Lock);
    KeLeaveCriticalRegion();
}

TEST(ExAcquireFastMutexUnsafe, LeavesTheIrql)
{
    FAST_MUTEX Mutex;

    ExInitializeFastMutex(&Mutex);
    Acquire(&Mutex);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    Release(&Mutex);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    CHECK(ExTryToAcquireFastMutex(&Mutex));
    ExReleaseFastMutex(&Mutex);
}

TEST(ExReleaseFastMutexUnsafe, LetsTheNextIn)
{
    FAST_MUTEX Mutex;

    ExInitializeFastMutex(&Mutex);
    MutexTestExcludes(&Mutex, Acquire, Release);
}

typedef VOID(FASTCALL *REGION_MUTEX)(PFAST_MUTEX Mutex);

TEST(ExEnterCriticalRegionAndAcquireFastMutexUnsafe, EntersAndLeaves)
{
    REGION_MUTEX Enter = (REGION_MUTEX)(ULONG_PTR)KtestExport(
        L"ExEnterCriticalRegionAndAcquireFastMutexUnsafe");
    REGION_MUTEX Leave = (REGION_MUTEX)(ULONG_PTR)KtestExport(
        L"ExReleaseFastMutexUnsafeAndLeaveCriticalRegion");
    FAST_MUTEX Mutex;

    if (Enter == NULL || Leave == NULL) {
        skip("not exported here");
        return;
    }
    ExInitializeFastMutex(&Mutex);
    Enter(&Mutex);
    CHECK(KeAreApcsDisabled());
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    CHECK(!ExTryToAcquireFastMutex(&Mutex));
    Leave(&Mutex);
    CHECK(!KeAreApcsDisabled());
    CHECK(ExTryToAcquireFastMutex(&Mutex));
    ExReleaseFastMutex(&Mutex);
}
