/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What ps exports about processes as wholes and quotas (control.c). */
#pragma once

#include "ps/ps.h"

NTSTATUS NTAPI PsSuspendProcess(EPROCESS *Process);
NTSTATUS NTAPI PsResumeProcess(EPROCESS *Process);
ULONG NTAPI PsGetThreadFreezeCount(ETHREAD *Thread);
NTSTATUS NTAPI NtGetNextThread(HANDLE ProcessHandle, HANDLE ThreadHandle, ACCESS_MASK DesiredAccess,
    ULONG HandleAttributes, ULONG Flags, HANDLE *NewThreadHandle);
NTSTATUS NTAPI ZwGetNextThread(HANDLE ProcessHandle, HANDLE ThreadHandle, ACCESS_MASK DesiredAccess,
    ULONG HandleAttributes, ULONG Flags, HANDLE *NewThreadHandle);
BOOLEAN NTAPI IoIsSystemThread(ETHREAD *Thread);
NTSTATUS NTAPI PsAcquireProcessExitSynchronization(EPROCESS *Process);
void NTAPI PsReleaseProcessExitSynchronization(EPROCESS *Process);
void NTAPI PsChargePoolQuota(EPROCESS *Process, POOL_TYPE PoolType, ULONG_PTR Amount);
void NTAPI PsReturnPoolQuota(EPROCESS *Process, POOL_TYPE PoolType, ULONG_PTR Amount);
NTSTATUS NTAPI PsChargeProcessPoolQuota(EPROCESS *Process, POOL_TYPE PoolType, ULONG_PTR Amount);
NTSTATUS NTAPI PsChargeProcessPagedPoolQuota(EPROCESS *Process, ULONG_PTR Amount);
NTSTATUS NTAPI PsChargeProcessNonPagedPoolQuota(EPROCESS *Process, ULONG_PTR Amount);
void NTAPI PsReturnProcessPagedPoolQuota(EPROCESS *Process, ULONG_PTR Amount);
void NTAPI PsReturnProcessNonPagedPoolQuota(EPROCESS *Process, ULONG_PTR Amount);
void *NTAPI PsGetCurrentThreadTeb(void);
BOOLEAN NTAPI PsIsCurrentThreadPrefetching(void);
NTSTATUS NTAPI NtYieldExecution(void);
NTSTATUS NTAPI ZwYieldExecution(void);
NTSTATUS NTAPI IoGetRequestorSessionId(IRP *Irp, ULONG *pSessionId);
NTSTATUS NTAPI PsWrapApcWow64Thread(void **ApcContext, void **ApcRoutine);
NTSTATUS NTAPI PsReferenceProcessFilePointer(EPROCESS *Process, void **FileObject);
void NTAPI PsEnterPriorityRegion(void);
void NTAPI PsLeavePriorityRegion(void);
void *NTAPI PsGetThreadProperty(ETHREAD *Thread, SIZE_T Key, ULONG Flags);
