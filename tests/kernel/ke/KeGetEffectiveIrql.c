/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Small questions and settings of threads and processors, which not every Windows exports:
 * KeGetEffectiveIrql, KeQueryUnbiasedInterruptTime, KeShouldYieldProcessor,
 * KeQueryDpcWatchdogInformation, KeSetBasePriorityThread, KeSetKernelStackSwapEnable,
 * KeWaitForMutexObject.
 */
#include "ktest.h"

typedef KIRQL(NTAPI *GET_IRQL)(VOID);
typedef ULONGLONG(NTAPI *GET_TIME)(VOID);
typedef ULONG(NTAPI *SHOULD_YIELD)(VOID);
typedef NTSTATUS(NTAPI *WATCHDOG)(PVOID);
typedef LONG(NTAPI *SET_PRIORITY)(PKTHREAD, LONG);
typedef BOOLEAN(NTAPI *SET_SWAP)(BOOLEAN);
typedef NTSTATUS(NTAPI *WAIT)(PVOID, KWAIT_REASON, KPROCESSOR_MODE, BOOLEAN, PLARGE_INTEGER);

static PVOID Find(const WCHAR *Name)
{
    PVOID Address = KtestExport(Name);

    if (Address == NULL)
        skip("not exported here");
    return Address;
}

TEST(KeGetEffectiveIrql, IsTheIrql)
{
    GET_IRQL Get = (GET_IRQL)(ULONG_PTR)Find(L"KeGetEffectiveIrql");
    KIRQL Irql, Raised;

    if (Get == NULL)
        return;
    CHECK_EQ(Get(), PASSIVE_LEVEL);
    KeRaiseIrql(DISPATCH_LEVEL, &Irql);
    Raised = Get();
    KeLowerIrql(Irql);
    CHECK_EQ(Raised, DISPATCH_LEVEL);
}

TEST(KeQueryUnbiasedInterruptTime, GoesOn)
{
    GET_TIME Get = (GET_TIME)(ULONG_PTR)Find(L"KeQueryUnbiasedInterruptTime");
    ULONGLONG First;

    if (Get == NULL)
        return;
    First = Get();
    CHECK(First != 0);
    CHECK(Get() >= First);
    CHECK(First <= KeQueryInterruptTime());
}

TEST(KeShouldYieldProcessor, CanBeAskedAtDispatchLevel)
{
    SHOULD_YIELD Ask = (SHOULD_YIELD)(ULONG_PTR)Find(L"KeShouldYieldProcessor");
    KIRQL Irql;
    ULONG Yield;

    if (Ask == NULL)
        return;
    KeRaiseIrql(DISPATCH_LEVEL, &Irql);
    Yield = Ask();
    KeLowerIrql(Irql);
    CHECK(Yield == TRUE || Yield == FALSE);
}

TEST(KeQueryDpcWatchdogInformation, AtDispatchLevelOnly)
{
    WATCHDOG Query = (WATCHDOG)(ULONG_PTR)Find(L"KeQueryDpcWatchdogInformation");
    ULONG Information[8];
    NTSTATUS Status;
    KIRQL Irql;

    if (Query == NULL)
        return;
    CHECK_STATUS(Query(Information), STATUS_UNSUCCESSFUL);
    KeRaiseIrql(DISPATCH_LEVEL, &Irql);
    Status = Query(Information);
    KeLowerIrql(Irql);
    CHECK_STATUS(Status, STATUS_SUCCESS);
}

TEST(KeSetBasePriorityThread, ReturnsTheIncrementBefore)
{
    SET_PRIORITY Set = (SET_PRIORITY)(ULONG_PTR)Find(L"KeSetBasePriorityThread");
    PKTHREAD Thread = KeGetCurrentThread();
    LONG Before;

    if (Set == NULL)
        return;
    Before = Set(Thread, 1);
    CHECK_EQ((ULONG)Set(Thread, -2), 1);
    CHECK_EQ((ULONG)Set(Thread, 0), (ULONG)-2);
    CHECK_EQ((ULONG)Set(Thread, Before), 0);
}

TEST(KeSetKernelStackSwapEnable, ReturnsWhatItWas)
{
    SET_SWAP Set = (SET_SWAP)(ULONG_PTR)Find(L"KeSetKernelStackSwapEnable");
    BOOLEAN Before;

    if (Set == NULL)
        return;
    Before = Set(FALSE);
    CHECK_EQ(Set(TRUE), FALSE);
    CHECK_EQ(Set(Before), TRUE);
}

TEST(KeWaitForMutexObject, TakesTheMutex)
{
    WAIT Wait = (WAIT)(ULONG_PTR)Find(L"KeWaitForMutexObject");
    KMUTEX Mutex;

    if (Wait == NULL)
        return;
    KeInitializeMutex(&Mutex, 0);
    CHECK_STATUS(Wait(&Mutex, Executive, KernelMode, FALSE, NULL), STATUS_SUCCESS);
    CHECK(KeReadStateMutex(&Mutex) <= 0);
    CHECK_EQ(KeReleaseMutex(&Mutex, FALSE), 0);
    CHECK_EQ(KeReadStateMutex(&Mutex), 1);
}
