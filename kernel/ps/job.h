/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What ps exports about jobs (job.c). */
#pragma once

#include "ps/ps.h"

extern OBJECT_TYPE *PsJobType;

NTSTATUS NTAPI NtCreateJobObject(
    HANDLE *JobHandle, ACCESS_MASK DesiredAccess, OBJECT_ATTRIBUTES *ObjectAttributes);
NTSTATUS NTAPI NtOpenJobObject(
    HANDLE *JobHandle, ACCESS_MASK DesiredAccess, OBJECT_ATTRIBUTES *ObjectAttributes);
NTSTATUS NTAPI NtAssignProcessToJobObject(HANDLE JobHandle, HANDLE ProcessHandle);
NTSTATUS NTAPI NtIsProcessInJob(HANDLE ProcessHandle, HANDLE JobHandle);
NTSTATUS NTAPI NtTerminateJobObject(HANDLE JobHandle, NTSTATUS ExitStatus);
NTSTATUS NTAPI NtQueryInformationJobObject(
    HANDLE JobHandle, ULONG Class, void *Information, ULONG Length, ULONG *ReturnLength);
NTSTATUS NTAPI NtSetInformationJobObject(
    HANDLE JobHandle, ULONG Class, void *Information, ULONG Length);
NTSTATUS NTAPI ZwCreateJobObject(
    HANDLE *JobHandle, ACCESS_MASK DesiredAccess, OBJECT_ATTRIBUTES *ObjectAttributes);
NTSTATUS NTAPI ZwOpenJobObject(
    HANDLE *JobHandle, ACCESS_MASK DesiredAccess, OBJECT_ATTRIBUTES *ObjectAttributes);
NTSTATUS NTAPI ZwAssignProcessToJobObject(HANDLE JobHandle, HANDLE ProcessHandle);
NTSTATUS NTAPI ZwIsProcessInJob(HANDLE ProcessHandle, HANDLE JobHandle);
NTSTATUS NTAPI ZwTerminateJobObject(HANDLE JobHandle, NTSTATUS ExitStatus);
NTSTATUS NTAPI ZwQueryInformationJobObject(
    HANDLE JobHandle, ULONG Class, void *Information, ULONG Length, ULONG *ReturnLength);
NTSTATUS NTAPI ZwSetInformationJobObject(
    HANDLE JobHandle, ULONG Class, void *Information, ULONG Length);
ULONG NTAPI PsGetJobSessionId(struct PSP_JOB *Job);
ULONG NTAPI PsGetJobUIRestrictionsClass(struct PSP_JOB *Job);
void NTAPI PsSetJobUIRestrictionsClass(struct PSP_JOB *Job, ULONG UIRestrictionsClass);
