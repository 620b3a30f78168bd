/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Waitable timers, and the clocks of this system. */
#include "client.h"

HANDLE WINAPI CreateWaitableTimerExW(LPSECURITY_ATTRIBUTES lpTimerAttributes, LPCWSTR lpTimerName,
    DWORD dwFlags, DWORD dwDesiredAccess)
{
    BASEP_OBJECT Object;
    HANDLE Timer = NULL;

    if ((dwFlags &
            ~(DWORD)(CREATE_WAITABLE_TIMER_MANUAL_RESET | CREATE_WAITABLE_TIMER_HIGH_RESOLUTION)) !=
        0)
        return BasepNoHandle(ERROR_INVALID_PARAMETER);
    if (!BasepNewObject(lpTimerAttributes, lpTimerName, &Object))
        return NULL;
    NTSTATUS Status = SysCreateTimer(&Timer, dwDesiredAccess, &Object.Attributes,
        (dwFlags & CREATE_WAITABLE_TIMER_MANUAL_RESET) != 0 ? NotificationTimer
                                                            : SynchronizationTimer);
    return BasepCreated(Status, Timer);
}

HANDLE WINAPI CreateWaitableTimerExA(LPSECURITY_ATTRIBUTES lpTimerAttributes, LPCSTR lpTimerName,
    DWORD dwFlags, DWORD dwDesiredAccess)
{
    BASEP_WIDE Name;

    if (!BasepWidenName(lpTimerName, &Name))
        return NULL;
    HANDLE Timer = CreateWaitableTimerExW(lpTimerAttributes, Name.Text, dwFlags, dwDesiredAccess);
    BasepFreeWide(&Name);
    return Timer;
}

HANDLE WINAPI CreateWaitableTimerW(
    LPSECURITY_ATTRIBUTES lpTimerAttributes, BOOL bManualReset, LPCWSTR lpTimerName)
{
    return CreateWaitableTimerExW(lpTimerAttributes, lpTimerName,
        bManualReset ? CREATE_WAITABLE_TIMER_MANUAL_RESET : 0, TIMER_ALL_ACCESS);
}

HANDLE WINAPI CreateWaitableTimerA(
    LPSECURITY_ATTRIBUTES lpTimerAttributes, BOOL bManualReset, LPCSTR lpTimerName)
{
    return CreateWaitableTimerExA(lpTimerAttributes, lpTimerName,
        bManualReset ? CREATE_WAITABLE_TIMER_MANUAL_RESET : 0, TIMER_ALL_ACCESS);
}

HANDLE WINAPI OpenWaitableTimerW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpTimerName)
{
    return BasepOpenObject(SysOpenTimer, dwDesiredAccess, bInheritHandle, lpTimerName);
}

HANDLE WINAPI OpenWaitableTimerA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpTimerName)
{
    return BasepOpenObjectA(SysOpenTimer, dwDesiredAccess, bInheritHandle, lpTimerName);
}

/* The routine is what the kernel calls: an APC's three arguments are its own. */
BOOL WINAPI SetWaitableTimer(HANDLE hTimer, const LARGE_INTEGER *lpDueTime, LONG lPeriod,
    PTIMERAPCROUTINE pfnCompletionRoutine, LPVOID lpArgToCompletionRoutine, BOOL fResume)
{
    LARGE_INTEGER DueTime = *lpDueTime;
    NTSTATUS Status = SysSetTimer(hTimer, &DueTime,
        (PTIMER_APC_ROUTINE)(void *)pfnCompletionRoutine, lpArgToCompletionRoutine,
        fResume != FALSE, lPeriod, NULL);

    if (!NT_SUCCESS(Status))
        return BasepFail(Status);
    SetLastError(Status == STATUS_TIMER_RESUME_IGNORED ? ERROR_NOT_SUPPORTED : ERROR_SUCCESS);
    return TRUE;
}

BOOL WINAPI CancelWaitableTimer(HANDLE hTimer)
{
    NTSTATUS Status = SysCancelTimer(hTimer, NULL);

    return NT_SUCCESS(Status) ? TRUE : BasepFail(Status);
}

/* ---- clocks ---------------------------------------------------------------------------------- */

BOOL WINAPI QueryPerformanceCounter(LARGE_INTEGER *lpPerformanceCount)
{
    lpPerformanceCount->QuadPart = (LONGLONG)host_counter();
    return TRUE;
}

BOOL WINAPI QueryPerformanceFrequency(LARGE_INTEGER *lpFrequency)
{
    lpFrequency->QuadPart = (LONGLONG)host_counter_frequency();
    return TRUE;
}

VOID WINAPI GetSystemTimeAsFileTime(LPFILETIME lpSystemTimeAsFileTime)
{
    uint64_t Time = host_clock_utc();

    lpSystemTimeAsFileTime->dwLowDateTime = (DWORD)Time;
    lpSystemTimeAsFileTime->dwHighDateTime = (DWORD)(Time >> 32);
}
