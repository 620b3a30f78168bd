/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsSetProcessWin32Process - what win32k keeps with processes and threads
 */
#include "pstest.h"

TEST(PsSetProcessWin32Process, IsSetOnceAndTakenAway)
{
    LATER(PsSetProcessWin32Process, NTSTATUS, PEPROCESS, PVOID, PVOID)
    LATER(PsGetCurrentProcessWin32Process, PVOID, VOID)
    PEPROCESS Process = PsGetCurrentProcess();
    ULONG Mine, Other;

    if (PsGetProcessWin32Process(Process) != NULL) {
        skip("it has one");
        return;
    }
    CHECK_STATUS(PsSetProcessWin32Process(Process, &Mine, NULL), STATUS_SUCCESS);
    CHECK_PTR(PsGetProcessWin32Process(Process), &Mine);
    CHECK_PTR(PsGetCurrentProcessWin32Process(), &Mine);
    CHECK_STATUS(PsSetProcessWin32Process(Process, &Other, NULL), STATUS_UNSUCCESSFUL);
    CHECK_STATUS(PsSetProcessWin32Process(Process, NULL, &Other), STATUS_UNSUCCESSFUL);
    CHECK_STATUS(PsSetProcessWin32Process(Process, NULL, &Mine), STATUS_SUCCESS);
    CHECK_PTR(PsGetProcessWin32Process(Process), NULL);
}

static VOID NTAPI OfAThread(PVOID Context)
{
    LATER(PsSetThreadWin32Thread, NTSTATUS, PETHREAD, PVOID, PVOID)
    LATER(PsGetCurrentThreadWin32Thread, PVOID, VOID)
    LATER(PsGetCurrentThreadWin32ThreadAndEnterCriticalRegion, PVOID, PHANDLE)
    HANDLE Id = NULL;

    CHECK_PTR(PsGetCurrentThreadWin32Thread(), NULL);
    CHECK_STATUS(PsSetThreadWin32Thread(PsGetCurrentThread(), Context, NULL), STATUS_SUCCESS);
    CHECK_PTR(PsGetCurrentThreadWin32Thread(), Context);
    CHECK_PTR(PsGetThreadWin32Thread(PsGetCurrentThread()), Context);
    CHECK_PTR(PsGetCurrentThreadWin32ThreadAndEnterCriticalRegion(&Id), Context);
    CHECK_PTR(Id, PsGetCurrentProcessId());
    CHECK(KeAreApcsDisabled());
    KeLeaveCriticalRegion();
    CHECK_STATUS(PsSetThreadWin32Thread(PsGetCurrentThread(), &Id, NULL), STATUS_UNSUCCESSFUL);
    CHECK_STATUS(PsSetThreadWin32Thread(PsGetCurrentThread(), NULL, Context), STATUS_SUCCESS);
}

TEST(PsSetThreadWin32Thread, IsSetOnceAndTakenAway)
{
    ULONG Mine;

    PstestOnThread(OfAThread, &Mine);
}

TEST(PsSetProcessWindowStation, IsKept)
{
    LATER(PsSetProcessWindowStation, VOID, PEPROCESS, PVOID)
    LATER(PsGetProcessWin32WindowStation, PVOID, PEPROCESS)
    PVOID Before = PsGetProcessWin32WindowStation(PsGetCurrentProcess());

    PsSetProcessWindowStation(PsGetCurrentProcess(), &Before);
    CHECK_PTR(PsGetProcessWin32WindowStation(PsGetCurrentProcess()), &Before);
    PsSetProcessWindowStation(PsGetCurrentProcess(), Before);
}

TEST(PsSetProcessSecurityPort, IsKept)
{
    LATER(PsSetProcessSecurityPort, NTSTATUS, PEPROCESS, PVOID)
    LATER(PsGetProcessSecurityPort, PVOID, PEPROCESS)
    PVOID Before = PsGetProcessSecurityPort(PsGetCurrentProcess());

    CHECK_STATUS(PsSetProcessSecurityPort(PsGetCurrentProcess(), &Before), STATUS_SUCCESS);
    CHECK_PTR(PsGetProcessSecurityPort(PsGetCurrentProcess()), &Before);
    CHECK_STATUS(PsSetProcessSecurityPort(PsGetCurrentProcess(), Before), STATUS_SUCCESS);
}

TEST(ZwYieldExecution, ComesBack)
{
    LATER(ZwYieldExecution, NTSTATUS, VOID)
    NTSTATUS Status = ZwYieldExecution();

    CHECK(Status == STATUS_SUCCESS || Status == (NTSTATUS)0x40000024 /* NO_YIELD_PERFORMED */);
}
