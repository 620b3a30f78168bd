/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * NtQueryInformationThread and NtSetInformationThread. Priorities are kept and told; Linux
 * schedules as it thinks best. What is left out belongs to what is not there: TEBs, thread-local
 * storage, descriptor tables, affinity of the host's threads.
 */
#include "ke/runtime.h"
#include "ke/zw.h"
#include "ps/alert.h"
#include "ps/psp.h"

#define PSP_THREAD_SUSPEND_COUNT_CLASS 35 /* ThreadSuspendCount, Windows 8.1 */

typedef union PSP_THREAD_ANSWER {
    THREAD_BASIC_INFORMATION Basic;
    KERNEL_USER_TIMES Times;
    ULONG_PTR Pointer;
    ULONG Number;
    BOOLEAN Flag;
} PSP_THREAD_ANSWER;

static BOOLEAN PspHasEnded(const ETHREAD *Thread)
{
    return __atomic_load_n(&Thread->Tcb.Header.SignalState, __ATOMIC_ACQUIRE) != 0;
}

static BOOLEAN PspIsLastThread(ETHREAD *Thread)
{
    ETHREAD *First = PsiNextThread(Thread->Owner, NULL), *Second = NULL;
    if (First != NULL)
        Second = PsiNextThread(Thread->Owner, First);
    if (First != NULL)
        ObfDereferenceObject(First);
    if (Second != NULL)
        ObfDereferenceObject(Second);
    return Second == NULL;
}

static ULONG PspNumberOfThread(ETHREAD *Thread, int Class)
{
    switch (Class) {
    case ThreadAmILastThread:
        return PspIsLastThread(Thread);
    case ThreadPriorityBoost:
        return Thread->BoostDisabled;
    case ThreadIsIoPending:
        return !IsListEmpty(&Thread->IrpList);
    case ThreadBreakOnTermination:
        return Thread->BreakOnTermination;
    case ThreadIsTerminated:
        return PspHasEnded(Thread);
    case ThreadIoPriority:
        return Thread->IoPriority != 0 ? Thread->IoPriority - 1u : PSP_IO_PRIORITY_NORMAL;
    case ThreadPagePriority:
        return Thread->PagePriority;
    case ThreadActualBasePriority:
        return (ULONG)Thread->Tcb.Priority;
    default:
        return (ULONG)Thread->SuspendCount;
    }
}

static ULONG PspThreadBytes(int Class)
{
    switch (Class) {
    case ThreadBasicInformation:
        return sizeof(THREAD_BASIC_INFORMATION);
    case ThreadTimes:
        return sizeof(KERNEL_USER_TIMES);
    case ThreadQuerySetWin32StartAddress:
        return sizeof(ULONG_PTR);
    case ThreadHideFromDebugger:
        return sizeof(BOOLEAN);
    case ThreadAmILastThread:
    case ThreadPriorityBoost:
    case ThreadIsIoPending:
    case ThreadBreakOnTermination:
    case ThreadIsTerminated:
    case ThreadIoPriority:
    case ThreadPagePriority:
    case ThreadActualBasePriority:
    case PSP_THREAD_SUSPEND_COUNT_CLASS:
        return sizeof(ULONG);
    default:
        return 0;
    }
}

static void PspAnswerThread(ETHREAD *Thread, int Class, PSP_THREAD_ANSWER *Answer)
{
    *Answer = (PSP_THREAD_ANSWER){0};
    switch (Class) {
    case ThreadBasicInformation:
        Answer->Basic = (THREAD_BASIC_INFORMATION){
            .ExitStatus = PspHasEnded(Thread) ? Thread->ExitStatus : STATUS_PENDING,
            .TebBaseAddress = Thread->Teb,
            .ClientId = Thread->Cid,
            .AffinityMask = ((ULONG_PTR)2 << (host_processor_count() - 1)) - 1,
            .Priority = Thread->Tcb.Priority,
            .BasePriority = Thread->Tcb.Priority};
        break;
    case ThreadTimes:
        Answer->Times.CreateTime.QuadPart = Thread->CreateTime;
        Answer->Times.ExitTime.QuadPart = Thread->ExitTime;
        Answer->Times.KernelTime.QuadPart = (LONG64)KiRunTime(&Thread->Tcb);
        break;
    case ThreadQuerySetWin32StartAddress:
        Answer->Pointer = (ULONG_PTR)Thread->StartRoutine;
        break;
    case ThreadHideFromDebugger:
        Answer->Flag = Thread->Hidden;
        break;
    default:
        Answer->Number = PspNumberOfThread(Thread, Class);
        break;
    }
}

