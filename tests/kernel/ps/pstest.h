/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * pstest.h - what ntddk.h does not declare of processes and threads, or only for later Windows.
 *
 * LATER(Name, Type) finds an export that is not in every Windows, or not in the import library, and
 * leaves the test where it is missing.
 */
#ifndef DOTSYS_PSTEST_H
#define DOTSYS_PSTEST_H

#include "kthread.h"
#include "kvariable.h"

/* With ntifs.h, which has some of them in its own way, a test finds the others with LATER. */
#ifndef _NTIFS_INCLUDED_
NTSTATUS NTAPI PsLookupProcessByProcessId(HANDLE ProcessId, PEPROCESS *Process);
NTSTATUS NTAPI PsLookupThreadByThreadId(HANDLE ThreadId, PETHREAD *Thread);
NTSTATUS NTAPI PsLookupProcessThreadByCid(CLIENT_ID *Cid, PEPROCESS *Process, PETHREAD *Thread);
PCHAR NTAPI PsGetProcessImageFileName(PEPROCESS Process);
HANDLE NTAPI PsGetProcessInheritedFromUniqueProcessId(PEPROCESS Process);
NTSTATUS NTAPI PsGetProcessExitStatus(PEPROCESS Process);
BOOLEAN NTAPI PsGetProcessExitProcessCalled(PEPROCESS Process);
PVOID NTAPI PsGetProcessPeb(PEPROCESS Process);
PVOID NTAPI PsGetProcessWow64Process(PEPROCESS Process);
PVOID NTAPI PsGetCurrentProcessWow64Process(VOID);
PVOID NTAPI PsGetProcessJob(PEPROCESS Process);
PVOID NTAPI PsGetProcessDebugPort(PEPROCESS Process);
PVOID NTAPI PsGetProcessWin32Process(PEPROCESS Process);
PVOID NTAPI PsGetProcessSectionBaseAddress(PEPROCESS Process);
BOOLEAN NTAPI PsIsProcessBeingDebugged(PEPROCESS Process);
ULONG NTAPI PsGetProcessSessionId(PEPROCESS Process);
ULONG NTAPI PsGetCurrentProcessSessionId(VOID);
LARGE_INTEGER NTAPI PsGetProcessExitTime(VOID);
PVOID NTAPI PsReferencePrimaryToken(PEPROCESS Process);
VOID NTAPI PsDereferencePrimaryToken(PVOID Token);
BOOLEAN NTAPI PsIsSystemThread(PETHREAD Thread);
BOOLEAN NTAPI PsIsThreadTerminating(PETHREAD Thread);
PEPROCESS NTAPI PsGetThreadProcess(PETHREAD Thread);
ULONG NTAPI PsGetThreadSessionId(PETHREAD Thread);
PVOID NTAPI PsGetThreadTeb(PETHREAD Thread);
PVOID NTAPI PsGetThreadWin32Thread(PETHREAD Thread);
PEPROCESS NTAPI IoThreadToProcess(PETHREAD Thread);
PEPROCESS NTAPI PsGetCurrentThreadProcess(VOID);
HANDLE NTAPI PsGetCurrentThreadProcessId(VOID);
PVOID NTAPI PsGetCurrentThreadStackBase(VOID);
PVOID NTAPI PsGetCurrentThreadStackLimit(VOID);
KPROCESSOR_MODE NTAPI PsGetCurrentThreadPreviousMode(VOID);
#endif

#define LATER(Name, Returns, ...)                                                                  \
    Returns(NTAPI * Name)(__VA_ARGS__) =                                                           \
        (Returns(NTAPI *)(__VA_ARGS__))(ULONG_PTR)KtestExport(L"" #Name);                          \
    if (Name == NULL) {                                                                            \
        skip("not on this Windows");                                                               \
        return;                                                                                    \
    }

/* An identifier Windows never gives: they are multiples of four, and Linux's are below 2^22. */
#define PSTEST_NOBODY ((HANDLE)(ULONG_PTR)0x7FFFFF01)

/* Runs Routine on a thread of its own, to its end. */
static inline VOID PstestOnThread(PKSTART_ROUTINE Routine, PVOID Context)
{
    KtestJoinThread(KtestStartThread(Routine, Context));
}

#endif
