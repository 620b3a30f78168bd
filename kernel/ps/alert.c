/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Services about threads by handle: APCs, alerts, the end of the calling thread, and what is known of one. Nobody ends another
 * thread here: its host thread could be anywhere.
 */
#include "ke/zw.h"
#include "ps/alert.h"
#include "ps/psp.h"

#define PSP_TAG_APC 0x63704150u /* 'PApc' */

static NTSTATUS PspReferenceThread(HANDLE Handle, ACCESS_MASK Needed, ETHREAD **Thread)
{
    KPROCESSOR_MODE Mode = KiPreviousMode();
    ACCESS_MASK Granted = 0;
    BOOLEAN Pseudo = Handle == (HANDLE)(LONG_PTR)-2;
    NTSTATUS Status = ObiReferenceByHandle(Handle, PsThreadObjectType, Mode, (void **)Thread, &Granted);
    if (NT_SUCCESS(Status) && Mode != KernelMode && !Pseudo && (Needed & ~Granted) != 0) {
        ObfDereferenceObject(*Thread);
        return STATUS_ACCESS_DENIED;
    }
    return Status;
}

/* ---- APCs ---------------------------------------------------------------------------------------------------------------- */

static void NTAPI PspApcRundown(KAPC *Apc)
{
    ExiFree(Apc);
}

static void NTAPI PspApcKernelRoutine(
    KAPC *Apc, PKNORMAL_ROUTINE *NormalRoutine, void **NormalContext, void **SystemArgument1, void **SystemArgument2)
{
    (void)NormalRoutine, (void)NormalContext, (void)SystemArgument1, (void)SystemArgument2;
    ExiFree(Apc);
}

/*
 * NtQueueApcThread - queue a user APC to a thread of a client.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_HANDLE: also a system thread's, OBJECT_TYPE_MISMATCH, ACCESS_DENIED: no THREAD_SET_CONTEXT;
 *          INSUFFICIENT_RESOURCES; UNSUCCESSFUL: the thread has ended.
 * Source:  DOC QueueUserAPC, which is built on it; INF the statuses
 */
NTSTATUS NTAPI NtQueueApcThread(
    HANDLE ThreadHandle, PKNORMAL_ROUTINE ApcRoutine, void *Argument1, void *Argument2, void *Argument3)
{
    ETHREAD *Thread;
    NTSTATUS Status = PspReferenceThread(ThreadHandle, THREAD_SET_CONTEXT, &Thread);
    if (!NT_SUCCESS(Status))
        return Status;
    KAPC *Apc = NULL;
    if (Thread->Tcb.SystemThread)
        Status = STATUS_INVALID_HANDLE;
    else if ((Apc = ExiAllocate(NonPagedPoolNx, sizeof(*Apc), PSP_TAG_APC, EX_KERNEL_SITE)) == NULL)
        Status = STATUS_INSUFFICIENT_RESOURCES;
    if (NT_SUCCESS(Status)) {
        KeInitializeApc(Apc, &Thread->Tcb, OriginalApcEnvironment, PspApcKernelRoutine, PspApcRundown, ApcRoutine, UserMode,
            Argument1);
        if (!KeInsertQueueApc(Apc, Argument2, Argument3, IO_NO_INCREMENT)) {
            ExiFree(Apc);
            Status = STATUS_UNSUCCESSFUL;
        }
    }
    ObfDereferenceObject(Thread);
    return Status;
}

/* ---- alerts --------------------------------------------------------------------------------------------------------------- */

/*
 * NtAlertThread - end a thread's alertable wait with STATUS_ALERTED, or its next one.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_HANDLE, OBJECT_TYPE_MISMATCH, ACCESS_DENIED: no THREAD_ALERT.
 * Source:  INF: undocumented; tests/kernel/ps/ZwAlertThread.c
 */
