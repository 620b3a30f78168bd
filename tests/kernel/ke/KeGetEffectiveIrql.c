/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Small questions and settings of threads and processors.
 */
#include <ntddk.h>

#include "ktest.h"

typedef KIRQL(NTAPI *GET_IRQL)(VOID);
typedef ULONGLONG(NTAPI *GET_TIME)(VOID);
typedef ULONG(NTAPI *SHOULD_YIELD)(VOID);
typedef NTSTATUS(NTAPI *WATCHDOG)(PULONG);
typedef LONG(NTAPI *SET_BASE)(PKTHREAD, LONG);
typedef BOOLEAN(NTAPI *SET_SWAP)(BOOLEAN);
typedef NTSTATUS(NTAPI *WAIT_MUTEX)(PVOID, KWAIT_REASON, KPROCESSOR_MODE, BOOLEAN, PLARGE_INTEGER);

TEST(KeGetEffectiveIrql, FollowsTheIrql)
{
    GET_IRQL Get = (GET_IRQL)KtestExport(L"KeGetEffectiveIrql");
    KIRQL Old;

    if (Get == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK_EQ(Get(), PASSIVE_LEVEL);
    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    CHECK_EQ(Get(), DISPATCH_LEVEL);
    KeLowerIrql(Old);
}

TEST(KeQueryUnbiasedInterruptTime, GoesForward)
{
    GET_TIME Get = (GET_TIME)KtestExport(L"KeQueryUnbiasedInterruptTime");
    ULONGLONG Before, After;

    if (Get == NULL) {
        skip("newer than this Windows");
        return;
    }
    Before = Get();
    After = Get();
    CHECK(After >= Before);
    CHECK(Before != 0);
}

TEST(KeShouldYieldProcessor, ARoutineThatHasJustBegun)
{
    SHOULD_YIELD Should = (SHOULD_YIELD)KtestExport(L"KeShouldYieldProcessor");
    KIRQL Old;
    ULONG Answer;

    if (Should == NULL) {
        skip("newer than this Windows");
        return;
    }
    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    Answer = Should();
    KeLowerIrql(Old);
    CHECK(Answer == FALSE || Answer == TRUE);
}

TEST(KeQueryDpcWatchdogInformation, AtDispatchLevelOnly)
{
    WATCHDOG Query = (WATCHDOG)KtestExport(L"KeQueryDpcWatchdogInformation");
    ULONG Information[6] = {0, 0, 0, 0, 0, 0x12345678};
    NTSTATUS Status;
    KIRQL Old;

    if (Query == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK_STATUS(Query(Information), STATUS_UNSUCCESSFUL);
    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    Status = Query(Information);
    KeLowerIrql(Old);
    CHECK_STATUS(Status, STATUS_SUCCESS);
    CHECK(Information[1] <= Information[0] || Information[0] == 0);
    CHECK_EQ(Information[5], 0x12345678);
}

TEST(KeSetBasePriorityThread, ReturnsTheIncrementBefore)
{
    SET_BASE Set = (SET_BASE)KtestExport(L"KeSetBasePriorityThread");
    PKTHREAD Thread = KeGetCurrentThread();
    KPRIORITY Priority = KeQueryPriorityThread(Thread);
    LONG Before;

    if (Set == NULL) {
        skip("not on this Windows");
        return;
    }
    Before = Set(Thread, 1);
    CHECK_EQ((ULONG)Set(Thread, -1), 1);
    CHECK_EQ((ULONG)Set(Thread, Before), (ULONG)-1);
    KeSetPriorityThread(Thread, Priority);
}

TEST(KeSetKernelStackSwapEnable, ReturnsWhatItWas)
{
    SET_SWAP Set = (SET_SWAP)KtestExport(L"KeSetKernelStackSwapEnable");
    BOOLEAN Before;

    if (Set == NULL) {
        skip("not on this Windows");
        return;
    }
    Before = Set(FALSE);
    CHECK(!Set(TRUE));
    CHECK(Set(Before));
}

TEST(KeWaitForMutexObject, IsKeWaitForSingleObject)
{
    WAIT_MUTEX Wait = (WAIT_MUTEX)KtestExport(L"KeWaitForMutexObject");
    LARGE_INTEGER Now = {.QuadPart = 0};
    KMUTEX Mutex;
    KEVENT Event;

    if (Wait == NULL) {
        skip("not on this Windows");
        return;
    }
    KeInitializeMutex(&Mutex, 0);
    CHECK_STATUS(Wait(&Mutex, Executive, KernelMode, FALSE, NULL), STATUS_SUCCESS);
    CHECK(KeReadStateMutex(&Mutex) != 1);
    KeReleaseMutex(&Mutex, FALSE);
    KeInitializeEvent(&Event, NotificationEvent, FALSE);
    CHECK_STATUS(Wait(&Event, Executive, KernelMode, FALSE, &Now), STATUS_TIMEOUT);
}
