/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ExAcquireResourceExclusiveLite, ExReleaseResourceLite and the questions about an owner.
 */
#include "mutex_test.h"
#include "resource_test.h"

TEST(ExInitializeResourceLite, NobodyHasIt)
{
    ERESOURCE Resource;

    RtlFillMemory(&Resource, sizeof(Resource), 0xAA);
    ResourceBegin(&Resource);
    CHECK(!ExIsResourceAcquiredExclusiveLite(&Resource));
    CHECK_EQ(ExIsResourceAcquiredSharedLite(&Resource), 0);
    CHECK_EQ(ExGetExclusiveWaiterCount(&Resource), 0);
    CHECK_EQ(ExGetSharedWaiterCount(&Resource), 0);
    CHECK(ResourceTry(&Resource, ExAcquireResourceExclusiveLite));
    CHECK(ResourceTry(&Resource, ExAcquireResourceSharedLite));
    ResourceEnd(&Resource);
}

TEST(ExReinitializeResourceLite, IsAsNew)
{
    ERESOURCE Resource;

    ResourceBegin(&Resource);
    CHECK(ExAcquireResourceExclusiveLite(&Resource, TRUE));
    ExReleaseResourceLite(&Resource);
    CHECK_STATUS(ExReinitializeResourceLite(&Resource), STATUS_SUCCESS);
    CHECK_EQ(ExIsResourceAcquiredSharedLite(&Resource), 0);
    CHECK(ExAcquireResourceExclusiveLite(&Resource, FALSE));
    ExReleaseResourceLite(&Resource);
    ResourceEnd(&Resource);
}

TEST(ExAcquireResourceExclusiveLite, KeepsOthersOut)
{
    ERESOURCE Resource;

    ResourceBegin(&Resource);
    CHECK(ExAcquireResourceExclusiveLite(&Resource, FALSE));
    CHECK(ExIsResourceAcquiredExclusiveLite(&Resource));
    CHECK_EQ(ExIsResourceAcquiredSharedLite(&Resource), 1);
    CHECK(!ResourceTry(&Resource, ExAcquireResourceExclusiveLite));
    CHECK(!ResourceTry(&Resource, ExAcquireResourceSharedLite));
    CHECK(!ResourceTry(&Resource, ExAcquireSharedStarveExclusive));
    CHECK(!ResourceTry(&Resource, ExAcquireSharedWaitForExclusive));
    ExReleaseResourceLite(&Resource);
    CHECK(!ExIsResourceAcquiredExclusiveLite(&Resource));
    CHECK(ResourceTry(&Resource, ExAcquireResourceExclusiveLite));
    ResourceEnd(&Resource);
}

TEST(ExAcquireResourceExclusiveLite, AgainByItsOwner)
{
    ERESOURCE Resource;

    ResourceBegin(&Resource);
    CHECK(ExAcquireResourceExclusiveLite(&Resource, TRUE));
    CHECK(ExAcquireResourceExclusiveLite(&Resource, FALSE));
    CHECK(ExAcquireResourceSharedLite(&Resource, FALSE));
    CHECK_EQ(ExIsResourceAcquiredSharedLite(&Resource), 3);
    ExReleaseResourceLite(&Resource);
    ExReleaseResourceLite(&Resource);
    CHECK(ExIsResourceAcquiredExclusiveLite(&Resource));
    CHECK(!ResourceTry(&Resource, ExAcquireResourceSharedLite));
    ExReleaseResourceLite(&Resource);
    CHECK_EQ(ExIsResourceAcquiredSharedLite(&Resource), 0);
    CHECK(ResourceTry(&Resource, ExAcquireResourceSharedLite));
    ResourceEnd(&Resource);
}

TEST(ExAcquireResourceExclusiveLite, WaitsForThoseWhoShare)
{
    ERESOURCE Resource;
    RESOURCE_USER Writer;

    ResourceBegin(&Resource);
    CHECK(ExAcquireResourceSharedLite(&Resource, TRUE));
    ResourceUserStart(&Writer, &Resource, ExAcquireResourceExclusiveLite);
    ResourceAwaitWaiters(&Resource, 1, 0);
    CHECK(ResourceUserWaits(&Writer));
    ExReleaseResourceLite(&Resource);
    ResourceUserGot(&Writer);
    CHECK_EQ(ExGetExclusiveWaiterCount(&Resource), 0);
    CHECK(!ExAcquireResourceSharedLite(&Resource, FALSE));
    ResourceUserEnd(&Writer);
    CHECK(ExAcquireResourceSharedLite(&Resource, FALSE));
    ExReleaseResourceLite(&Resource);
    ResourceEnd(&Resource);
}

