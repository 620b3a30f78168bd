/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeQueryRuntimeThread, KeQueryTotalCycleTimeThread - how long a thread has run.
 */
#include "kthread.h"

TEST(KeQueryRuntimeThread, GoesUpInTheKernel)
{
    ULONG(NTAPI * Runtime)(PKTHREAD Thread, PULONG UserTime) =
        (PVOID)KtestExport(L"KeQueryRuntimeThread");
    ULONG User = 77, Kernel;

    if (Runtime == NULL) {
        skip("new in Windows XP");
        return;
    }
    Kernel = Runtime(KeGetCurrentThread(), &User);
    CHECK_EQ(User, 0); /* a system thread has no time in user mode */
    while (Runtime(KeGetCurrentThread(), &User) == Kernel)
        YieldProcessor();
    CHECK(Runtime(KeGetCurrentThread(), &User) > Kernel);
}

static VOID NTAPI RunsAndEnds(PVOID Context)
{
    ULONG64(NTAPI * Cycles)(PKTHREAD Thread, PULONG64 Stamp) =
        (PVOID)KtestExport(L"KeQueryTotalCycleTimeThread");
    ULONG64 Before, Stamp;

    Before = Cycles(KeGetCurrentThread(), &Stamp);
    while (Cycles(KeGetCurrentThread(), &Stamp) == Before)
        YieldProcessor();
    *(PULONG64)Context = Cycles(KeGetCurrentThread(), &Stamp);
}

TEST(KeQueryTotalCycleTimeThread, CountsAndKeepsCounting)
{
    ULONG64(NTAPI * Cycles)(PKTHREAD Thread, PULONG64 Stamp) =
        (PVOID)KtestExport(L"KeQueryTotalCycleTimeThread");
    ULONG64 Inside = 0, First, Second, Early, Late;
    PVOID Thread;

    if (Cycles == NULL) {
        skip("new in Windows 8");
        return;
    }
    First = Cycles(KeGetCurrentThread(), &Early);
    Second = Cycles(KeGetCurrentThread(), &Late);
    CHECK(Early != 0);
    CHECK(Late >= Early);
    CHECK(Second >= First);

    /* What a thread has run for stays when it has ended. */
    Thread = KtestStartThread(RunsAndEnds, &Inside);
    if (Thread == NULL)
        return;
    CHECK_STATUS(KtestWait(Thread), STATUS_SUCCESS);
    CHECK(Inside != 0);
    CHECK(Cycles(Thread, &Late) >= Inside);
    ObDereferenceObject(Thread);
}