/*
 * NtQueryInformationThread - facts about a thread.
 *
 * Class:   basic information, times, start address, last of its process, boost, I/O pending, hidden
 *          from debuggers, break on termination, has ended, priority of I/O and pages, base
 *          priority, suspend count.
 * ReturnLength: optional.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_INFO_CLASS, INFO_LENGTH_MISMATCH; INVALID_HANDLE, OBJECT_TYPE_MISMATCH,
 *          ACCESS_DENIED: no THREAD_QUERY_INFORMATION; ACCESS_VIOLATION.
 * Source:  DOC GetExitCodeThread, winternl/NtQueryInformationThread; INF the rest; OBS
 *          tests/kernel/ps/ZwQueryInformationThread.c
 */
NTSTATUS NTAPI NtQueryInformationThread(HANDLE ThreadHandle, THREADINFOCLASS Class,
    void *Information, ULONG Length, ULONG *ReturnLength)
{
    const ULONG Bytes = PspThreadBytes((int)Class);
    PSP_THREAD_ANSWER Answer;
    ETHREAD *Thread;
    if (Bytes == 0)
        return STATUS_INVALID_INFO_CLASS;
    if (Length != Bytes)
        return STATUS_INFO_LENGTH_MISMATCH;
    NTSTATUS Status = PspReferenceThread(ThreadHandle, THREAD_QUERY_INFORMATION, &Thread);
    if (!NT_SUCCESS(Status))
        return Status;
    PspAnswerThread(Thread, (int)Class, &Answer);
    ObfDereferenceObject(Thread);
    return PspReturnFixed(&Answer, Bytes, Information, Length, ReturnLength);
}

NTSTATUS NTAPI ZwQueryInformationThread(HANDLE ThreadHandle, THREADINFOCLASS Class,
    void *Information, ULONG Length, ULONG *ReturnLength)
{
    return ZW_CALL(
        QueryInformationThread, (ThreadHandle, Class, Information, Length, ReturnLength));
}

/* ---- changing -------------------------------------------------------------------------------- */

static ULONG PspSettableThreadBytes(int Class)
{
    switch (Class) {
    case ThreadPriority:
    case ThreadBasePriority:
    case ThreadPriorityBoost:
    case ThreadBreakOnTermination:
    case ThreadIoPriority:
    case ThreadPagePriority:
        return sizeof(ULONG);
    case ThreadAffinityMask:
    case ThreadQuerySetWin32StartAddress:
        return sizeof(ULONG_PTR);
    case ThreadImpersonationToken:
        return sizeof(HANDLE);
    default:
        return 0;
    }
}

static NTSTATUS PspSetThreadPriority(ETHREAD *Thread, LONG Priority)
{
    if (Priority <= 0 || Priority > PSP_HIGHEST_PRIORITY)
        return STATUS_INVALID_PARAMETER;
    if (Priority >= PSP_LOW_REALTIME_PRIORITY && !PspHasPrivilege(SE_INC_BASE_PRIORITY_PRIVILEGE))
        return STATUS_PRIVILEGE_NOT_HELD;
    KeSetPriorityThread(&Thread->Tcb, Priority);
    return STATUS_SUCCESS;
}

/* Relative to the process's: two up and down, or all the way (15). */
static NTSTATUS PspSetThreadBase(ETHREAD *Thread, LONG Increment)
{
    if ((Increment < -2 || Increment > 2) && Increment != 15 && Increment != -15)
        return STATUS_INVALID_PARAMETER;
    LONG Priority = Increment == 15 ? 15
        : Increment == -15          ? 1
                                    : PspBasePriority(Thread->Owner) + Increment;
    KeSetPriorityThread(&Thread->Tcb, Priority < 1 ? 1 : Priority);
    return STATUS_SUCCESS;
}

