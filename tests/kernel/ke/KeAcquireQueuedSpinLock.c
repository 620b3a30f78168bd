/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeAcquireQueuedSpinLock and its kin - locks of the system's by number; that of cancelling is
 * IoAcquireCancelSpinLock's.
 */
#include <ntddk.h>

#include "ktest.h"

typedef KIRQL(FASTCALL *ACQUIRE)(ULONG);
typedef VOID(FASTCALL *RELEASE)(ULONG, KIRQL);
typedef ULONG(FASTCALL *TRY)(ULONG, PKIRQL);
typedef VOID(FASTCALL *ACQUIRE_IN_STACK)(PKSPIN_LOCK, PKLOCK_QUEUE_HANDLE);

#define MASTER_LOCK 5
#define CANCEL_LOCK 7

#ifdef _WIN64
#define SYNCHRONIZATION 12
#else
#define SYNCHRONIZATION DISPATCH_LEVEL
#endif

static BOOLEAN Find(ACQUIRE *Acquire, RELEASE *Release, TRY *Try)
{
    *Acquire = (ACQUIRE)KtestExport(L"KeAcquireQueuedSpinLock");
    *Release = (RELEASE)KtestExport(L"KeReleaseQueuedSpinLock");
    *Try = (TRY)KtestExport(L"KeTryToAcquireQueuedSpinLock");
    if (*Acquire != NULL && *Release != NULL && *Try != NULL)
        return TRUE;
    skip("not on this Windows");
    return FALSE;
}

TEST(KeAcquireQueuedSpinLock, TakenAndGivenBack)
{
    ACQUIRE Acquire;
    RELEASE Release;
    TRY Try;
    KIRQL Old, Other = 77;

    if (!Find(&Acquire, &Release, &Try))
        return;
    Old = Acquire(MASTER_LOCK);
    CHECK_EQ(Old, PASSIVE_LEVEL);
    CHECK_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    CHECK(!Try(MASTER_LOCK, &Other));
    CHECK_EQ(Other, 77);
    CHECK_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    Release(MASTER_LOCK, Old);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

TEST(KeTryToAcquireQueuedSpinLock, AFreeOne)
{
    ACQUIRE Acquire;
    RELEASE Release;
    TRY Try;
    KIRQL Old = 77;

    if (!Find(&Acquire, &Release, &Try))
        return;
    CHECK(Try(MASTER_LOCK, &Old));
    CHECK_EQ(Old, PASSIVE_LEVEL);
    CHECK_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    Release(MASTER_LOCK, Old);
}

TEST(KeReleaseQueuedSpinLock, TheLockOfCancelling)
{
    ACQUIRE Acquire;
    RELEASE Release;
    TRY Try;
    KIRQL Old, Other;

    if (!Find(&Acquire, &Release, &Try))
        return;
    IoAcquireCancelSpinLock(&Old);
    CHECK(!Try(CANCEL_LOCK, &Other));
    IoReleaseCancelSpinLock(Old);
    CHECK(Try(CANCEL_LOCK, &Old));
    Release(CANCEL_LOCK, Old);
}

TEST(KeAcquireQueuedSpinLockRaiseToSynch, AtSynchLevel)
{
    ACQUIRE Acquire = (ACQUIRE)KtestExport(L"KeAcquireQueuedSpinLockRaiseToSynch");
    RELEASE Release = (RELEASE)KtestExport(L"KeReleaseQueuedSpinLock");
    KIRQL Old;

    if (Acquire == NULL || Release == NULL) {
        skip("not on this Windows");
        return;
    }
    Old = Acquire(MASTER_LOCK);
    CHECK_EQ(KeGetCurrentIrql(), SYNCHRONIZATION);
    Release(MASTER_LOCK, Old);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

TEST(KeTryToAcquireQueuedSpinLockRaiseToSynch, AtSynchLevel)
{
    TRY Try = (TRY)KtestExport(L"KeTryToAcquireQueuedSpinLockRaiseToSynch");
    RELEASE Release = (RELEASE)KtestExport(L"KeReleaseQueuedSpinLock");
    KIRQL Old, Other;

    if (Try == NULL || Release == NULL) {
        skip("not on this Windows");
        return;
    }
    CHECK(Try(MASTER_LOCK, &Old));
    CHECK_EQ(KeGetCurrentIrql(), SYNCHRONIZATION);
    CHECK(!Try(MASTER_LOCK, &Other));
    Release(MASTER_LOCK, Old);
}

TEST(KeAcquireInStackQueuedSpinLockRaiseToSynch, AtSynchLevel)
{
    ACQUIRE_IN_STACK Acquire = (ACQUIRE_IN_STACK)KtestExport(
        L"KeAcquireInStackQueuedSpinLockRaiseToSynch");
    KLOCK_QUEUE_HANDLE Handle;
    KSPIN_LOCK Lock;

    if (Acquire == NULL) {
        skip("not on this Windows");
        return;
    }
    KeInitializeSpinLock(&Lock);
    Acquire(&Lock, &Handle);
    CHECK_EQ(KeGetCurrentIrql(), SYNCHRONIZATION);
    KeReleaseInStackQueuedSpinLock(&Handle);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}
