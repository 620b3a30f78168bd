/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsSuspendProcess - processes as wholes
 */
#include "pstest.h"

#ifndef THREAD_QUERY_INFORMATION
#define THREAD_QUERY_INFORMATION 0x0040
#endif

TEST(PsSuspendProcess, IsUndoneByResuming)
{
    LATER(PsSuspendProcess, NTSTATUS, PEPROCESS)
    LATER(PsResumeProcess, NTSTATUS, PEPROCESS)
    LATER(PsGetThreadFreezeCount, ULONG, PETHREAD)

    /* Resuming one that is not suspended is nothing. */
    CHECK_STATUS(PsResumeProcess(PsGetCurrentProcess()), STATUS_SUCCESS);
    CHECK_EQ(PsGetThreadFreezeCount(PsGetCurrentThread()), 0);
    UNREFERENCED_PARAMETER(PsSuspendProcess);
}

TEST(ZwGetNextThread, WalksThreads)
{
    LATER(ZwGetNextThread, NTSTATUS, HANDLE, HANDLE, ACCESS_MASK, ULONG, ULONG, PHANDLE)
    HANDLE Handle = NULL, Next = NULL, Process = (HANDLE)(LONG_PTR)-1;
    NTSTATUS Status;
    ULONG Count = 0;
    KEVENT Stop;
    PVOID Thread;

    KeInitializeEvent(&Stop, NotificationEvent, FALSE);
    Thread = KtestStartThread((PKSTART_ROUTINE)(PVOID)KtestWait, &Stop);
    Status = ZwGetNextThread(
        Process, NULL, THREAD_QUERY_INFORMATION, OBJ_KERNEL_HANDLE, 0, &Handle);
    while (NT_SUCCESS(Status)) {
        Count++;
        Status = ZwGetNextThread(
            Process, Handle, THREAD_QUERY_INFORMATION, OBJ_KERNEL_HANDLE, 0, &Next);
        ZwClose(Handle);
        Handle = Next;
    }
    CHECK_STATUS(Status, STATUS_NO_MORE_ENTRIES);
    CHECK(Count >= 1);
    KeSetEvent(&Stop, 0, FALSE);
    KtestJoinThread(Thread);
    CHECK_STATUS(
        ZwGetNextThread(Process, NULL, THREAD_QUERY_INFORMATION, OBJ_KERNEL_HANDLE, 7, &Handle),
        STATUS_INVALID_PARAMETER);
    CHECK_STATUS(
        ZwGetNextThread(NULL, NULL, THREAD_QUERY_INFORMATION, OBJ_KERNEL_HANDLE, 0, &Handle),
        STATUS_INVALID_HANDLE);
}

static VOID NTAPI AsksItself(PVOID Context)
{
    BOOLEAN(NTAPI * Function)(PETHREAD) = (PVOID)KtestExport(L"IoIsSystemThread");

    *(BOOLEAN *)Context = Function(PsGetCurrentThread());
}

TEST(IoIsSystemThread, IsTrueOfSystemThreads)
{
    BOOLEAN System = FALSE;

    PstestOnThread(AsksItself, &System);
    CHECK(System);
}

TEST(PsAcquireProcessExitSynchronization, HoldsAProcessThatRuns)
{
    LATER(PsAcquireProcessExitSynchronization, NTSTATUS, PEPROCESS)
    LATER(PsReleaseProcessExitSynchronization, VOID, PEPROCESS)

    if (CHECK_STATUS(PsAcquireProcessExitSynchronization(PsGetCurrentProcess()), STATUS_SUCCESS))
        PsReleaseProcessExitSynchronization(PsGetCurrentProcess());
}