NTSTATUS NTAPI NtAlertThread(HANDLE ThreadHandle)
{
    ETHREAD *Thread;
    NTSTATUS Status = PspReferenceThread(ThreadHandle, THREAD_ALERT, &Thread);
    if (!NT_SUCCESS(Status))
        return Status;
    KeAlertThread(&Thread->Tcb, KiPreviousMode());
    ObfDereferenceObject(Thread);
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI ZwAlertThread(HANDLE ThreadHandle)
{
    return ZW_CALL(AlertThread, (ThreadHandle));
}

/* NtTestAlert - run the calling thread's user APCs. Returns: SUCCESS; ALERTED: it was. Source: INF: undocumented. */
NTSTATUS NTAPI NtTestAlert(void)
{
    return KeTestAlertThread(KiPreviousMode()) ? STATUS_ALERTED : STATUS_SUCCESS;
}

/* ---- the end, and what is known ------------------------------------------------------------------------------------------ */

/*
 * NtTerminateThread - what the calling thread's exit status will be. It is for the caller to end its host thread after that.
 *
 * ThreadHandle: NULL or NtCurrentThread.
 * Returns: SUCCESS; NOT_SUPPORTED: another thread. Source: DOC ExitThread.
 */
NTSTATUS NTAPI NtTerminateThread(HANDLE ThreadHandle, NTSTATUS ExitStatus)
{
    if (ThreadHandle != NULL && ThreadHandle != (HANDLE)(LONG_PTR)-2)
        return STATUS_NOT_SUPPORTED;
    PsiCurrentThread()->ExitStatus = ExitStatus;
    return STATUS_SUCCESS;
}

typedef struct PSP_THREAD_BASIC_INFORMATION {
    NTSTATUS ExitStatus; /* STATUS_PENDING: it runs */
    void *TebBaseAddress;
    CLIENT_ID ClientId;
    ULONG_PTR AffinityMask;
    KPRIORITY Priority;
    LONG BasePriority;
} PSP_THREAD_BASIC_INFORMATION;

/*
 * NtQueryInformationThread - exit status, identifiers and priority of a thread (ThreadBasicInformation, class 0).
 *
 * ReturnLength: optional.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_INFO_CLASS, INFO_LENGTH_MISMATCH; INVALID_HANDLE, OBJECT_TYPE_MISMATCH, ACCESS_DENIED: no
 *          THREAD_QUERY_INFORMATION; ACCESS_VIOLATION.
 * Source:  DOC GetExitCodeThread; INF the rest; tests/unit/client/thread_test.c
 */
NTSTATUS NTAPI NtQueryInformationThread(
    HANDLE ThreadHandle, THREADINFOCLASS Class, void *Information, ULONG Length, ULONG *ReturnLength)
{
    KPROCESSOR_MODE Mode = KiPreviousMode();
    ULONG Bytes = sizeof(PSP_THREAD_BASIC_INFORMATION);
    ETHREAD *Thread;
    if (Class != ThreadBasicInformation)
        return STATUS_INVALID_INFO_CLASS;
    if (Length != Bytes)
        return STATUS_INFO_LENGTH_MISMATCH;
    NTSTATUS Status = PspReferenceThread(ThreadHandle, THREAD_QUERY_INFORMATION, &Thread);
    if (!NT_SUCCESS(Status))
        return Status;
    const BOOLEAN Ended = __atomic_load_n(&Thread->Tcb.Header.SignalState, __ATOMIC_ACQUIRE) != 0;
    const PSP_THREAD_BASIC_INFORMATION Answer = {.ExitStatus = Ended ? Thread->ExitStatus : STATUS_PENDING,
        .ClientId = Thread->Cid,
        .AffinityMask = ((ULONG_PTR)2 << (host_processor_count() - 1)) - 1,
        .Priority = Thread->Tcb.Priority,
        .BasePriority = Thread->Tcb.Priority};
    ObfDereferenceObject(Thread);
    Status = ObiWriteCaller(Information, &Answer, sizeof(Answer), Mode);
    if (NT_SUCCESS(Status) && ReturnLength != NULL)
        Status = ObiWriteCaller(ReturnLength, &Bytes, sizeof(Bytes), Mode);
    return Status;
}

NTSTATUS NTAPI ZwQueryInformationThread(
    HANDLE ThreadHandle, THREADINFOCLASS Class, void *Information, ULONG Length, ULONG *ReturnLength)
{
    return ZW_CALL(QueryInformationThread, (ThreadHandle, Class, Information, Length, ReturnLength));
}
