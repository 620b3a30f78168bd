/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * The cache-aware form of rundown protection: the same, in memory of its own size.
 */
#include "kthread.h"

#define RUNDOWN_TAG 'nuRt'

/* In every x64 Windows; the headers have them for a later one than we build for. */
typedef struct _EX_RUNDOWN_REF_CACHE_AWARE *RUNDOWN;
NTKERNELAPI RUNDOWN NTAPI ExAllocateCacheAwareRundownProtection(POOL_TYPE PoolType, ULONG Tag);
NTKERNELAPI VOID NTAPI ExFreeCacheAwareRundownProtection(RUNDOWN Ref);
NTKERNELAPI SIZE_T NTAPI ExSizeOfRundownProtectionCacheAware(VOID);
NTKERNELAPI VOID NTAPI ExInitializeRundownProtectionCacheAware(RUNDOWN Ref, SIZE_T Size);
NTKERNELAPI BOOLEAN FASTCALL ExAcquireRundownProtectionCacheAware(RUNDOWN Ref);
NTKERNELAPI BOOLEAN FASTCALL ExAcquireRundownProtectionCacheAwareEx(RUNDOWN Ref, ULONG Count);
NTKERNELAPI VOID FASTCALL ExReleaseRundownProtectionCacheAware(RUNDOWN Ref);
NTKERNELAPI VOID FASTCALL ExReleaseRundownProtectionCacheAwareEx(RUNDOWN Ref, ULONG Count);
NTKERNELAPI VOID FASTCALL ExWaitForRundownProtectionReleaseCacheAware(RUNDOWN Ref);
NTKERNELAPI VOID FASTCALL ExReInitializeRundownProtectionCacheAware(RUNDOWN Ref);
NTKERNELAPI VOID FASTCALL ExRundownCompletedCacheAware(RUNDOWN Ref);

static VOID UseIt(RUNDOWN Ref)
{
    CHECK(ExAcquireRundownProtectionCacheAware(Ref));
    CHECK(ExAcquireRundownProtectionCacheAwareEx(Ref, 2));
    ExReleaseRundownProtectionCacheAware(Ref);
    ExReleaseRundownProtectionCacheAwareEx(Ref, 2);
    ExWaitForRundownProtectionReleaseCacheAware(Ref);
    CHECK(!ExAcquireRundownProtectionCacheAware(Ref));
    ExRundownCompletedCacheAware(Ref);
    CHECK(!ExAcquireRundownProtectionCacheAwareEx(Ref, 1));
    ExReInitializeRundownProtectionCacheAware(Ref);
    CHECK(ExAcquireRundownProtectionCacheAware(Ref));
    ExReleaseRundownProtectionCacheAware(Ref);
    ExWaitForRundownProtectionReleaseCacheAware(Ref);
}

TEST(ExAllocateCacheAwareRundownProtection, WorksAsThePlainForm)
{
    RUNDOWN Ref = ExAllocateCacheAwareRundownProtection(NonPagedPool, RUNDOWN_TAG);

    if (!CHECK(Ref != NULL))
        return;
    UseIt(Ref);
    ExFreeCacheAwareRundownProtection(Ref);
}

TEST(ExInitializeRundownProtectionCacheAware, InOnesOwnMemory)
{
    SIZE_T Size = ExSizeOfRundownProtectionCacheAware();
    RUNDOWN Ref;

    CHECK(Size != 0);
    Ref = ExAllocatePoolWithTag(NonPagedPool, Size, RUNDOWN_TAG);
    if (!CHECK(Ref != NULL))
        return;
    ExInitializeRundownProtectionCacheAware(Ref, Size);
    UseIt(Ref);
    ExFreePoolWithTag(Ref, RUNDOWN_TAG);
}

TEST(ExInitializeRundownProtectionCacheAwareEx, InOnesOwnMemory)
{
    VOID(NTAPI * Initialize)
    (RUNDOWN Ref, ULONG Flags) = (PVOID)KtestExport(L"ExInitializeRundownProtectionCacheAwareEx");
    RUNDOWN Ref;

    if (Initialize == NULL) {
        skip("new in Windows 8.1");
        return;
    }
    Ref = ExAllocatePoolWithTag(NonPagedPool, ExSizeOfRundownProtectionCacheAware(), RUNDOWN_TAG);
    if (!CHECK(Ref != NULL))
        return;
    Initialize(Ref, 0);
    UseIt(Ref);
    ExFreePoolWithTag(Ref, RUNDOWN_TAG);
}