TEST(PsChargePoolQuota, GrantsEverything)
{
    LATER(PsChargePoolQuota, VOID, PEPROCESS, ULONG, ULONG_PTR)
    LATER(PsReturnPoolQuota, VOID, PEPROCESS, ULONG, ULONG_PTR)
    LATER(PsChargeProcessPoolQuota, NTSTATUS, PEPROCESS, ULONG, ULONG_PTR)
    LATER(PsChargeProcessPagedPoolQuota, NTSTATUS, PEPROCESS, ULONG_PTR)
    LATER(PsChargeProcessNonPagedPoolQuota, NTSTATUS, PEPROCESS, ULONG_PTR)
    LATER(PsReturnProcessPagedPoolQuota, VOID, PEPROCESS, ULONG_PTR)
    LATER(PsReturnProcessNonPagedPoolQuota, VOID, PEPROCESS, ULONG_PTR)
    PEPROCESS Process = PsGetCurrentProcess();

    PsChargePoolQuota(Process, PagedPool, 64);
    PsReturnPoolQuota(Process, PagedPool, 64);
    CHECK_STATUS(PsChargeProcessPoolQuota(Process, NonPagedPool, 64), STATUS_SUCCESS);
    PsReturnPoolQuota(Process, NonPagedPool, 64);
    CHECK_STATUS(PsChargeProcessPagedPoolQuota(Process, 64), STATUS_SUCCESS);
    PsReturnProcessPagedPoolQuota(Process, 64);
    CHECK_STATUS(PsChargeProcessNonPagedPoolQuota(Process, 64), STATUS_SUCCESS);
    PsReturnProcessNonPagedPoolQuota(Process, 64);
}

TEST(PsGetHostSilo, IsTheOnlyOne)
{
    LATER(PsGetHostSilo, PVOID, VOID)
    LATER(PsIsHostSilo, BOOLEAN, PVOID)
    LATER(PsGetCurrentSilo, PVOID, VOID)
    LATER(PsGetCurrentServerSilo, PVOID, VOID)
    LATER(PsGetEffectiveServerSilo, PVOID, PVOID)

    CHECK_PTR(PsGetHostSilo(), NULL);
    CHECK(PsIsHostSilo(PsGetHostSilo()));
    CHECK_PTR(PsGetCurrentSilo(), NULL);
    CHECK_PTR(PsGetCurrentServerSilo(), NULL);
    CHECK_PTR(PsGetEffectiveServerSilo(NULL), NULL);
}

TEST(PsGetThreadServerSilo, IsTheHosts)
{
    LATER(PsGetThreadServerSilo, PVOID, PETHREAD)
    LATER(PsGetParentSilo, PVOID, PVOID)
    LATER(PsGetServerSiloActiveConsoleId, ULONG, PVOID)

    CHECK_PTR(PsGetThreadServerSilo(PsGetCurrentThread()), NULL);
    CHECK_PTR(PsGetParentSilo(NULL), NULL);
    CHECK(PsGetServerSiloActiveConsoleId(NULL) != 0);
}

TEST(PsIsCurrentThreadPrefetching, SaysNo)
{
    LATER(PsIsCurrentThreadPrefetching, BOOLEAN, VOID)

    CHECK(!PsIsCurrentThreadPrefetching());
}

TEST(PsIsDiskCountersEnabled, SaysNo)
{
    LATER(PsIsDiskCountersEnabled, BOOLEAN, VOID)

    CHECK(!PsIsDiskCountersEnabled());
}

TEST(PsGetCurrentThreadTeb, IsNothingForASystemThread)
{
    LATER(PsGetCurrentThreadTeb, PVOID, VOID)

    CHECK_PTR(PsGetCurrentThreadTeb(), NULL);
}

TEST(IoGetRequestorSessionId, IsThatOfTheThreadsProcess)
{
    LATER(IoGetRequestorSessionId, NTSTATUS, PIRP, PULONG)
    PIRP Irp = IoAllocateIrp(1, FALSE);
    ULONG Session = 9;

    if (!CHECK(Irp != NULL))
        return;
    Irp->Tail.Overlay.Thread = NULL;
    CHECK_STATUS(IoGetRequestorSessionId(Irp, &Session), STATUS_UNSUCCESSFUL);
    CHECK_EQ(Session, ~0u);
    Irp->Tail.Overlay.Thread = PsGetCurrentThread();
    CHECK_STATUS(IoGetRequestorSessionId(Irp, &Session), STATUS_SUCCESS);
    CHECK_EQ(Session, PsGetThreadSessionId(PsGetCurrentThread()));
    IoFreeIrp(Irp);
}

TEST(PsGetThreadProperty, ThereIsNoneOfThatKey)
{
    LATER(PsGetThreadProperty, PVOID, PETHREAD, SIZE_T, ULONG)

    CHECK_PTR(PsGetThreadProperty(PsGetCurrentThread(), (SIZE_T)&PsGetThreadProperty, 0), NULL);
}
