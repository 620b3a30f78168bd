/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What ps exports to drivers about processes and threads; the rest stands at the end of ps.h. */
#pragma once

#include "ps/ps.h"

NTSTATUS NTAPI PsLookupProcessByProcessId(HANDLE ProcessId, EPROCESS **Process);
NTSTATUS NTAPI PsLookupThreadByThreadId(HANDLE ThreadId, ETHREAD **Thread);
NTSTATUS NTAPI PsLookupProcessThreadByCid(CLIENT_ID *Cid, EPROCESS **Process, ETHREAD **Thread);

char *NTAPI PsGetProcessImageFileName(EPROCESS *Process);
NTSTATUS NTAPI SeLocateProcessImageName(EPROCESS *Process, UNICODE_STRING **ImageFileName);
HANDLE NTAPI PsGetProcessInheritedFromUniqueProcessId(EPROCESS *Process);
ULONG64 NTAPI PsGetProcessStartKey(EPROCESS *Process);
LONGLONG NTAPI PsGetProcessCreateTimeQuadPart(EPROCESS *Process);
LARGE_INTEGER NTAPI PsGetProcessExitTime(void);
NTSTATUS NTAPI PsGetProcessExitStatus(EPROCESS *Process);
BOOLEAN NTAPI PsGetProcessExitProcessCalled(EPROCESS *Process);
ULONG NTAPI PsGetProcessSessionId(EPROCESS *Process);
ULONG NTAPI PsGetProcessSessionIdEx(EPROCESS *Process);
ULONG NTAPI PsGetCurrentProcessSessionId(void);
void *NTAPI PsGetProcessPeb(EPROCESS *Process);
void *NTAPI PsGetProcessWow64Process(EPROCESS *Process);
void *NTAPI PsGetCurrentProcessWow64Process(void);
void *NTAPI PsGetProcessJob(EPROCESS *Process);
void *NTAPI PsGetProcessDebugPort(EPROCESS *Process);
void *NTAPI PsGetProcessSectionBaseAddress(EPROCESS *Process);
BOOLEAN NTAPI PsIsProcessBeingDebugged(EPROCESS *Process);
BOOLEAN NTAPI PsIsSystemProcess(EPROCESS *Process);
BOOLEAN NTAPI PsIsProtectedProcess(EPROCESS *Process);
BOOLEAN NTAPI PsIsProtectedProcessLight(EPROCESS *Process);
SE_TOKEN *NTAPI PsReferencePrimaryToken(EPROCESS *Process);
void NTAPI PsDereferencePrimaryToken(SE_TOKEN *Token);

BOOLEAN NTAPI PsIsSystemThread(ETHREAD *Thread);
BOOLEAN NTAPI PsIsThreadTerminating(ETHREAD *Thread);
HANDLE NTAPI PsGetThreadId(ETHREAD *Thread);
EPROCESS *NTAPI PsGetThreadProcess(ETHREAD *Thread);
HANDLE NTAPI PsGetThreadProcessId(ETHREAD *Thread);
ULONG NTAPI PsGetThreadSessionId(ETHREAD *Thread);
LONGLONG NTAPI PsGetThreadCreateTime(ETHREAD *Thread);
NTSTATUS NTAPI PsGetThreadExitStatus(ETHREAD *Thread);
void *NTAPI PsGetThreadTeb(ETHREAD *Thread);
EPROCESS *NTAPI IoThreadToProcess(ETHREAD *Thread);
EPROCESS *NTAPI PsGetCurrentThreadProcess(void);
HANDLE NTAPI PsGetCurrentThreadProcessId(void);
void *NTAPI PsGetCurrentThreadStackBase(void);
void *NTAPI PsGetCurrentThreadStackLimit(void);
KPROCESSOR_MODE NTAPI PsGetCurrentThreadPreviousMode(void);

