/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ExAcquireFastMutex, ExReleaseFastMutex, ExTryToAcquireFastMutex - one owner, at APC_LEVEL.
 */
#include "mutex_test.h"

static VOID Acquire(PVOID Lock)
{
    ExAcquireFastMutex(Lock);
}

static VOID Release(PVOID Lock)
{
    ExReleaseFastMutex(Lock);
}

static BOOLEAN Try(PVOID Lock)
{
    return ExTryToAcquireFastMutex(Lock);
}

TEST(ExAcquireFastMutex, RaisesToApcLevel)
{
    FAST_MUTEX Mutex;

    ExInitializeFastMutex(&Mutex);
    ExAcquireFastMutex(&Mutex);
    CHECK_EQ(KeGetCurrentIrql(), APC_LEVEL);
    ExReleaseFastMutex(&Mutex);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

TEST(ExAcquireFastMutex, LetsOneIn)
{
    FAST_MUTEX Mutex;

    ExInitializeFastMutex(&Mutex);
    MutexTestExcludes(&Mutex, Acquire, Release);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    CHECK(MutexTestTry(&Mutex, Try, Release));
}

TEST(ExReleaseFastMutex, RestoresTheIrql)
{
    FAST_MUTEX Outer, Inner;
    KIRQL Old;

    ExInitializeFastMutex(&Outer);
    ExInitializeFastMutex(&Inner);
    ExAcquireFastMutex(&Outer);
    ExAcquireFastMutex(&Inner);
    ExReleaseFastMutex(&Inner);
    CHECK_EQ(KeGetCurrentIrql(), APC_LEVEL);
    ExReleaseFastMutex(&Outer);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    KeRaiseIrql(APC_LEVEL, &Old);
    ExAcquireFastMutex(&Outer);
    ExReleaseFastMutex(&Outer);
    CHECK_EQ(KeGetCurrentIrql(), APC_LEVEL);
    KeLowerIrql(Old);
}

TEST(ExTryToAcquireFastMutex, OfAFreeOne)
{
    FAST_MUTEX Mutex;
    MUTEX_TEST_TRY Other;

    ExInitializeFastMutex(&Mutex);
    MutexTestTryPrepare(&Other, &Mutex, Try, Release);
    CHECK(ExTryToAcquireFastMutex(&Mutex));
    CHECK_EQ(KeGetCurrentIrql(), APC_LEVEL);
    CHECK(!MutexTestTryNow(&Other));
    ExReleaseFastMutex(&Mutex);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    CHECK(MutexTestTry(&Mutex, Try, Release));
}

TEST(ExTryToAcquireFastMutex, OfOnesOwn)
{
    FAST_MUTEX Mutex;

    ExInitializeFastMutex(&Mutex);
    ExAcquireFastMutex(&Mutex);
    CHECK(!ExTryToAcquireFastMutex(&Mutex));
    CHECK_EQ(KeGetCurrentIrql(), APC_LEVEL);
    ExReleaseFastMutex(&Mutex);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}