static NTSTATUS PspSetThreadNumber(ETHREAD *Thread, int Class, ULONG Number)
{
    switch (Class) {
    case ThreadPriority:
        return PspSetThreadPriority(Thread, (LONG)Number);
    case ThreadBasePriority:
        return PspSetThreadBase(Thread, (LONG)Number);
    case ThreadPriorityBoost:
        Thread->BoostDisabled = Number != 0;
        return STATUS_SUCCESS;
    case ThreadBreakOnTermination:
        if (!PspHasPrivilege(SE_DEBUG_PRIVILEGE))
            return STATUS_PRIVILEGE_NOT_HELD;
        Thread->BreakOnTermination = Number != 0;
        return STATUS_SUCCESS;
    case ThreadIoPriority:
        if (Number >= PSP_IO_PRIORITY_CRITICAL)
            return STATUS_INVALID_PARAMETER;
        Thread->IoPriority = (UCHAR)(Number + 1);
        return STATUS_SUCCESS;
    default:
        if (Number == 0 || Number > PSP_PAGE_PRIORITY_NORMAL)
            return STATUS_INVALID_PARAMETER;
        Thread->PagePriority = (UCHAR)Number;
        return STATUS_SUCCESS;
    }
}

static NTSTATUS PspSetThread(ETHREAD *Thread, int Class, ULONG_PTR Value)
{
    const ULONG_PTR Processors = ((ULONG_PTR)2 << (host_processor_count() - 1)) - 1;
    switch (Class) {
    case ThreadAffinityMask: /* a thread runs where Linux lets it */
        return (Value & Processors) == 0 || (Value & ~Processors) != 0 ? STATUS_INVALID_PARAMETER
                                                                       : STATUS_SUCCESS;
    case ThreadQuerySetWin32StartAddress:
        Thread->StartRoutine = Thread->Tcb.SystemThread ? Thread->StartRoutine
                                                        : (void (*)(void *))Value;
        return STATUS_SUCCESS;
    case ThreadImpersonationToken:
        return PspAssignToken(Thread, (HANDLE)Value);
    default:
        return PspSetThreadNumber(Thread, Class, (ULONG)Value);
    }
}

/*
 * NtSetInformationThread - changes a thread: priority, base priority, boost, affinity, the token it
 * impersonates with, start address, break on termination, priority of I/O and pages; hides it from
 * debuggers (ThreadHideFromDebugger, no information).
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_INFO_CLASS, INFO_LENGTH_MISMATCH; INVALID_PARAMETER: no such priority
 *          or processor; PRIVILEGE_NOT_HELD; what PsAssignImpersonationToken says; INVALID_HANDLE,
 *          OBJECT_TYPE_MISMATCH, ACCESS_DENIED: no THREAD_SET_INFORMATION, for a token
 *          THREAD_SET_THREAD_TOKEN; ACCESS_VIOLATION.
 * Source:  DOC ntifs/ZwSetInformationThread; OBS tests/kernel/ps/ZwSetInformationThread.c
 */
NTSTATUS NTAPI NtSetInformationThread(
    HANDLE ThreadHandle, THREADINFOCLASS Class, void *Information, ULONG Length)
{
    const ULONG Bytes = PspSettableThreadBytes((int)Class);
    ULONG_PTR Value = 0;
    ETHREAD *Thread;
    if (Bytes == 0 && Class != ThreadHideFromDebugger)
        return STATUS_INVALID_INFO_CLASS;
    if (Length != Bytes)
        return STATUS_INFO_LENGTH_MISMATCH;
    NTSTATUS Status = Bytes != 0 ? ObiReadCaller(&Value, Information, Bytes, KiPreviousMode())
                                 : STATUS_SUCCESS;
    if (NT_SUCCESS(Status))
        Status = PspReferenceThread(ThreadHandle,
            Class == ThreadImpersonationToken ? PSP_THREAD_SET_THREAD_TOKEN
                                              : THREAD_SET_INFORMATION,
            &Thread);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Class == ThreadHideFromDebugger)
        Thread->Hidden = TRUE;
    else
        Status = PspSetThread(Thread, (int)Class, Value);
    ObfDereferenceObject(Thread);
    return Status;
}

NTSTATUS NTAPI ZwSetInformationThread(
    HANDLE ThreadHandle, THREADINFOCLASS Class, void *Information, ULONG Length)
{
    return ZW_CALL(SetInformationThread, (ThreadHandle, Class, Information, Length));
}