TEST(ExReleaseResourceLite, LetsAllWhoShareIn)
{
    ERESOURCE Resource;
    RESOURCE_USER Reader[3];
    ULONG Index;

    ResourceBegin(&Resource);
    CHECK(ExAcquireResourceExclusiveLite(&Resource, TRUE));
    for (Index = 0; Index < 3; Index++)
        ResourceUserStart(&Reader[Index], &Resource, ExAcquireResourceSharedLite);
    ResourceAwaitWaiters(&Resource, 0, 3);
    ExReleaseResourceLite(&Resource);
    for (Index = 0; Index < 3; Index++)
        ResourceUserGot(&Reader[Index]);
    CHECK(!ExAcquireResourceExclusiveLite(&Resource, FALSE));
    for (Index = 0; Index < 3; Index++)
        ResourceUserEnd(&Reader[Index]);
    CHECK(ExAcquireResourceExclusiveLite(&Resource, FALSE));
    ExReleaseResourceLite(&Resource);
    ResourceEnd(&Resource);
}

static VOID Acquire(PVOID Lock)
{
    KeEnterCriticalRegion();
    ExAcquireResourceExclusiveLite(Lock, TRUE);
}

static VOID Release(PVOID Lock)
{
    ExReleaseResourceLite(Lock);
    KeLeaveCriticalRegion();
}

TEST(ExAcquireResourceExclusiveLite, LetsOneIn)
{
    ERESOURCE Resource;

    CHECK_STATUS(ExInitializeResourceLite(&Resource), STATUS_SUCCESS);
    MutexTestExcludes(&Resource, Acquire, Release);
    CHECK_STATUS(ExDeleteResourceLite(&Resource), STATUS_SUCCESS);
}

typedef struct MIXED {
    ERESOURCE Resource;
    volatile LONG Readers, Writers, Wrong;
} MIXED;

static VOID NTAPI MixedThread(PVOID Context)
{
    MIXED *Mixed = Context;
    ULONG Round;

    for (Round = 0; Round < 1500; Round++) {
        KeEnterCriticalRegion();
        if (Round % 5 == 0) {
            ExAcquireResourceExclusiveLite(&Mixed->Resource, TRUE);
            if (InterlockedIncrement(&Mixed->Writers) != 1 || Mixed->Readers != 0)
                InterlockedIncrement(&Mixed->Wrong);
            InterlockedDecrement(&Mixed->Writers);
            if (Round % 10 == 0) {
                ExConvertExclusiveToSharedLite(&Mixed->Resource);
                if (ExIsResourceAcquiredExclusiveLite(&Mixed->Resource))
                    InterlockedIncrement(&Mixed->Wrong);
            }
        } else {
            ExAcquireResourceSharedLite(&Mixed->Resource, TRUE);
            InterlockedIncrement(&Mixed->Readers);
            if (Mixed->Writers != 0)
                InterlockedIncrement(&Mixed->Wrong);
            InterlockedDecrement(&Mixed->Readers);
        }
        ExReleaseResourceLite(&Mixed->Resource);
        KeLeaveCriticalRegion();
    }
}

TEST(ExAcquireResourceSharedLite, NeverWithAWriter)
{
    MIXED Mixed = {0};
    PVOID Thread[6];
    ULONG Index;

    CHECK_STATUS(ExInitializeResourceLite(&Mixed.Resource), STATUS_SUCCESS);
    for (Index = 0; Index < 6; Index++)
        Thread[Index] = KtestStartThread(MixedThread, &Mixed);
    for (Index = 0; Index < 6; Index++)
        KtestJoinThread(Thread[Index]);
    CHECK_EQ(Mixed.Wrong, 0);
    CHECK_STATUS(ExDeleteResourceLite(&Mixed.Resource), STATUS_SUCCESS);
}
