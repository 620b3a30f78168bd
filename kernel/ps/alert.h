/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Services about threads (alert.c, threadinfo.c). */
#pragma once

#include "ps/ps.h"

NTSTATUS NTAPI NtQueueApcThread(HANDLE ThreadHandle, PKNORMAL_ROUTINE ApcRoutine, void *Argument1,
    void *Argument2, void *Argument3);
NTSTATUS NTAPI NtAlertThread(HANDLE ThreadHandle);
NTSTATUS NTAPI ZwAlertThread(HANDLE ThreadHandle);
NTSTATUS NTAPI NtTestAlert(void);
NTSTATUS NTAPI NtTerminateThread(HANDLE ThreadHandle, NTSTATUS ExitStatus);
NTSTATUS NTAPI NtQueryInformationThread(HANDLE ThreadHandle, THREADINFOCLASS Class,
    void *Information, ULONG Length, ULONG *ReturnLength);
NTSTATUS NTAPI ZwQueryInformationThread(HANDLE ThreadHandle, THREADINFOCLASS Class,
    void *Information, ULONG Length, ULONG *ReturnLength);
NTSTATUS NTAPI NtSetInformationThread(
    HANDLE ThreadHandle, THREADINFOCLASS Class, void *Information, ULONG Length);
NTSTATUS NTAPI ZwSetInformationThread(
    HANDLE ThreadHandle, THREADINFOCLASS Class, void *Information, ULONG Length);
NTSTATUS NTAPI NtSuspendThread(HANDLE ThreadHandle, ULONG *PreviousSuspendCount);
NTSTATUS NTAPI NtResumeThread(HANDLE ThreadHandle, ULONG *PreviousSuspendCount);

/* A new thread: it may be suspended from now on. */
void PspPrepareSuspension(ETHREAD *Thread);
