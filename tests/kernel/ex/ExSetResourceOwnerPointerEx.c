/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ExSetResourceOwnerPointerEx, ExDisableResourceBoostLite - of a resource that is owned.
 */
#include "ktest.h"

NTKERNELAPI VOID NTAPI ExReleaseResourceForThreadLite(PERESOURCE Resource, ERESOURCE_THREAD Owner);

typedef VOID(NTAPI *SET_OWNER)(PERESOURCE, PVOID, ULONG);
typedef VOID(NTAPI *NO_BOOST)(PERESOURCE);

TEST(ExSetResourceOwnerPointerEx, TheOwnerReleasesByThePointer)
{
    SET_OWNER Set = (SET_OWNER)(ULONG_PTR)KtestExport(L"ExSetResourceOwnerPointerEx");
    static ULONG_PTR Owner[2] __attribute__((aligned(8)));
    ERESOURCE Resource;

    if (Set == NULL) {
        skip("newer than this Windows");
        return;
    }
    if (!CHECK_STATUS(ExInitializeResourceLite(&Resource), STATUS_SUCCESS))
        return;
    KeEnterCriticalRegion();
    CHECK(ExAcquireResourceExclusiveLite(&Resource, TRUE));
    Set(&Resource, (PVOID)((ULONG_PTR)Owner | 3), 0); /* the two low bits say that it is no thread
                                                       */
    CHECK(!ExIsResourceAcquiredExclusiveLite(&Resource));
    ExReleaseResourceForThreadLite(&Resource, (ERESOURCE_THREAD)((ULONG_PTR)Owner | 3));
    CHECK(ExAcquireResourceExclusiveLite(&Resource, FALSE));
    ExReleaseResourceLite(&Resource);
    KeLeaveCriticalRegion();
    CHECK_STATUS(ExDeleteResourceLite(&Resource), STATUS_SUCCESS);
}

TEST(ExDisableResourceBoostLite, TheResourceStaysUsable)
{
    NO_BOOST Disable = (NO_BOOST)(ULONG_PTR)KtestExport(L"ExDisableResourceBoostLite");
    ERESOURCE Resource;

    if (!CHECK(Disable != NULL) ||
        !CHECK_STATUS(ExInitializeResourceLite(&Resource), STATUS_SUCCESS))
        return;
    Disable(&Resource);
    KeEnterCriticalRegion();
    CHECK(ExAcquireResourceExclusiveLite(&Resource, TRUE));
    ExReleaseResourceLite(&Resource);
    KeLeaveCriticalRegion();
    CHECK_STATUS(ExDeleteResourceLite(&Resource), STATUS_SUCCESS);
}
