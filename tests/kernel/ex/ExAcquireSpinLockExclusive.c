/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Reader-writer spin locks - newer than the Windows we build for.
 */
#include "mutex_test.h"

typedef KIRQL(NTAPI *RW_ACQUIRE)(volatile LONG *Lock);
typedef VOID(NTAPI *RW_RELEASE)(volatile LONG *Lock, KIRQL Old);
typedef VOID(NTAPI *RW_AT_DPC)(volatile LONG *Lock);
typedef LOGICAL(NTAPI *RW_CONVERT)(volatile LONG *Lock);

static RW_ACQUIRE RwExclusive, RwShared;
static RW_RELEASE RwEndExclusive, RwEndShared;
static RW_AT_DPC RwExclusiveAtDpc, RwSharedAtDpc, RwEndExclusiveAtDpc, RwEndSharedAtDpc;
static RW_CONVERT RwConvert;

static BOOLEAN FindThem(VOID)
{
    RwExclusive = (RW_ACQUIRE)(ULONG_PTR)KtestExport(L"ExAcquireSpinLockExclusive");
    RwShared = (RW_ACQUIRE)(ULONG_PTR)KtestExport(L"ExAcquireSpinLockShared");
    RwEndExclusive = (RW_RELEASE)(ULONG_PTR)KtestExport(L"ExReleaseSpinLockExclusive");
    RwEndShared = (RW_RELEASE)(ULONG_PTR)KtestExport(L"ExReleaseSpinLockShared");
    RwExclusiveAtDpc = (RW_AT_DPC)(ULONG_PTR)KtestExport(L"ExAcquireSpinLockExclusiveAtDpcLevel");
    RwSharedAtDpc = (RW_AT_DPC)(ULONG_PTR)KtestExport(L"ExAcquireSpinLockSharedAtDpcLevel");
    RwEndExclusiveAtDpc = (RW_AT_DPC)(ULONG_PTR)KtestExport(
        L"ExReleaseSpinLockExclusiveFromDpcLevel");
    RwEndSharedAtDpc = (RW_AT_DPC)(ULONG_PTR)KtestExport(L"ExReleaseSpinLockSharedFromDpcLevel");
    RwConvert = (RW_CONVERT)(ULONG_PTR)KtestExport(L"ExTryConvertSharedSpinLockExclusive");
    if (RwExclusive != NULL && RwShared != NULL && RwEndExclusive != NULL && RwEndShared != NULL &&
        RwExclusiveAtDpc != NULL && RwSharedAtDpc != NULL && RwEndExclusiveAtDpc != NULL &&
        RwEndSharedAtDpc != NULL && RwConvert != NULL)
        return TRUE;
    skip("newer than this Windows");
    return FALSE;
}

TEST(ExAcquireSpinLockExclusive, RaisesToDispatchLevel)
{
    volatile LONG Lock = 0;
    KIRQL Old;

    if (!FindThem())
        return;
    Old = RwExclusive(&Lock);
    CHECK_EQ(Old, PASSIVE_LEVEL);
    CHECK_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    CHECK(Lock != 0);
    RwEndExclusive(&Lock, Old);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    CHECK_EQ(Lock, 0);
}

TEST(ExAcquireSpinLockShared, RaisesToDispatchLevel)
{
    volatile LONG Lock = 0;
    KIRQL Old;

    if (!FindThem())
        return;
    Old = RwShared(&Lock);
    CHECK_EQ(Old, PASSIVE_LEVEL);
    CHECK_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    CHECK_EQ(Lock, 1);
    RwEndShared(&Lock, Old);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    CHECK_EQ(Lock, 0);
}

TEST(ExTryConvertSharedSpinLockExclusive, OfTheOnlyReader)
{
    volatile LONG Lock = 0;
    KIRQL Old;

    if (!FindThem())
        return;
    Old = RwShared(&Lock);
    if (CHECK(RwConvert(&Lock)))
        RwEndExclusive(&Lock, Old);
    else
        RwEndShared(&Lock, Old);
    CHECK_EQ(Lock, 0);
}

static VOID NTAPI ShareThread(PVOID Context)
{
    volatile LONG *Lock = Context;
    KIRQL Old = RwShared(Lock);

    InterlockedExchangeAdd(Lock, 0);
    RwEndShared(Lock, Old);
}

TEST(ExAcquireSpinLockSharedAtDpcLevel, AtDispatchLevel)
{
    volatile LONG Lock = 0;
    KIRQL Old;

    if (!FindThem())
        return;
    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    RwSharedAtDpc(&Lock);
    CHECK_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    RwEndSharedAtDpc(&Lock);
    RwExclusiveAtDpc(&Lock);
    CHECK_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    RwEndExclusiveAtDpc(&Lock);
    CHECK_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    KeLowerIrql(Old);
    CHECK_EQ(Lock, 0);
    KtestJoinThread(KtestStartThread(ShareThread, (PVOID)(ULONG_PTR)&Lock));
    CHECK_EQ(Lock, 0);
}

typedef struct MIXED {
    volatile LONG Lock, Readers, Writers, Wrong;
} MIXED;

static VOID NTAPI MixedThread(PVOID Context)
{
    MIXED *Mixed = Context;
    ULONG Round;

    for (Round = 0; Round < 3000; Round++) {
        KIRQL Old;

        if (Round % 4 == 0) {
            Old = RwExclusive(&Mixed->Lock);
            if (InterlockedIncrement(&Mixed->Writers) != 1 || Mixed->Readers != 0)
                InterlockedIncrement(&Mixed->Wrong);
            InterlockedDecrement(&Mixed->Writers);
            RwEndExclusive(&Mixed->Lock, Old);
        } else {
            Old = RwShared(&Mixed->Lock);
            InterlockedIncrement(&Mixed->Readers);
            if (Mixed->Writers != 0)
                InterlockedIncrement(&Mixed->Wrong);
            InterlockedDecrement(&Mixed->Readers);
            RwEndShared(&Mixed->Lock, Old);
        }
    }
}

TEST(ExReleaseSpinLockExclusive, NeverAReaderWithAWriter)
{
    MIXED Mixed = {0};
    PVOID Thread[3];
    ULONG Index;

    if (!FindThem())
        return;
    for (Index = 0; Index < 3; Index++)
        Thread[Index] = KtestStartThread(MixedThread, &Mixed);
    for (Index = 0; Index < 3; Index++)
        KtestJoinThread(Thread[Index]);
    CHECK_EQ(Mixed.Wrong, 0);
    CHECK_EQ(Mixed.Lock, 0);
}
