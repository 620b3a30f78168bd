/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Releases by others than the thread that acquired: for a thread, and for an owner pointer.
 */
#include "resource_test.h"

typedef struct FOREIGN {
    PERESOURCE Resource;
    ERESOURCE_THREAD Owner;
} FOREIGN;

static VOID NTAPI ForeignThread(PVOID Context)
{
    FOREIGN *Foreign = Context;

    KeEnterCriticalRegion();
    ExReleaseResourceForThreadLite(Foreign->Resource, Foreign->Owner);
    KeLeaveCriticalRegion();
}

TEST(ExReleaseResourceForThreadLite, ByAnotherThread)
{
    ERESOURCE Resource;
    FOREIGN Foreign;

    ResourceBegin(&Resource);
    Foreign.Resource = &Resource;
    Foreign.Owner = ExGetCurrentResourceThread();
    CHECK(ExAcquireResourceExclusiveLite(&Resource, TRUE));
    KtestJoinThread(KtestStartThread(ForeignThread, &Foreign));
    CHECK(!ExIsResourceAcquiredExclusiveLite(&Resource));
    CHECK(ResourceTry(&Resource, ExAcquireResourceExclusiveLite));
    CHECK(ExAcquireResourceSharedLite(&Resource, TRUE));
    KtestJoinThread(KtestStartThread(ForeignThread, &Foreign));
    CHECK_EQ(ExIsResourceAcquiredSharedLite(&Resource), 0);
    CHECK(ResourceTry(&Resource, ExAcquireResourceExclusiveLite));
    ResourceEnd(&Resource);
}

TEST(ExSetResourceOwnerPointer, OfASharedResource)
{
    static ULONG_PTR Owner;
    ERESOURCE Resource;
    FOREIGN Foreign;

    ResourceBegin(&Resource);
    Foreign.Resource = &Resource;
    Foreign.Owner = (ERESOURCE_THREAD)&Owner | 3;
    CHECK(ExAcquireResourceSharedLite(&Resource, TRUE));
    ExSetResourceOwnerPointer(&Resource, (PVOID)Foreign.Owner);
    CHECK(!ResourceTry(&Resource, ExAcquireResourceExclusiveLite));
    CHECK(ResourceTry(&Resource, ExAcquireResourceSharedLite));
    KtestJoinThread(KtestStartThread(ForeignThread, &Foreign));
    CHECK(ResourceTry(&Resource, ExAcquireResourceExclusiveLite));
    ResourceEnd(&Resource);
}

TEST(ExSetResourceOwnerPointer, OfAnExclusiveOne)
{
    static ULONG_PTR Owner;
    ERESOURCE Resource;
    FOREIGN Foreign;

    ResourceBegin(&Resource);
    Foreign.Resource = &Resource;
    Foreign.Owner = (ERESOURCE_THREAD)&Owner | 3;
    CHECK(ExAcquireResourceExclusiveLite(&Resource, TRUE));
    ExSetResourceOwnerPointer(&Resource, (PVOID)Foreign.Owner);
    CHECK(!ResourceTry(&Resource, ExAcquireResourceSharedLite));
    KtestJoinThread(KtestStartThread(ForeignThread, &Foreign));
    CHECK(ResourceTry(&Resource, ExAcquireResourceExclusiveLite));
    ResourceEnd(&Resource);
}

TEST(ExEnterCriticalRegionAndAcquireResourceExclusive, EntersAndLeaves)
{
    PVOID(NTAPI * Exclusive)
    (PERESOURCE) = (PVOID(NTAPI *)(PERESOURCE))(ULONG_PTR)KtestExport(
        L"ExEnterCriticalRegionAndAcquireResourceExclusive");
    PVOID(NTAPI * Shared)
    (PERESOURCE) = (PVOID(NTAPI *)(PERESOURCE))(ULONG_PTR)KtestExport(
        L"ExEnterCriticalRegionAndAcquireResourceShared");
    PVOID(NTAPI * Behind)
    (PERESOURCE) = (PVOID(NTAPI *)(PERESOURCE))(ULONG_PTR)KtestExport(
        L"ExEnterCriticalRegionAndAcquireSharedWaitForExclusive");
    VOID(FASTCALL * Leave)
    (PERESOURCE) = (VOID(FASTCALL *)(PERESOURCE))(ULONG_PTR)KtestExport(
        L"ExReleaseResourceAndLeaveCriticalRegion");
    ERESOURCE Resource;

    if (Exclusive == NULL || Shared == NULL || Behind == NULL || Leave == NULL) {
        skip("not exported here");
        return;
    }
    CHECK_STATUS(ExInitializeResourceLite(&Resource), STATUS_SUCCESS);
    Exclusive(&Resource);
    CHECK(KeAreApcsDisabled());
    CHECK(ExIsResourceAcquiredExclusiveLite(&Resource));
    Leave(&Resource);
    CHECK(!KeAreApcsDisabled());
    Shared(&Resource);
    CHECK(KeAreApcsDisabled());
    CHECK(!ExIsResourceAcquiredExclusiveLite(&Resource));
    CHECK_EQ(ExIsResourceAcquiredSharedLite(&Resource), 1);
    Leave(&Resource);
    Behind(&Resource);
    CHECK_EQ(ExIsResourceAcquiredSharedLite(&Resource), 1);
    Leave(&Resource);
    CHECK(!KeAreApcsDisabled());
    CHECK_EQ(ExIsResourceAcquiredSharedLite(&Resource), 0);
    CHECK_STATUS(ExDeleteResourceLite(&Resource), STATUS_SUCCESS);
}

TEST(ExEnterPriorityRegionAndAcquireResourceExclusive, EntersAndLeaves)
{
    PVOID(NTAPI *Exclusive)(PERESOURCE) =
        (PVOID)KtestExport(L"ExEnterPriorityRegionAndAcquireResourceExclusive");
    PVOID(NTAPI *Shared)(PERESOURCE) =
        (PVOID)KtestExport(L"ExEnterPriorityRegionAndAcquireResourceShared");
    VOID(FASTCALL *Leave)(PERESOURCE) =
        (PVOID)KtestExport(L"ExReleaseResourceAndLeavePriorityRegion");
    ERESOURCE Resource;

    if (Exclusive == NULL || Shared == NULL || Leave == NULL) {
        skip("not exported here");
        return;
    }
    CHECK_STATUS(ExInitializeResourceLite(&Resource), STATUS_SUCCESS);
    CHECK_PTR(Exclusive(&Resource), NULL); /* a system thread is none of the window manager's */
    CHECK(KeAreApcsDisabled());
    CHECK(ExIsResourceAcquiredExclusiveLite(&Resource));
    Leave(&Resource);
    CHECK(!KeAreApcsDisabled());
    CHECK_PTR(Shared(&Resource), NULL);
    CHECK(KeAreApcsDisabled());
    CHECK_EQ(ExIsResourceAcquiredSharedLite(&Resource), 1);
    Leave(&Resource);
    CHECK(!KeAreApcsDisabled());
    CHECK_STATUS(ExDeleteResourceLite(&Resource), STATUS_SUCCESS);
}
