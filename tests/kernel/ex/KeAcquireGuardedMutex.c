/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeAcquireGuardedMutex and its kin - one owner, in a guarded region. Windows 8 and later run at APC_LEVEL instead: either way no
 * APC comes.
 */
#include "mutex_test.h"

static VOID Acquire(PVOID Lock)
{
    KeAcquireGuardedMutex(Lock);
}

static VOID Release(PVOID Lock)
{
    KeReleaseGuardedMutex(Lock);
}

static BOOLEAN Try(PVOID Lock)
{
    return KeTryToAcquireGuardedMutex(Lock);
}

static VOID AcquireUnsafe(PVOID Lock)
{
    KeEnterGuardedRegion();
    KeAcquireGuardedMutexUnsafe(Lock);
}

static VOID ReleaseUnsafe(PVOID Lock)
{
    KeReleaseGuardedMutexUnsafe(Lock);
    KeLeaveGuardedRegion();
}

TEST(KeInitializeGuardedMutex, IsFree)
{
    KGUARDED_MUTEX Mutex;

    RtlFillMemory(&Mutex, sizeof(Mutex), 0xAA);
    KeInitializeGuardedMutex(&Mutex);
    CHECK(MutexTestTry(&Mutex, Try, Release));
}

TEST(KeAcquireGuardedMutex, KeepsApcsOff)
{
    KGUARDED_MUTEX Mutex;

    KeInitializeGuardedMutex(&Mutex);
    CHECK(!KeAreAllApcsDisabled());
    KeAcquireGuardedMutex(&Mutex);
    CHECK(KeAreAllApcsDisabled());
    CHECK(!MutexTestTry(&Mutex, Try, Release));
    KeReleaseGuardedMutex(&Mutex);
    CHECK(!KeAreAllApcsDisabled());
}

TEST(KeReleaseGuardedMutex, LetsTheNextIn)
{
    KGUARDED_MUTEX Mutex;

    KeInitializeGuardedMutex(&Mutex);
    MutexTestExcludes(&Mutex, Acquire, Release);
    CHECK(MutexTestTry(&Mutex, Try, Release));
}

TEST(KeTryToAcquireGuardedMutex, OfOnesOwn)
{
    KGUARDED_MUTEX Mutex;

    KeInitializeGuardedMutex(&Mutex);
    CHECK(KeTryToAcquireGuardedMutex(&Mutex));
    CHECK(KeAreAllApcsDisabled());
    CHECK(!KeTryToAcquireGuardedMutex(&Mutex));
    KeReleaseGuardedMutex(&Mutex);
    CHECK(!KeAreAllApcsDisabled());
}

TEST(KeAcquireGuardedMutexUnsafe, InTheCallersRegion)
{
    KGUARDED_MUTEX Mutex;

    KeInitializeGuardedMutex(&Mutex);
    AcquireUnsafe(&Mutex);
    CHECK(KeAreAllApcsDisabled());
    CHECK(!MutexTestTry(&Mutex, Try, Release));
    ReleaseUnsafe(&Mutex);
    CHECK(!KeAreAllApcsDisabled());
}

TEST(KeReleaseGuardedMutexUnsafe, LetsTheNextIn)
{
    KGUARDED_MUTEX Mutex;

    KeInitializeGuardedMutex(&Mutex);
    MutexTestExcludes(&Mutex, AcquireUnsafe, ReleaseUnsafe);
}
