/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Processes as wholes, and threads one after the other: suspending, resuming, walking. And what
 * win32k and quotas would answer about them: there is no win32k and no quota.
 */
#include "ke/zw.h"
#include "ps/control.h"
#include "ps/psp.h"

/* ---- suspending ------------------------------------------------------------------------------ */

/* Each thread, as often as it goes; those of System that are the kernel's own are left alone. */
static NTSTATUS PspSuspendAll(EPROCESS *Process, LONG Change)
{
    ETHREAD *Thread = PsiNextThread(Process, NULL);
    if (Process->Flags & PSI_PROCESS_EXITING) {
        if (Thread != NULL)
            ObfDereferenceObject(Thread);
        return STATUS_PROCESS_IS_TERMINATING;
    }
    while (Thread != NULL) {
        ETHREAD *Next = PsiNextThread(Process, Thread);
        ULONG Previous;
        if (!Thread->Unnoticed && !Thread->Tcb.SystemThread)
            PspAddSuspension(Thread, Change, &Previous);
        ObfDereferenceObject(Thread);
        Thread = Next;
    }
    return STATUS_SUCCESS;
}

/*
 * PsSuspendProcess - suspends each of a process's threads once more; see NtSuspendThread for when
 * they stop.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; PROCESS_IS_TERMINATING.
 * Source:  INF: undocumented; OBS tests/kernel/ps/PsSuspendProcess.c
 */
NTSTATUS NTAPI PsSuspendProcess(EPROCESS *Process)
{
    return PspSuspendAll(Process, 1);
}

/* PsResumeProcess - resumes each once. Returns: as PsSuspendProcess. Source: INF: undocumented; OBS
 * tests/kernel/ps/PsSuspendProcess.c */
NTSTATUS NTAPI PsResumeProcess(EPROCESS *Process)
{
    return PspSuspendAll(Process, -1);
}

/* PsGetThreadFreezeCount - how often it is suspended. IRQL: any. Source: INF: undocumented; OBS
 * tests/kernel/ps/PsSuspendProcess.c */
ULONG NTAPI PsGetThreadFreezeCount(ETHREAD *Thread)
{
    return (ULONG)Thread->SuspendCount;
}

/* ---- walking --------------------------------------------------------------------------------- */

/*
 * NtGetNextThread - a handle to the thread behind a thread of a process.
 *
 * ThreadHandle: NULL for the first. Flags: 0.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; NO_MORE_ENTRIES; INVALID_PARAMETER: flags; INVALID_HANDLE,
 *          OBJECT_TYPE_MISMATCH, ACCESS_DENIED: no PROCESS_QUERY_INFORMATION; ACCESS_VIOLATION,
 *          INSUFFICIENT_RESOURCES.
 * Owner:   caller; NtClose.
 * Source:  INF: undocumented; OBS tests/kernel/ps/ZwGetNextThread.c
 */
NTSTATUS NTAPI NtGetNextThread(HANDLE ProcessHandle, HANDLE ThreadHandle, ACCESS_MASK DesiredAccess,
    ULONG HandleAttributes, ULONG Flags, HANDLE *NewThreadHandle)
{
    const KPROCESSOR_MODE Mode = KiPreviousMode();
    ETHREAD *Thread = NULL, *Next;
    EPROCESS *Process;
    HANDLE Handle;
    if (Flags != 0)
        return STATUS_INVALID_PARAMETER;
    NTSTATUS Status = ObiProbeOutput(NewThreadHandle, sizeof(HANDLE), __alignof__(HANDLE), Mode);
    if (NT_SUCCESS(Status))
        Status = PspReferenceProcess(ProcessHandle, PROCESS_QUERY_INFORMATION, &Process);
    if (!NT_SUCCESS(Status))
        return Status;
    if (ThreadHandle != NULL)
        Status = PspReferenceThread(ThreadHandle, 0, &Thread);
    if (NT_SUCCESS(Status)) {
        Next = Thread != NULL && Thread->Owner != Process ? NULL : PsiNextThread(Process, Thread);
        Status = Next == NULL ? STATUS_NO_MORE_ENTRIES : STATUS_SUCCESS;
    }
    if (NT_SUCCESS(Status)) {
        Status = ObOpenObjectByPointer(
            Next, HandleAttributes, NULL, DesiredAccess, PsThreadObjectType, Mode, &Handle);
        ObfDereferenceObject(Next);
    }
    if (Thread != NULL)
        ObfDereferenceObject(Thread);
    ObfDereferenceObject(Process);
    return NT_SUCCESS(Status) ? ObiReturnHandle(NewThreadHandle, Handle, Mode, Status) : Status;
}

