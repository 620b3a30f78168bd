/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Services about threads by handle: APCs, alerts, suspension, the end of the calling thread. Nobody
 * ends another thread here: its host thread could be anywhere.
 */
#include "ke/zw.h"
#include "mm/space.h"
#include "ps/alert.h"
#include "ps/psp.h"

#define PSP_MOST_SUSPENSIONS 127
#define PSP_TAG_APC 0x63704150u /* 'PApc' */

NTSTATUS PspReferenceThread(HANDLE Handle, ACCESS_MASK Needed, ETHREAD **Thread)
{
    KPROCESSOR_MODE Mode = KiPreviousMode();
    ACCESS_MASK Granted = 0;
    BOOLEAN Pseudo = Handle == (HANDLE)(LONG_PTR)-2;
    NTSTATUS Status = ObiReferenceByHandle(
        Handle, PsThreadObjectType, Mode, (void **)Thread, &Granted);
    if (NT_SUCCESS(Status) && Mode != KernelMode && !Pseudo && (Needed & ~Granted) != 0) {
        ObfDereferenceObject(*Thread);
        return STATUS_ACCESS_DENIED;
    }
    return Status;
}

/* ---- APCs ------------------------------------------------------------------------------------ */

static void NTAPI PspApcRundown(KAPC *Apc)
{
    ExiFree(Apc);
}

static void NTAPI PspApcKernelRoutine(KAPC *Apc, PKNORMAL_ROUTINE *NormalRoutine,
    void **NormalContext, void **SystemArgument1, void **SystemArgument2)
{
    (void)NormalRoutine, (void)NormalContext, (void)SystemArgument1, (void)SystemArgument2;
    ExiFree(Apc);
}

/*
 * NtQueueApcThread - queue a user APC to a thread of a client.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_HANDLE: also a system thread's, OBJECT_TYPE_MISMATCH, ACCESS_DENIED: no
 *          THREAD_SET_CONTEXT; INSUFFICIENT_RESOURCES; UNSUCCESSFUL: the thread has ended.
 * Source:  DOC QueueUserAPC, which is built on it; INF the statuses
 */
NTSTATUS NTAPI NtQueueApcThread(HANDLE ThreadHandle, PKNORMAL_ROUTINE ApcRoutine, void *Argument1,
    void *Argument2, void *Argument3)
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
        KeInitializeApc(Apc, &Thread->Tcb, OriginalApcEnvironment, PspApcKernelRoutine,
            PspApcRundown, ApcRoutine, UserMode, Argument1);
        if (!KeInsertQueueApc(Apc, Argument2, Argument3, IO_NO_INCREMENT)) {
            ExiFree(Apc);
            Status = STATUS_UNSUCCESSFUL;
        }
    }
    ObfDereferenceObject(Thread);
    return Status;
}

/* ---- alerts ---------------------------------------------------------------------------------- */

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

/* NtTestAlert - run the calling thread's user APCs. Returns: SUCCESS; ALERTED: it was. Source: INF:
 * undocumented. */
NTSTATUS NTAPI NtTestAlert(void)
{
    return KeTestAlertThread(KiPreviousMode()) ? STATUS_ALERTED : STATUS_SUCCESS;
}

/* ---- suspension ------------------------------------------------------------------------------ */

/*
 * A suspended thread waits in a kernel APC of its own. It comes to that when it waits or leaves the
 * kernel; the client's code is not interrupted.
 */
static void NTAPI PspSuspendRundown(KAPC *Apc)
{
    (void)Apc;
}

static void NTAPI PspSuspendKernelRoutine(KAPC *Apc, PKNORMAL_ROUTINE *NormalRoutine,
    void **NormalContext, void **SystemArgument1, void **SystemArgument2)
{
    (void)Apc, (void)NormalRoutine, (void)NormalContext, (void)SystemArgument1,
        (void)SystemArgument2;
}

static void NTAPI PspSuspended(void *Context, void *SystemArgument1, void *SystemArgument2)
{
    ETHREAD *Thread = Context;
    (void)SystemArgument1, (void)SystemArgument2;
    MmReleaseClientPages(); /* others may want their addresses to mean something */
    while (__atomic_load_n(&Thread->SuspendCount, __ATOMIC_SEQ_CST) != 0)
        KeWaitForSingleObject(&Thread->Resumed, Executive, KernelMode, FALSE, NULL);
}

