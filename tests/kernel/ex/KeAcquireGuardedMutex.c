/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeAcquireGuardedMutex and its kin - one owner, in a guarded region. Windows 8 and later run at
 * APC_LEVEL instead: either way no APC comes.
 */
#include "mutex_test.h"

/* In every x64 Windows; the headers have them for a service pack later than the one we build
 * for. */
NTKERNELAPI VOID FASTCALL KeInitializeGuardedMutex(PKGUARDED_MUTEX Mutex);
NTKERNELAPI VOID FASTCALL KeAcquireGuardedMutex(PKGUARDED_MUTEX Mutex);
NTKERNELAPI VOID FASTCALL KeReleaseGuardedMutex(PKGUARDED_MUTEX Mutex);
NTKERNELAPI BOOLEAN FASTCALL KeTryToAcquireGuardedMutex(PKGUARDED_MUTEX Mutex);
NTKERNELAPI VOID FASTCALL KeAcquireGuardedMutexUnsafe(PKGUARDED_MUTEX Mutex);
NTKERNELAPI VOID FASTCALL KeReleaseGuardedMutexUnsafe(PKGUARDED_MUTEX Mutex);
NTKERNELAPI VOID NTAPI KeEnterGuardedRegion(VOID);
NTKERNELAPI VOID NTAPI KeLeaveGuardedRegion(VOID);
NTKERNELAPI BOOLEAN NTAPI KeAreAllApcsDisabled(VOID);

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
    MUTEX_TEST_TRY Other;

    KeInitializeGuardedMutex(&Mutex);
    MutexTestTryPrepare(&Other, &Mutex, Try, Release);
    CHECK(!KeAreAllApcsDisabled());
    KeAcquireGuardedMutex(&Mutex);
    CHECK(KeAreAllApcsDisabled());
    CHECK(!MutexTestTryNow(&Other));
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
    MUTEX_TEST_TRY Other;

    KeInitializeGuardedMutex(&Mutex);
    MutexTestTryPrepare(&Other, &Mutex, Try, Release);
    AcquireUnsafe(&Mutex);
    CHECK(KeAreAllApcsDisabled());
    CHECK(!MutexTestTryNow(&Other));
    ReleaseUnsafe(&Mutex);
    CHECK(!KeAreAllApcsDisabled());
}

TEST(KeReleaseGuardedMutexUnsafe, LetsTheNextIn)
{
    KGUARDED_MUTEX Mutex;

    KeInitializeGuardedMutex(&Mutex);
    MutexTestExcludes(&Mutex, AcquireUnsafe, ReleaseUnsafe);
}
