/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * The less usual push lock routines, which not every Windows exports: ExInitializePushLock,
 * ExfTryAcquirePushLockShared, ExfReleasePushLock, ExfTryToWakePushLock, ExfUnblockPushLock and the
 * cache-aware ones.
 */
#include "mutex_test.h"

typedef VOID(NTAPI *INITIALIZE)(PULONG_PTR Lock);
typedef BOOLEAN(FASTCALL *TRY)(PULONG_PTR Lock);
typedef VOID(FASTCALL *OLD)(PULONG_PTR Lock);
typedef VOID(FASTCALL *UNBLOCK)(PULONG_PTR Lock, PVOID WaitBlock);
typedef PVOID(NTAPI *ALLOCATE)(ULONG Flags);
typedef VOID(NTAPI *WITH_LOCK)(PVOID Lock);

static PVOID Find(const WCHAR *Name)
{
    PVOID Address = KtestExport(Name);

    if (Address == NULL)
        skip("not exported here");
    return Address;
}

TEST(ExInitializePushLock, MakesAFreeOne)
{
    INITIALIZE Initialize = (INITIALIZE)(ULONG_PTR)Find(L"ExInitializePushLock");
    ULONG_PTR Lock = 77;

    if (Initialize == NULL)
        return;
    Initialize(&Lock);
    CHECK_EQ(Lock, 0);
}

TEST(ExfTryAcquirePushLockShared, UnlessItIsExclusive)
{
    TRY Try = (TRY)(ULONG_PTR)Find(L"ExfTryAcquirePushLockShared");
    OLD Exclusive = (OLD)(ULONG_PTR)Find(L"ExfAcquirePushLockExclusive"),
        Release = (OLD)(ULONG_PTR)Find(L"ExfReleasePushLock");
    ULONG_PTR Lock = 0;

    if (Try == NULL || Exclusive == NULL || Release == NULL)
        return;
    KeEnterCriticalRegion();
    CHECK(Try(&Lock));
    CHECK(Try(&Lock));
    Release(&Lock);
    Release(&Lock);
    CHECK_EQ(Lock, 0);
    Exclusive(&Lock);
    CHECK(!Try(&Lock));
    Release(&Lock);
    CHECK_EQ(Lock, 0);
    KeLeaveCriticalRegion();
}

TEST(ExfTryToWakePushLock, LeavesAFreeOneAlone)
{
    OLD Wake = (OLD)(ULONG_PTR)Find(L"ExfTryToWakePushLock");
    ULONG_PTR Lock = 0;

    if (Wake == NULL)
        return;
    Wake(&Lock);
    CHECK_EQ(Lock, 0);
}

TEST(ExfUnblockPushLock, NobodyIsBlocked)
{
    UNBLOCK Unblock = (UNBLOCK)(ULONG_PTR)Find(L"ExfUnblockPushLock");
    ULONG_PTR Word = 0;

    if (Unblock == NULL)
        return;
    Unblock(&Word, NULL);
    CHECK_EQ(Word, 0);
}

static PVOID Aware;
static WITH_LOCK AwareAcquire, AwareRelease;

static VOID Acquire(PVOID Lock)
{
    UNREFERENCED_PARAMETER(Lock);
    KeEnterCriticalRegion();
    AwareAcquire(Aware);
}

static VOID Release(PVOID Lock)
{
    UNREFERENCED_PARAMETER(Lock);
    AwareRelease(Aware);
    KeLeaveCriticalRegion();
}

TEST(ExAcquireCacheAwarePushLockExclusive, LetsOneIn)
{
    ALLOCATE Allocate = (ALLOCATE)(ULONG_PTR)Find(L"ExAllocateCacheAwarePushLock");
    WITH_LOCK Free = (WITH_LOCK)(ULONG_PTR)Find(L"ExFreeCacheAwarePushLock");

    AwareAcquire = (WITH_LOCK)(ULONG_PTR)Find(L"ExAcquireCacheAwarePushLockExclusive");
    AwareRelease = (WITH_LOCK)(ULONG_PTR)Find(L"ExReleaseCacheAwarePushLockExclusive");
    if (Allocate == NULL || Free == NULL || AwareAcquire == NULL || AwareRelease == NULL)
        return;
    Aware = Allocate(0);
    if (!CHECK(Aware != NULL))
        return;
    MutexTestExcludes(NULL, Acquire, Release);
    Free(Aware);
}