void PspPrepareSuspension(ETHREAD *Thread)
{
    KeInitializeEvent(&Thread->Resumed, NotificationEvent, TRUE);
    KeInitializeApc(&Thread->SuspendApc, &Thread->Tcb, OriginalApcEnvironment,
        PspSuspendKernelRoutine, PspSuspendRundown, PspSuspended, KernelMode, Thread);
}

NTSTATUS PspAddSuspension(ETHREAD *Thread, LONG Change, ULONG *Previous)
{
    BOOLEAN First = FALSE, Last = FALSE;
    KIRQL Old = KiAcquireLock(&PspLock);
    *Previous = (ULONG)Thread->SuspendCount;
    NTSTATUS Status = Change > 0 && Thread->SuspendCount == PSP_MOST_SUSPENSIONS
        ? STATUS_SUSPEND_COUNT_EXCEEDED
        : STATUS_SUCCESS;
    if (NT_SUCCESS(Status) && (Change > 0 || Thread->SuspendCount != 0)) {
        Thread->SuspendCount += Change;
        First = Change > 0 && *Previous == 0;
        Last = Thread->SuspendCount == 0;
    }
    if (First)
        KeClearEvent(&Thread->Resumed);
    KiReleaseLock(&PspLock, Old);
    if (First && !KeInsertQueueApc(&Thread->SuspendApc, NULL, NULL, IO_NO_INCREMENT) &&
        !Thread->SuspendApc.Inserted)
        return STATUS_THREAD_IS_TERMINATING;
    if (Last)
        KeSetEvent(&Thread->Resumed, IO_NO_INCREMENT, FALSE);
    return Status;
}

void PsiEndSuspension(ETHREAD *Thread)
{
    KIRQL Old = KiAcquireLock(&PspLock);
    BOOLEAN Last = Thread->SuspendCount != 0;
    Thread->SuspendCount = 0;
    KiReleaseLock(&PspLock, Old);
    if (Last)
        KeSetEvent(&Thread->Resumed, IO_NO_INCREMENT, FALSE);
}

static NTSTATUS PspChangeSuspension(HANDLE ThreadHandle, LONG Change, ULONG *PreviousCount)
{
    KPROCESSOR_MODE Mode = KiPreviousMode();
    ULONG Previous = 0;
    ETHREAD *Thread;
    NTSTATUS Status = PreviousCount != NULL
        ? ObiProbeOutput(PreviousCount, sizeof(ULONG), __alignof__(ULONG), Mode)
        : STATUS_SUCCESS;
    if (NT_SUCCESS(Status))
        Status = PspReferenceThread(ThreadHandle, THREAD_SUSPEND_RESUME, &Thread);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = Thread->Tcb.SystemThread ? STATUS_INVALID_HANDLE
                                      : PspAddSuspension(Thread, Change, &Previous);
    ObfDereferenceObject(Thread);
    if (NT_SUCCESS(Status) && PreviousCount != NULL)
        Status = ObiWriteCaller(PreviousCount, &Previous, sizeof(Previous), Mode);
    return Status;
}

/*
 * NtSuspendThread - have a thread stop until it has been resumed as often.
 *
 * PreviousSuspendCount: optional.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; SUSPEND_COUNT_EXCEEDED: 127 times already; THREAD_IS_TERMINATING;
 *          INVALID_HANDLE: also a system thread's, OBJECT_TYPE_MISMATCH, ACCESS_DENIED: no
 *          THREAD_SUSPEND_RESUME.
 * Source:  DOC SuspendThread, which is built on it
 */
NTSTATUS NTAPI NtSuspendThread(HANDLE ThreadHandle, ULONG *PreviousSuspendCount)
{
    return PspChangeSuspension(ThreadHandle, 1, PreviousSuspendCount);
}

/* NtResumeThread - the reverse; nothing for a thread that is not. Returns: as NtSuspendThread.
 * Source: DOC ResumeThread. */
NTSTATUS NTAPI NtResumeThread(HANDLE ThreadHandle, ULONG *PreviousSuspendCount)
{
    return PspChangeSuspension(ThreadHandle, -1, PreviousSuspendCount);
}

/* ---- the end --------------------------------------------------------------------------------- */

/*
 * NtTerminateThread - what the calling thread's exit status will be. It is for the caller to end
 * its host thread after that.
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