NTSTATUS NTAPI PsSetCreateProcessNotifyRoutine(
    PCREATE_PROCESS_NOTIFY_ROUTINE NotifyRoutine, BOOLEAN Remove);
NTSTATUS NTAPI PsSetCreateProcessNotifyRoutineEx(
    PCREATE_PROCESS_NOTIFY_ROUTINE_EX NotifyRoutine, BOOLEAN Remove);
NTSTATUS NTAPI PsSetCreateProcessNotifyRoutineEx2(
    PSCREATEPROCESSNOTIFYTYPE NotifyType, void *NotifyInformation, BOOLEAN Remove);
NTSTATUS NTAPI PsSetCreateThreadNotifyRoutine(PCREATE_THREAD_NOTIFY_ROUTINE NotifyRoutine);
NTSTATUS NTAPI PsSetCreateThreadNotifyRoutineEx(
    PSCREATETHREADNOTIFYTYPE NotifyType, void *NotifyInformation);
NTSTATUS NTAPI PsRemoveCreateThreadNotifyRoutine(PCREATE_THREAD_NOTIFY_ROUTINE NotifyRoutine);
NTSTATUS NTAPI PsSetLoadImageNotifyRoutine(PLOAD_IMAGE_NOTIFY_ROUTINE NotifyRoutine);
NTSTATUS NTAPI PsSetLoadImageNotifyRoutineEx(
    PLOAD_IMAGE_NOTIFY_ROUTINE NotifyRoutine, ULONG_PTR Flags);
NTSTATUS NTAPI PsRemoveLoadImageNotifyRoutine(PLOAD_IMAGE_NOTIFY_ROUTINE NotifyRoutine);

void NTAPI KeAttachProcess(PKPROCESS Process);
void NTAPI KeDetachProcess(void);
void NTAPI KeStackAttachProcess(PKPROCESS Process, KAPC_STATE *ApcState);
void NTAPI KeUnstackDetachProcess(KAPC_STATE *ApcState);
BOOLEAN NTAPI KeIsAttachedProcess(void);

NTSTATUS NTAPI NtOpenProcess(HANDLE *ProcessHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, CLIENT_ID *ClientId);
NTSTATUS NTAPI ZwOpenProcess(HANDLE *ProcessHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, CLIENT_ID *ClientId);
NTSTATUS NTAPI NtOpenThread(HANDLE *ThreadHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, CLIENT_ID *ClientId);
NTSTATUS NTAPI ZwOpenThread(HANDLE *ThreadHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, CLIENT_ID *ClientId);
NTSTATUS NTAPI NtTerminateProcess(HANDLE ProcessHandle, NTSTATUS ExitStatus);
NTSTATUS NTAPI ZwTerminateProcess(HANDLE ProcessHandle, NTSTATUS ExitStatus);
NTSTATUS NTAPI NtQueryInformationProcess(HANDLE ProcessHandle,
    PROCESSINFOCLASS ProcessInformationClass, void *ProcessInformation, ULONG Length,
    ULONG *ReturnLength);
NTSTATUS NTAPI ZwQueryInformationProcess(HANDLE ProcessHandle,
    PROCESSINFOCLASS ProcessInformationClass, void *ProcessInformation, ULONG Length,
    ULONG *ReturnLength);
NTSTATUS NTAPI NtSetInformationProcess(HANDLE ProcessHandle,
    PROCESSINFOCLASS ProcessInformationClass, void *ProcessInformation, ULONG Length);
NTSTATUS NTAPI ZwSetInformationProcess(HANDLE ProcessHandle,
    PROCESSINFOCLASS ProcessInformationClass, void *ProcessInformation, ULONG Length);
UCHAR NTAPI PsGetProcessPriorityClass(EPROCESS *Process);
void NTAPI PsSetProcessPriorityClass(EPROCESS *Process, UCHAR PriorityClass);
void NTAPI PsSetProcessPriorityByClass(EPROCESS *Process, ULONG Mode);
