/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Push locks - newer exports than the Windows we build for has, and the older ones without flags.
 */
#include "mutex_test.h"

typedef VOID(NTAPI *PUSH_EX)(PULONG_PTR Lock, ULONG Flags);
typedef BOOLEAN(NTAPI *PUSH_TRY_EX)(PULONG_PTR Lock, ULONG Flags);
typedef VOID(FASTCALL *PUSH_OLD)(PULONG_PTR Lock);

static PUSH_EX PushExclusive, PushShared, PushRelease, PushReleaseExclusive, PushReleaseShared;
static PUSH_TRY_EX PushTryExclusive, PushTryShared;

static BOOLEAN FindThem(VOID)
{
    PushExclusive = (PUSH_EX)(ULONG_PTR)KtestExport(L"ExAcquirePushLockExclusiveEx");
    PushShared = (PUSH_EX)(ULONG_PTR)KtestExport(L"ExAcquirePushLockSharedEx");
    PushRelease = (PUSH_EX)(ULONG_PTR)KtestExport(L"ExReleasePushLockEx");
    PushReleaseExclusive = (PUSH_EX)(ULONG_PTR)KtestExport(L"ExReleasePushLockExclusiveEx");
    PushReleaseShared = (PUSH_EX)(ULONG_PTR)KtestExport(L"ExReleasePushLockSharedEx");
    PushTryExclusive = (PUSH_TRY_EX)(ULONG_PTR)KtestExport(L"ExTryAcquirePushLockExclusiveEx");
    PushTryShared = (PUSH_TRY_EX)(ULONG_PTR)KtestExport(L"ExTryAcquirePushLockSharedEx");
    if (PushExclusive != NULL && PushShared != NULL && PushRelease != NULL &&
        PushReleaseExclusive != NULL && PushReleaseShared != NULL && PushTryExclusive != NULL &&
        PushTryShared != NULL)
        return TRUE;
    skip("newer than this Windows");
    return FALSE;
}

static VOID Acquire(PVOID Lock)
{
    KeEnterCriticalRegion();
    PushExclusive(Lock, 0);
}

static VOID Release(PVOID Lock)
{
    PushReleaseExclusive(Lock, 0);
    KeLeaveCriticalRegion();
}

TEST(ExAcquirePushLockExclusiveEx, LetsOneIn)
{
    ULONG_PTR Lock = 0;

    if (!FindThem())
        return;
    MutexTestExcludes(&Lock, Acquire, Release);
    CHECK_EQ(Lock, 0);
}

TEST(ExTryAcquirePushLockExclusiveEx, OnlyWhenFree)
{
    ULONG_PTR Lock = 0;

    if (!FindThem())
        return;
    KeEnterCriticalRegion();
    if (CHECK(PushTryExclusive(&Lock, 0))) {
        CHECK(!PushTryExclusive(&Lock, 0));
        CHECK(!PushTryShared(&Lock, 0));
        PushRelease(&Lock, 0);
    }
    CHECK_EQ(Lock, 0);
    KeLeaveCriticalRegion();
}

TEST(ExAcquirePushLockSharedEx, ManyShare)
{
    ULONG_PTR Lock = 0;

    if (!FindThem())
        return;
    KeEnterCriticalRegion();
    PushShared(&Lock, 0);
    if (CHECK(PushTryShared(&Lock, 0)))
        PushReleaseShared(&Lock, 0);
    CHECK(!PushTryExclusive(&Lock, 0));
    PushRelease(&Lock, 0);
    CHECK_EQ(Lock, 0);
    if (CHECK(PushTryExclusive(&Lock, 0)))
        PushReleaseExclusive(&Lock, 0);
    KeLeaveCriticalRegion();
}

typedef struct MIXED {
    ULONG_PTR Lock;
    volatile LONG Readers, Writers, Wrong;
} MIXED;

static VOID NTAPI MixedThread(PVOID Context)
{
    MIXED *Mixed = Context;
    ULONG Round;

    for (Round = 0; Round < 3000; Round++) {
        KeEnterCriticalRegion();
        if (Round % 5 == 0) {
            PushExclusive(&Mixed->Lock, 0);
            if (InterlockedIncrement(&Mixed->Writers) != 1 || Mixed->Readers != 0)
                InterlockedIncrement(&Mixed->Wrong);
            InterlockedDecrement(&Mixed->Writers);
            PushReleaseExclusive(&Mixed->Lock, 0);
        } else {
            PushShared(&Mixed->Lock, 0);
            InterlockedIncrement(&Mixed->Readers);
            if (Mixed->Writers != 0)
                InterlockedIncrement(&Mixed->Wrong);
            InterlockedDecrement(&Mixed->Readers);
            PushReleaseShared(&Mixed->Lock, 0);
        }
        KeLeaveCriticalRegion();
    }
}

TEST(ExReleasePushLockEx, NeverAReaderWithAWriter)
{
    MIXED Mixed = {0};
    PVOID Thread[4];
    ULONG Index;

    if (!FindThem())
        return;
    for (Index = 0; Index < 4; Index++)
        Thread[Index] = KtestStartThread(MixedThread, &Mixed);
    for (Index = 0; Index < 4; Index++)
        KtestJoinThread(Thread[Index]);
    CHECK_EQ(Mixed.Wrong, 0);
    CHECK_EQ(Mixed.Lock, 0);
}

TEST(ExfAcquirePushLockExclusive, TheOlderForms)
{
    PUSH_OLD Exclusive = (PUSH_OLD)(ULONG_PTR)KtestExport(L"ExfAcquirePushLockExclusive");
    PUSH_OLD Shared = (PUSH_OLD)(ULONG_PTR)KtestExport(L"ExfAcquirePushLockShared");
    PUSH_OLD ReleaseExclusive = (PUSH_OLD)(ULONG_PTR)KtestExport(L"ExfReleasePushLockExclusive");
    PUSH_OLD ReleaseShared = (PUSH_OLD)(ULONG_PTR)KtestExport(L"ExfReleasePushLockShared");
    ULONG_PTR Lock = 0;

    if (Exclusive == NULL || Shared == NULL || ReleaseExclusive == NULL || ReleaseShared == NULL) {
        skip("not exported here");
        return;
    }
    KeEnterCriticalRegion();
    Exclusive(&Lock);
    CHECK(Lock != 0);
    ReleaseExclusive(&Lock);
    CHECK_EQ(Lock, 0);
    Shared(&Lock);
    Shared(&Lock);
    ReleaseShared(&Lock);
    CHECK(Lock != 0);
    ReleaseShared(&Lock);
    CHECK_EQ(Lock, 0);
    KeLeaveCriticalRegion();
}