NTSTATUS NTAPI ZwGetNextThread(HANDLE ProcessHandle, HANDLE ThreadHandle, ACCESS_MASK DesiredAccess,
    ULONG HandleAttributes, ULONG Flags, HANDLE *NewThreadHandle)
{
    return ZW_CALL(GetNextThread,
        (ProcessHandle, ThreadHandle, DesiredAccess, HandleAttributes, Flags, NewThreadHandle));
}

/* IoIsSystemThread - PsIsSystemThread by another name. IRQL: up to DISPATCH_LEVEL. Source: DOC
 * ntifs; OBS tests/kernel/ps */
BOOLEAN NTAPI IoIsSystemThread(ETHREAD *Thread)
{
    return Thread->Tcb.SystemThread;
}

/*
 * NtYieldExecution - lets another thread run if there is one that can.
 * IRQL: PASSIVE_LEVEL. Returns: SUCCESS; whether another ran, which NO_YIELD_PERFORMED tells on
 * Windows, Linux does not say.
 * Source: INF: undocumented; SwitchToThread is built on it; OBS tests/kernel/ps/ZwYieldExecution.c
 */
NTSTATUS NTAPI NtYieldExecution(void)
{
    host_yield();
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI ZwYieldExecution(void)
{
    return ZW_CALL(YieldExecution, ());
}

/*
 * IoGetRequestorSessionId - the session of the process a request is for.
 * IRQL: up to APC_LEVEL. Returns: SUCCESS; UNSUCCESSFUL: it is for no thread; *pSessionId is all
 * ones then.
 * Source: DOC ntifs/IoGetRequestorSessionId; OBS tests/kernel/ps/IoGetRequestorSessionId.c
 */
NTSTATUS NTAPI IoGetRequestorSessionId(IRP *Irp, ULONG *pSessionId)
{
    ETHREAD *Thread = (ETHREAD *)Irp->Tail.Overlay.Thread;
    *pSessionId = Thread != NULL ? PsGetProcessSessionId(Thread->Owner) : MAXULONG;
    return Thread != NULL ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
}

/* ---- exits ----------------------------------------------------------------------------------- */

/*
 * PsAcquireProcessExitSynchronization - keeps a process's object in use. What it guards on Windows,
 * the address space, does not go before the machine does; a process that has ended says so.
 * IRQL: up to APC_LEVEL. Returns: SUCCESS; PROCESS_IS_TERMINATING. Source: INF: undocumented; OBS
 * tests/kernel/ps
 */
NTSTATUS NTAPI PsAcquireProcessExitSynchronization(EPROCESS *Process)
{
    if (Process->Flags & PSI_PROCESS_EXITING)
        return STATUS_PROCESS_IS_TERMINATING;
    ObiReference(Process);
    return STATUS_SUCCESS;
}

/* PsReleaseProcessExitSynchronization - the reverse. IRQL: up to APC_LEVEL. Source: INF:
 * undocumented. */
void NTAPI PsReleaseProcessExitSynchronization(EPROCESS *Process)
{
    ObfDereferenceObject(Process);
}

/* ---- quotas ---------------------------------------------------------------------------------- */

/*
 * PsChargePoolQuota, PsChargeProcessPoolQuota, PsChargeProcessPagedPoolQuota,
 * PsChargeProcessNonPagedPoolQuota and their reverse: a process has no quota here, as on Windows
 * where no limit was set, so that every charge is granted.
 * IRQL: up to APC_LEVEL. Returns: SUCCESS. Source: DOC ntifs/PsChargePoolQuota; INF the others; OBS
 * tests/kernel/ps/PsChargePoolQuota.c
 */
void NTAPI PsChargePoolQuota(EPROCESS *Process, POOL_TYPE PoolType, ULONG_PTR Amount)
{
    (void)Process, (void)PoolType, (void)Amount;
}

void NTAPI PsReturnPoolQuota(EPROCESS *Process, POOL_TYPE PoolType, ULONG_PTR Amount)
{
    (void)Process, (void)PoolType, (void)Amount;
}

NTSTATUS NTAPI PsChargeProcessPoolQuota(EPROCESS *Process, POOL_TYPE PoolType, ULONG_PTR Amount)
{
    (void)Process, (void)PoolType, (void)Amount;
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI PsChargeProcessPagedPoolQuota(EPROCESS *Process, ULONG_PTR Amount)
{
    (void)Process, (void)Amount;
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI PsChargeProcessNonPagedPoolQuota(EPROCESS *Process, ULONG_PTR Amount)
{
    (void)Process, (void)Amount;
    return STATUS_SUCCESS;
}

void NTAPI PsReturnProcessPagedPoolQuota(EPROCESS *Process, ULONG_PTR Amount)
{
    (void)Process, (void)Amount;
}

void NTAPI PsReturnProcessNonPagedPoolQuota(EPROCESS *Process, ULONG_PTR Amount)
{
    (void)Process, (void)Amount;
}

/* ---- user mode ------------------------------------------------------------------------------- */

/*
 * PsWrapApcWow64Thread - prepares an APC's routine and context for a 32-bit thread. Ours are called
 * as they are, in 32 bits: nothing is to be changed.
 * IRQL: any. Returns: SUCCESS. Source: INF: undocumented; tests/unit/client/apc_test.c, by
 * tests/kernel/partner
 */
NTSTATUS NTAPI PsWrapApcWow64Thread(void **ApcContext, void **ApcRoutine)
{
    (void)ApcContext, (void)ApcRoutine;
    return STATUS_SUCCESS;
}

/*
 * PsReferenceProcessFilePointer - the file of a process's image. None here was made from a section,
 * as System was not.
 * IRQL: up to APC_LEVEL. Returns: UNSUCCESSFUL: there is no file. Source: INF: undocumented
 */
NTSTATUS NTAPI PsReferenceProcessFilePointer(EPROCESS *Process, void **FileObject)
{
    (void)Process, (void)FileObject;
    return STATUS_UNSUCCESSFUL;
}

/* ---- what there is none of ------------------------------------------------------------------- */

/* PsIsCurrentThreadPrefetching - FALSE: nobody does. IRQL: any. Source: INF: undocumented; OBS
 * tests/kernel/ps */
BOOLEAN NTAPI PsIsCurrentThreadPrefetching(void)
{
    return FALSE;
}

/*
 * PsEnterPriorityRegion, PsLeavePriorityRegion - a region whose thread is not to be kept from a
 * processor by others that wait for it: a critical region, and Linux decides who runs.
 * IRQL: up to APC_LEVEL. Source: INF: undocumented; OBS tests/kernel/ps/PsEnterPriorityRegion.c
 */
void NTAPI PsEnterPriorityRegion(void)
{
    KeEnterCriticalRegion();
}

void NTAPI PsLeavePriorityRegion(void)
{
    KeLeaveCriticalRegion();
}

/*
 * PsGetThreadProperty - what the system keeps with a thread under a key: nothing, nobody does here.
 * IRQL: up to DISPATCH_LEVEL. Returns: NULL. Source: DOC ntddk/PsGetThreadProperty: reserved for
 * system use; OBS tests/kernel/ps/PsSuspendProcess.c
 */
void *NTAPI PsGetThreadProperty(ETHREAD *Thread, SIZE_T Key, ULONG Flags)
{
    (void)Thread, (void)Key, (void)Flags;
    return NULL;
}
