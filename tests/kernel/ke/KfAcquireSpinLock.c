/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KfAcquireSpinLock and kin - what KeAcquireSpinLock and its neighbours are on x86, where hal.dll
 * exports them; and the older forms without the f. They work on the same lock as all others do.
 */
#include "lock_test.h"

typedef KIRQL(FASTCALL *KF_ACQUIRE)(PKSPIN_LOCK Lock);
typedef VOID(FASTCALL *KF_RELEASE)(PKSPIN_LOCK Lock, KIRQL Old);
typedef VOID(FASTCALL *KF_LOCK)(PKSPIN_LOCK Lock);
typedef VOID(FASTCALL *KF_LOWER)(KIRQL Irql);

static KF_ACQUIRE KfAcquire;
static KF_RELEASE KfRelease;
static KF_LOCK KefAcquire, KefRelease;

static BOOLEAN FindThem(VOID)
{
    KfAcquire = (KF_ACQUIRE)(ULONG_PTR)KtestExport(L"KfAcquireSpinLock");
    KfRelease = (KF_RELEASE)(ULONG_PTR)KtestExport(L"KfReleaseSpinLock");
    KefAcquire = (KF_LOCK)(ULONG_PTR)KtestExport(L"KefAcquireSpinLockAtDpcLevel");
    KefRelease = (KF_LOCK)(ULONG_PTR)KtestExport(L"KefReleaseSpinLockFromDpcLevel");
    if (KfAcquire != NULL && KfRelease != NULL && KefAcquire != NULL && KefRelease != NULL)
        return TRUE;
    skip("exported on x86 only");
    return FALSE;
}

TEST(KfAcquireSpinLock, RaisesAndTakesTheLock)
{
    KSPIN_LOCK Lock;
    KIRQL Old, Level;
    BOOLEAN Taken;

    if (!FindThem())
        return;
    KeInitializeSpinLock(&Lock);
    Old = KfAcquire(&Lock);
    Level = KeGetCurrentIrql();
    Taken = LockTestIsTaken(&Lock);
    KfRelease(&Lock, Old);
    CHECK_EQ(Old, PASSIVE_LEVEL);
    CHECK_EQ(Level, DISPATCH_LEVEL);
    CHECK(Taken);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    CHECK(!LockTestIsTaken(&Lock));
}

TEST(KfReleaseSpinLock, GoesToTheLevelItIsGiven)
{
    KSPIN_LOCK Lock;
    KIRQL Old, First, Level;

    if (!FindThem())
        return;
    KeInitializeSpinLock(&Lock);
    KeRaiseIrql(APC_LEVEL, &First);
    Old = KfAcquire(&Lock);
    KfRelease(&Lock, Old);
    Level = KeGetCurrentIrql();
    KeLowerIrql(First);
    CHECK_EQ(Old, APC_LEVEL);
    CHECK_EQ(Level, APC_LEVEL);
}

static VOID CountOnce(LOCK_TEST *Test)
{
    KIRQL Old = KfAcquire(&Test->Lock);

    LockTestCount(Test);
    KfRelease(&Test->Lock, Old);
}

TEST(KfAcquireSpinLock, KeepsTheOtherThreadOut)
{
    if (FindThem())
        LockTestRun(CountOnce);
}

TEST(KefAcquireSpinLockAtDpcLevel, TakesTheLockAndKeepsTheLevel)
{
    KSPIN_LOCK Lock;
    KIRQL Old, Level;
    BOOLEAN Taken;

    if (!FindThem())
        return;
    KeInitializeSpinLock(&Lock);
    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    KefAcquire(&Lock);
    Level = KeGetCurrentIrql();
    Taken = LockTestIsTaken(&Lock);
    KefRelease(&Lock);
    KeLowerIrql(Old);
    CHECK_EQ(Level, DISPATCH_LEVEL);
    CHECK(Taken);
    CHECK(!LockTestIsTaken(&Lock));
}

/* One thread in two ways, so that each must keep the other out. */
static VOID CountEitherWay(LOCK_TEST *Test)
{
    KIRQL Old;

    if (Test->Count & 1) {
        CountOnce(Test);
        return;
    }
    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    KefAcquire(&Test->Lock);
    LockTestCount(Test);
    KefRelease(&Test->Lock);
    KeLowerIrql(Old);
}

TEST(KefReleaseSpinLockFromDpcLevel, ExcludesThoseThatRaise)
{
    if (FindThem())
        LockTestRun(CountEitherWay);
}

TEST(KiAcquireSpinLock, TakesTheLockAndKeepsTheLevel)
{
    KF_LOCK Acquire = (KF_LOCK)(ULONG_PTR)KtestExport(L"KiAcquireSpinLock");
    KF_LOCK Release = (KF_LOCK)(ULONG_PTR)KtestExport(L"KiReleaseSpinLock");
    KSPIN_LOCK Lock;
    KIRQL Old, Level;
    BOOLEAN Taken;

    if (Acquire == NULL || Release == NULL) {
        skip("not exported here");
        return;
    }
    KeInitializeSpinLock(&Lock);
    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    Acquire(&Lock);
    Level = KeGetCurrentIrql();
    Taken = LockTestIsTaken(&Lock);
    Release(&Lock);
    KeLowerIrql(Old);
    CHECK_EQ(Level, DISPATCH_LEVEL);
    CHECK(Taken);
    CHECK(!LockTestIsTaken(&Lock));
}

TEST(KfLowerIrql, LowersStepByStep)
{
    KF_LOWER Lower = (KF_LOWER)(ULONG_PTR)KtestExport(L"KfLowerIrql");
    KIRQL Old, High, Middle, Low;

    if (Lower == NULL) {
        skip("exported on x86 only");
        return;
    }
    KeRaiseIrql(HIGH_LEVEL, &Old);
    High = KeGetCurrentIrql();
    Lower(DISPATCH_LEVEL);
    Middle = KeGetCurrentIrql();
    Lower(DISPATCH_LEVEL);
    Low = KeGetCurrentIrql();
    Lower(Old);
    CHECK_EQ(High, HIGH_LEVEL);
    CHECK_EQ(Middle, DISPATCH_LEVEL);
    CHECK_EQ(Low, DISPATCH_LEVEL);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}
