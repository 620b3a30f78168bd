/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Events. */
#include "client.h"

HANDLE WINAPI CreateEventExW(
    LPSECURITY_ATTRIBUTES lpEventAttributes, LPCWSTR lpName, DWORD dwFlags, DWORD dwDesiredAccess)
{
    BASEP_OBJECT Object;
    HANDLE Event = NULL;

    if ((dwFlags & ~(DWORD)(CREATE_EVENT_MANUAL_RESET | CREATE_EVENT_INITIAL_SET)) != 0)
        return BasepNoHandle(ERROR_INVALID_PARAMETER);
    if (!BasepNewObject(lpEventAttributes, lpName, &Object))
        return NULL;
    NTSTATUS Status = SysCreateEvent(&Event, dwDesiredAccess, &Object.Attributes,
        (dwFlags & CREATE_EVENT_MANUAL_RESET) != 0 ? NotificationEvent : SynchronizationEvent,
        (dwFlags & CREATE_EVENT_INITIAL_SET) != 0);
    return BasepCreated(Status, Event);
}

HANDLE WINAPI CreateEventExA(
    LPSECURITY_ATTRIBUTES lpEventAttributes, LPCSTR lpName, DWORD dwFlags, DWORD dwDesiredAccess)
{
    BASEP_WIDE Name;

    if (!BasepWidenName(lpName, &Name))
        return NULL;
    HANDLE Event = CreateEventExW(lpEventAttributes, Name.Text, dwFlags, dwDesiredAccess);
    BasepFreeWide(&Name);
    return Event;
}

static DWORD BasepEventFlags(BOOL ManualReset, BOOL InitialState)
{
    return (ManualReset ? CREATE_EVENT_MANUAL_RESET : 0) |
        (InitialState ? CREATE_EVENT_INITIAL_SET : 0);
}

HANDLE WINAPI CreateEventW(
    LPSECURITY_ATTRIBUTES lpEventAttributes, BOOL bManualReset, BOOL bInitialState, LPCWSTR lpName)
{
    return CreateEventExW(
        lpEventAttributes, lpName, BasepEventFlags(bManualReset, bInitialState), EVENT_ALL_ACCESS);
}

HANDLE WINAPI CreateEventA(
    LPSECURITY_ATTRIBUTES lpEventAttributes, BOOL bManualReset, BOOL bInitialState, LPCSTR lpName)
{
    return CreateEventExA(
        lpEventAttributes, lpName, BasepEventFlags(bManualReset, bInitialState), EVENT_ALL_ACCESS);
}

HANDLE WINAPI OpenEventW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName)
{
    return BasepOpenObject(SysOpenEvent, dwDesiredAccess, bInheritHandle, lpName);
}

HANDLE WINAPI OpenEventA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpName)
{
    return BasepOpenObjectA(SysOpenEvent, dwDesiredAccess, bInheritHandle, lpName);
}

BOOL WINAPI SetEvent(HANDLE hEvent)
{
    NTSTATUS Status = SysSetEvent(hEvent, NULL);

    return NT_SUCCESS(Status) ? TRUE : BasepFail(Status);
}

BOOL WINAPI ResetEvent(HANDLE hEvent)
{
    NTSTATUS Status = SysResetEvent(hEvent, NULL);

    return NT_SUCCESS(Status) ? TRUE : BasepFail(Status);
}

BOOL WINAPI PulseEvent(HANDLE hEvent)
{
    NTSTATUS Status = SysPulseEvent(hEvent, NULL);

    return NT_SUCCESS(Status) ? TRUE : BasepFail(Status);
}
