/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsQueryTotalCycleTimeProcess, PsUpdateDiskCounters, PsSetProcessPriorityByClass - what processes
 * use and how important they are.
 */
#include "pstest.h"

static VOID NTAPI UsesSome(PVOID Context)
{
    ULONG64(NTAPI * Query)(PEPROCESS Process, PULONG64 Stamp) =
        (PVOID)KtestExport(L"PsQueryTotalCycleTimeProcess");
    ULONG64 Stamp, Before = Query(PsGetCurrentProcess(), &Stamp);

    while (Query(PsGetCurrentProcess(), &Stamp) == Before)
        YieldProcessor();
    *(PULONG64)Context = Query(PsGetCurrentProcess(), &Stamp);
}

TEST(PsQueryTotalCycleTimeProcess, KeepsWhatEndedThreadsUsed)
{
    LATER(PsQueryTotalCycleTimeProcess, ULONG64, PEPROCESS, PULONG64)
    ULONG64 Inside = 0, Early = 0, Late = 0;
    ULONG64 Before = PsQueryTotalCycleTimeProcess(PsGetCurrentProcess(), &Early);

    PstestOnThread(UsesSome, &Inside);
    CHECK(Inside > Before);
    CHECK(PsQueryTotalCycleTimeProcess(PsGetCurrentProcess(), &Late) >= Inside);
    CHECK(Early != 0 && Late > Early);
}

TEST(PsUpdateDiskCounters, TakesCharges)
{
    LATER(PsUpdateDiskCounters, VOID, PEPROCESS, ULONG64, ULONG64, ULONG, ULONG, ULONG)
    LATER(PsIsDiskCountersEnabled, BOOLEAN, VOID)
    KIRQL Old;

    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    PsUpdateDiskCounters(PsGetCurrentProcess(), 4096, 512, 1, 1, 1);
    CHECK(PsIsDiskCountersEnabled() == TRUE || PsIsDiskCountersEnabled() == FALSE);
    KeLowerIrql(Old);
}

TEST(PsSetProcessPriorityByClass, LeavesTheClass)
{
    LATER(PsSetProcessPriorityByClass, VOID, PEPROCESS, ULONG)
    LATER(PsGetProcessPriorityClass, UCHAR, PEPROCESS)
    UCHAR Class = PsGetProcessPriorityClass(PsGetCurrentProcess());

    PsSetProcessPriorityByClass(PsGetCurrentProcess(), 0);
    CHECK_EQ(PsGetProcessPriorityClass(PsGetCurrentProcess()), Class);
    PsSetProcessPriorityByClass(PsGetCurrentProcess(), 1);
    CHECK_EQ(PsGetProcessPriorityClass(PsGetCurrentProcess()), Class);
}
