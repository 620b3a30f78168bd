/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Semaphores. */
#include "client.h"

HANDLE WINAPI CreateSemaphoreExW(LPSECURITY_ATTRIBUTES lpSemaphoreAttributes, LONG lInitialCount,
    LONG lMaximumCount, LPCWSTR lpName, DWORD dwFlags, DWORD dwDesiredAccess)
{
    BASEP_OBJECT Object;
    HANDLE Semaphore = NULL;

    if (dwFlags != 0)
        return BasepNoHandle(ERROR_INVALID_PARAMETER);
    if (!BasepNewObject(lpSemaphoreAttributes, lpName, &Object))
        return NULL;
    NTSTATUS Status = SysCreateSemaphore(
        &Semaphore, dwDesiredAccess, &Object.Attributes, lInitialCount, lMaximumCount);
    return BasepCreated(Status, Semaphore);
}

HANDLE WINAPI CreateSemaphoreExA(LPSECURITY_ATTRIBUTES lpSemaphoreAttributes, LONG lInitialCount,
    LONG lMaximumCount, LPCSTR lpName, DWORD dwFlags, DWORD dwDesiredAccess)
{
    BASEP_WIDE Name;

    if (!BasepWidenName(lpName, &Name))
        return NULL;
    HANDLE Semaphore = CreateSemaphoreExW(
        lpSemaphoreAttributes, lInitialCount, lMaximumCount, Name.Text, dwFlags, dwDesiredAccess);
    BasepFreeWide(&Name);
    return Semaphore;
}

HANDLE WINAPI CreateSemaphoreW(LPSECURITY_ATTRIBUTES lpSemaphoreAttributes, LONG lInitialCount,
    LONG lMaximumCount, LPCWSTR lpName)
{
    return CreateSemaphoreExW(
        lpSemaphoreAttributes, lInitialCount, lMaximumCount, lpName, 0, SEMAPHORE_ALL_ACCESS);
}

HANDLE WINAPI CreateSemaphoreA(LPSECURITY_ATTRIBUTES lpSemaphoreAttributes, LONG lInitialCount,
    LONG lMaximumCount, LPCSTR lpName)
{
    return CreateSemaphoreExA(
        lpSemaphoreAttributes, lInitialCount, lMaximumCount, lpName, 0, SEMAPHORE_ALL_ACCESS);
}

HANDLE WINAPI OpenSemaphoreW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName)
{
    return BasepOpenObject(SysOpenSemaphore, dwDesiredAccess, bInheritHandle, lpName);
}

HANDLE WINAPI OpenSemaphoreA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpName)
{
    return BasepOpenObjectA(SysOpenSemaphore, dwDesiredAccess, bInheritHandle, lpName);
}

BOOL WINAPI ReleaseSemaphore(HANDLE hSemaphore, LONG lReleaseCount, LPLONG lpPreviousCount)
{
    NTSTATUS Status = SysReleaseSemaphore(hSemaphore, lReleaseCount, lpPreviousCount);

    return NT_SUCCESS(Status) ? TRUE : BasepFail(Status);
}
