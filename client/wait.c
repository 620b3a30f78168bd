/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Waiting for objects, and for time to pass. */
#include "client.h"

#include <errno.h>

NTSTATUS BasepWaitForRequest(HANDLE File, const IO_STATUS_BLOCK *Io)
{
    NTSTATUS Status = SysWaitForSingleObject(File, FALSE, NULL);

    return NT_SUCCESS(Status) ? __atomic_load_n(&Io->Status, __ATOMIC_ACQUIRE) : Status;
}

/* What a wait call returns for a status: WAIT_* values are the statuses' own. */
static DWORD BasepWaitAnswer(NTSTATUS Status)
{
    if (NT_SUCCESS(Status))
        return (DWORD)Status;
    BasepFail(Status);
    return WAIT_FAILED;
}

DWORD WINAPI WaitForSingleObjectEx(HANDLE hHandle, DWORD dwMilliseconds, BOOL bAlertable)
{
    LARGE_INTEGER Time, *Timeout = BasepTimeout(dwMilliseconds, &Time);
    NTSTATUS Status;

    do {
        Status = SysWaitForSingleObject(hHandle, bAlertable != FALSE, Timeout);
    } while (Status == STATUS_ALERTED);
    return BasepWaitAnswer(Status);
}

DWORD WINAPI WaitForSingleObject(HANDLE hHandle, DWORD dwMilliseconds)
{
    return WaitForSingleObjectEx(hHandle, dwMilliseconds, FALSE);
}

DWORD WINAPI WaitForMultipleObjectsEx(
    DWORD nCount, CONST HANDLE *lpHandles, BOOL bWaitAll, DWORD dwMilliseconds, BOOL bAlertable)
{
    LARGE_INTEGER Time, *Timeout = BasepTimeout(dwMilliseconds, &Time);
    HANDLE *Handles = (HANDLE *)(ULONG_PTR)lpHandles; /* read only, whatever the service's
                                                         declaration says */
    NTSTATUS Status;

    do {
        Status = SysWaitForMultipleObjects(
            nCount, Handles, bWaitAll ? WaitAll : WaitAny, bAlertable != FALSE, Timeout);
    } while (Status == STATUS_ALERTED);
    return BasepWaitAnswer(Status);
}

DWORD WINAPI WaitForMultipleObjects(
    DWORD nCount, CONST HANDLE *lpHandles, BOOL bWaitAll, DWORD dwMilliseconds)
{
    return WaitForMultipleObjectsEx(nCount, lpHandles, bWaitAll, dwMilliseconds, FALSE);
}

DWORD WINAPI SignalObjectAndWait(
    HANDLE hObjectToSignal, HANDLE hObjectToWaitOn, DWORD dwMilliseconds, BOOL bAlertable)
{
    LARGE_INTEGER Time, *Timeout = BasepTimeout(dwMilliseconds, &Time);
    NTSTATUS Status = SysSignalAndWaitForSingleObject(
        hObjectToSignal, hObjectToWaitOn, bAlertable != FALSE, Timeout);

    while (Status == STATUS_ALERTED)
        Status = SysWaitForSingleObject(hObjectToWaitOn, bAlertable != FALSE, Timeout);
    return BasepWaitAnswer(Status);
}

/* Sleep needs no machine, and must still sleep when there is none any more. */
VOID WINAPI Sleep(DWORD dwMilliseconds)
{
    _Atomic uint32_t Never = 0;
    uint64_t Deadline = HOST_FOREVER;

    if (dwMilliseconds == 0) {
        host_yield();
        return;
    }
    if (dwMilliseconds != INFINITE)
        Deadline = host_clock_monotonic() + (uint64_t)dwMilliseconds * 10000;
    while (host_wait(&Never, 0, Deadline) != ETIMEDOUT)
        continue;
}

DWORD WINAPI SleepEx(DWORD dwMilliseconds, BOOL bAlertable)
{
    LARGE_INTEGER Time, Forever = {.QuadPart = INT64_MIN};
    LARGE_INTEGER *Interval = BasepTimeout(dwMilliseconds, &Time);
    NTSTATUS Status;

    if (bAlertable) {
        do {
            Status = SysDelayExecution(TRUE, Interval != NULL ? Interval : &Forever);
        } while (Status == STATUS_ALERTED);
        if (NT_SUCCESS(Status))
            return Status == STATUS_USER_APC ? WAIT_IO_COMPLETION : 0;
    }
    Sleep(dwMilliseconds);
    return 0;
}
