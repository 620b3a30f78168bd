/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Threads: a client's host threads, attached at their first call and detached when they end, and
 * system threads drivers create. Attaching gives a thread its KPCR, kernel stack and signal stack,
 * all freed again when the thread object goes.
 */
#include <stdio.h>
#include <string.h>

#include "mm/space.h"
#include "ps/accounting.h"
#include "ps/alert.h"
#include "ps/psp.h"
#include "ke/turns.h"

void (*PsThreadRundown)(ETHREAD *Thread);
LIST_ENTRY PspThreadList;

/* PSP_KNOWN: it has an identifier, and waits until its creator has told of it. */
enum PSP_STARTED { PSP_STARTING, PSP_KNOWN, PSP_TOLD, PSP_RUNS, PSP_CANNOT_RUN };

/* Threads that use the machine's memory also outside the kernel: system threads, and host threads
 * that detach. */
static _Atomic uint32_t PspThreadsAbout;

#define PSP_PCR_PAGES ((ULONG)((sizeof(KI_PCR) + PAGE_SIZE - 1) / PAGE_SIZE))
#define PSP_STACK_PAGES (KE_STACK_BYTES / PAGE_SIZE)

/* Stack pages with an inaccessible page below, so that overflow is a fault and not a neighbour's
 * data. */
static NTSTATUS PspCreateStack(KTHREAD *Thread)
{
    UCHAR *Memory = MmAllocatePages(PSP_STACK_PAGES + 1, MM_PAGE_STACK);
    if (Memory == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    if (!NT_SUCCESS(MmProtectPages(Memory, 1, HOST_NO_ACCESS))) {
        MmFreePages(Memory);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    Thread->StackLimit = Memory + PAGE_SIZE;
    Thread->StackBase = Thread->StackLimit + KE_STACK_BYTES;
    return STATUS_SUCCESS;
}

static void PspFreeStack(KTHREAD *Thread)
{
    if (Thread->StackLimit != NULL) {
        host_sanitizer_forget(Thread->StackLimit, KE_STACK_BYTES);
        MmFreePages(Thread->StackLimit - PAGE_SIZE);
    }
    if (Thread->Pcr != NULL)
        MmFreePages(Thread->Pcr);
}

void PspDeleteThread(void *Object)
{
    ETHREAD *Thread = Object;
    PspFreeStack(&Thread->Tcb);
    if (Thread->Tcb.UserContext != NULL)
        ExiFree(Thread->Tcb.UserContext);
    if (Thread->ClientToken != NULL)
        ObfDereferenceObject(Thread->ClientToken);
    if (Thread->Owner != NULL)
        ObDereferenceObjectDeferDelete(Thread->Owner); /* this may be the host thread it was:
                                                          PspUnbind */
}

static NTSTATUS PspCreateThread(EPROCESS *Process, ETHREAD **Result)
{
    ETHREAD *Thread;
    NTSTATUS Status = ObiCreateObject(
        PsThreadObjectType, sizeof(ETHREAD), EX_KERNEL_SITE, (void **)&Thread);
    if (!NT_SUCCESS(Status))
        return Status;
    KeInitializeThread(&Thread->Tcb);
    PspPrepareSuspension(Thread);
    InitializeListHead(&Thread->IrpList);
    InitializeListHead(&Thread->ProcessLink);
    InitializeListHead(&Thread->Link);
    ObiReference(Process);
    Thread->Process = Thread->Owner = Process;
    Thread->Tcb.Space = Process->Space;
    Thread->ExitStatus = STATUS_PENDING;
    Thread->PagePriority = PSP_PAGE_PRIORITY_NORMAL;
    Thread->CreateTime = (LONG64)host_clock_utc();
    Thread->Tcb.Pcr = MmAllocatePages(PSP_PCR_PAGES, MM_PAGE_KERNEL);
    Status = Thread->Tcb.Pcr == NULL ? STATUS_INSUFFICIENT_RESOURCES : PspCreateStack(&Thread->Tcb);
    if (!NT_SUCCESS(Status)) {
        ObfDereferenceObject(Thread);
        return Status;
    }
    *Result = Thread;
    return STATUS_SUCCESS;
}

/* On the new thread itself: from here on it is a kernel thread. */
static NTSTATUS PspBind(ETHREAD *Thread)
{
    if (host_thread_arm_faults() != 0)
        return STATUS_INSUFFICIENT_RESOURCES;
    Thread->Cid.UniqueProcess = Thread->Process->UniqueProcessId;
    if (Thread->Cid.UniqueThread == NULL)
        Thread->Cid.UniqueThread = (HANDLE)(ULONG_PTR)host_thread_id();
    KeBindThread(&Thread->Tcb);
    ObThreadHandleTable = Thread->Process->HandleTable;
    KIRQL Old = KiAcquireLock(&PspLock);
    InsertTailList(&Thread->Process->ThreadList, &Thread->ProcessLink);
    InsertTailList(&PspThreadList, &Thread->Link);
    KiReleaseLock(&PspLock, Old);
    return STATUS_SUCCESS;
}

/* The reverse; the thread object stays for whoever holds it. */
static void PspUnbind(ETHREAD *Thread)
{
    if (KiStopped) {
        /* Locks may be held for ever by threads that were sent out: nothing is given back until the
         * machine closes. */
        ObThreadHandleTable = NULL;
        KeUnbindThread(&Thread->Tcb);
        host_thread_disarm_faults();
        return;
    }
    KIRQL Old = KiAcquireLock(&PspLock);
    RemoveEntryList(&Thread->ProcessLink);
    InitializeListHead(&Thread->ProcessLink);
    RemoveEntryList(&Thread->Link);
    InitializeListHead(&Thread->Link);
    PspLeaveRunTime(Thread);
    KiReleaseLock(&PspLock, Old);
    ExFlushMagazines(Thread->Tcb.Pcr);
    ObThreadHandleTable = NULL;
    KeUnbindThread(&Thread->Tcb);
    host_thread_disarm_faults();

    /* Freeing the object frees the KPCR and stack this thread used until now, and nothing else on
     * the way. */
    KI_PCR Boot;
    KeBindBootPcr(&Boot);
    ObfDereferenceObject(Thread);
    KeBindBootPcr(NULL);
}

static void PspOneLess(void)
{
    PspThreadsAbout--;
    host_wake(&PspThreadsAbout, 1);
}

#define PSP_LONGEST_END_100NS 20000000u

BOOLEAN PsWaitForThreads(void)
{
    uint64_t Deadline = host_clock_monotonic() + PSP_LONGEST_END_100NS;
    uint32_t About;
    KeNextEpoch(); /* whoever looks from now on finds that it is not attached */
    while ((About = PspThreadsAbout) != 0) {
        if (host_wait(&PspThreadsAbout, About, Deadline) != 0)
            return FALSE;
    }
    return TRUE;
}

/* APCs that will not be delivered. Without a RundownRoutine they are pool blocks nobody else
 * frees. */
static void PspRundownApcs(KTHREAD *Thread)
{
    KAPC *Apc;
    while ((Apc = KeFlushApc(Thread, UserMode)) != NULL ||
        (Apc = KeFlushApc(Thread, KernelMode)) != NULL) {
        if (Apc->RundownRoutine != NULL)
            Apc->RundownRoutine(Apc);
        else
            ExFreePool(Apc);
    }
}

static NTSTATUS PspRundownService(void *Argument)
{
    ETHREAD *Thread = Argument;
    Thread->Terminating = TRUE;
    Thread->ExitTime = (LONG64)host_clock_utc();
    if (Thread->ExitStatus == STATUS_PENDING)
        Thread->ExitStatus = STATUS_SUCCESS;
    PspReportThread(Thread, PSP_THREAD_ENDS);
    if (PsThreadRundown != NULL)
        PsThreadRundown(Thread);
    ObiRundownTimers(&Thread->Tcb);
    PspRundownTokens(Thread);
    KiCheckApcs();
    PspRundownApcs(&Thread->Tcb);
    KeBlame((ULONG_PTR)Thread->StartRoutine); /* for a mutex it left held */
    KeRundownThread(&Thread->Tcb);
    return STATUS_SUCCESS;
}

static void PspLeave(void *Argument)
{
    (void)Argument;
    PsDetachHostThread();
}

static NTSTATUS PspAttachedService(void *Argument)
{
    PspReportThread(Argument, PSP_THREAD_CREATED);
    PspReportThread(Argument, PSP_THREAD_BEGINS);
    return STATUS_SUCCESS;
}

/* Of a thread of the program the machine lives in; it is freed when the thread ends or the machine
 * goes. */
static _Thread_local ULONG64 PspOwnTeb __attribute__((tls_model("initial-exec")));

NTSTATUS PsAttachHostThread(EPROCESS *Process)
{
    PS_BLOCKS Blocks = {0};
    if (Process == PsiClientProcess)
        Blocks = PsMakeBlocks(FALSE);
    NTSTATUS Status = PsAttachClientThread(Process, NULL, &Blocks);
    if (NT_SUCCESS(Status))
        PspOwnTeb = Blocks.Teb;
    else
        PsFreeThreadBlock(Blocks.Teb);
    return Status;
}

/* Drivers read where a client says: it must be user memory. */
static void *PspUserBlock(ULONG64 Address)
{
    void *Block = (void *)(ULONG_PTR)Address;
    return Address == (ULONG_PTR)Block && MmIsUserRange(Block, PAGE_SIZE) ? Block : NULL;
}

static void PspSetBlocks(ETHREAD *Thread, const PS_BLOCKS *Blocks)
{
    EPROCESS *Process = Thread->Process;
    Thread->Teb = PspUserBlock(Blocks->Teb);
    if (Process->Peb != NULL || Blocks->Peb == 0)
        return;
    Process->ImageBase = PspUserBlock(Blocks->ImageBase);
    __atomic_store_n(&Process->Wow64Peb, PspUserBlock(Blocks->Wow64Peb), __ATOMIC_RELAXED);
    __atomic_store_n(&Process->Peb, PspUserBlock(Blocks->Peb), __ATOMIC_RELEASE);
}

NTSTATUS PsAttachClientThread(EPROCESS *Process, HANDLE Id, const PS_BLOCKS *Blocks)
{
    ETHREAD *Thread;
    NTSTATUS Status;
    KI_PCR Boot;
    if (KiStopped)
        return STATUS_HOST_DOWN;
    KeBindBootPcr(&Boot);
    Status = PspCreateThread(Process, &Thread);
    if (NT_SUCCESS(Status)) {
        Thread->Cid.UniqueThread = Id;
        PspSetBlocks(Thread, Blocks);
        Status = host_thread_at_exit(PspLeave, Thread) == 0 ? PspBind(Thread)
                                                            : STATUS_INSUFFICIENT_RESOURCES;
        if (!NT_SUCCESS(Status)) {
            host_thread_at_exit(NULL, NULL);
            ObfDereferenceObject(Thread);
        }
    }
    if (!NT_SUCCESS(Status)) {
        KeBindBootPcr(NULL);
        return Status;
    }
    if (PspThreadRoutines != 0)
        KeEnterKernel(PspAttachedService, Thread, KernelMode);
    return STATUS_SUCCESS;
}

void PsDetachHostThread(void)
{
    ETHREAD *Thread = PsiCurrentThread();
    if (Thread == NULL)
        return;
    host_thread_at_exit(NULL, NULL);
    PspThreadsAbout++;
    if (KeAttached()) {
        KeEnterKernel(PspRundownService, Thread, KernelMode);
        PspUnbind(Thread);
    } else {
        /* Its machine has been closed: what it held went with the machine's memory. */
        KeForgetThread();
        host_thread_disarm_faults();
    }
    PsFreeThreadBlock(PspOwnTeb);
    PspOwnTeb = 0;
    PspOneLess();
}

void PsiSetThreadProcess(ETHREAD *Thread, EPROCESS *Process)
{
    if (Thread->Tcb.Space != Process->Space)
        MmReleaseClientPages(); /* what it has fetched to the one's addresses is not the other's */
    Thread->Process = Process;  /* the caller sees to it that it stays; the thread's reference is to
                                   its owner */
    Thread->Tcb.Space = Process->Space;
    ObThreadHandleTable = Process->HandleTable;
}

ETHREAD *PsiNextThread(EPROCESS *Process, ETHREAD *Thread)
{
    KIRQL Old = KiAcquireLock(&PspLock);
    LIST_ENTRY *Entry = Thread != NULL ? Thread->ProcessLink.Flink : Process->ThreadList.Flink;
    ETHREAD *Next = NULL;
    /* A thread unlinked meanwhile points to itself: the walk ends there. */
    if (Entry != &Process->ThreadList && (Thread == NULL || Entry != &Thread->ProcessLink)) {
        Next = CONTAINING_RECORD(Entry, ETHREAD, ProcessLink);
        ObiReference(Next);
    }
    KiReleaseLock(&PspLock, Old);
    return Next;
}

/* ---- system threads -------------------------------------------------------------------------- */

static NTSTATUS PspSystemThreadService(void *Argument)
{
    ETHREAD *Thread = Argument;
    if (PspThreadRoutines != 0)
        PspReportThread(Thread, PSP_THREAD_BEGINS);
    ((PKSTART_ROUTINE)(void *)Thread->StartRoutine)(Thread->StartContext);
    return STATUS_SUCCESS;
}

static void PspSetStarted(ETHREAD *Thread, enum PSP_STARTED Started)
{
    Thread->Started = Started;
    host_wake(&Thread->Started, 1);
}

static void PspSystemThreadEntry(void *Argument)
{
    ETHREAD *Thread = Argument;
    KI_PCR Boot;
    KeBindBootPcr(&Boot);
    KiOrderAfter(&Thread->Started, NULL);
    if (NT_SUCCESS(PspBind(Thread))) {
        NTSTATUS Status = STATUS_SUCCESS;
        if (!Thread->Unnoticed && PspThreadRoutines != 0) {
            PspSetStarted(Thread, PSP_KNOWN);
            while (Thread->Started == PSP_KNOWN)
                host_wait(&Thread->Started, PSP_KNOWN, HOST_FOREVER);
        }
        PspSetStarted(Thread, PSP_RUNS);
        host_thread_set_name("System");
        if (Thread->HostRoutine != NULL)
            Thread->HostRoutine(Thread->StartContext);
        else
            Status = KeEnterKernel(PspSystemThreadService, Thread, KernelMode);
        if (Status != STATUS_HOST_DOWN)
            KeEnterKernel(PspRundownService, Thread, KernelMode);
        PspUnbind(Thread);
    } else {
        KeBindBootPcr(NULL);
        PspSetStarted(Thread, PSP_CANNOT_RUN);
    }
    PspOneLess();
}

/* A host thread for Thread, which has a reference for it. */
static NTSTATUS PspStartSystemThread(ETHREAD *Thread)
{
    host_thread Host;
    KiOrderBefore(&Thread->Started);
    PspThreadsAbout++;
    if (host_thread_create(&Host, PspSystemThreadEntry, Thread) != 0) {
        PspThreadsAbout--;
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    host_thread_detach(Host);
    while (Thread->Started == PSP_STARTING)
        host_wait(&Thread->Started, PSP_STARTING, HOST_FOREVER);
    if (Thread->Started == PSP_KNOWN) {
        PspReportThread(Thread, PSP_THREAD_CREATED);
        PspSetStarted(Thread, PSP_TOLD);
        while (Thread->Started == PSP_TOLD)
            host_wait(&Thread->Started, PSP_TOLD, HOST_FOREVER);
    }
    return Thread->Started == PSP_RUNS ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
}

KTHREAD *PspPrepareThread(void)
{
    ETHREAD *Thread;
    if (!NT_SUCCESS(PspCreateThread(PsiSystemProcess, &Thread)))
        return NULL;
    Thread->Tcb.SystemThread = TRUE;
    Thread->Unnoticed = TRUE;
    return &Thread->Tcb;
}

NTSTATUS PspStartHostRoutine(void (*Routine)(void *Context), void *Context)
{
    KTHREAD *Tcb = PspPrepareThread();
    if (Tcb == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    CONTAINING_RECORD(Tcb, ETHREAD, Tcb)->HostRoutine = Routine;
    return PspStartThread(Tcb, NULL, Context);
}

NTSTATUS PspStartThread(KTHREAD *Tcb, PKSTART_ROUTINE Routine, void *Context)
{
    ETHREAD *Thread = CONTAINING_RECORD(Tcb, ETHREAD, Tcb);
    Thread->StartRoutine = (void (*)(void *))(void *)Routine;
    Thread->StartContext = Context;
    NTSTATUS Status = PspStartSystemThread(Thread);
    if (!NT_SUCCESS(Status))
        ObfDereferenceObject(Thread);
    return Status;
}

/* The process a new system thread is to act for, referenced. */
static NTSTATUS PspProcessOfNewThread(HANDLE ProcessHandle, EPROCESS **Process)
{
    *Process = PsiSystemProcess;
    if (ProcessHandle == NULL) {
        ObiReference(PsiSystemProcess);
        return STATUS_SUCCESS;
    }
    NTSTATUS Status = ObReferenceObjectByHandle(ProcessHandle, PROCESS_CREATE_THREAD,
        PsProcessObjectType, KernelMode, (void **)Process, NULL);
    if (NT_SUCCESS(Status) && ((*Process)->Flags & PSI_PROCESS_EXITING)) {
        ObfDereferenceObject(*Process);
        Status = STATUS_PROCESS_IS_TERMINATING;
    }
    return Status;
}

static NTSTATUS PspCreateSystemThread(EPROCESS *Process, HANDLE *ThreadHandle, ULONG DesiredAccess,
    ULONG Attributes, CLIENT_ID *ClientId, PKSTART_ROUTINE StartRoutine, void *StartContext)
{
    ETHREAD *Thread;
    HANDLE Handle;
    NTSTATUS Status = PspCreateThread(Process, &Thread);
    if (!NT_SUCCESS(Status))
        return Status;
    Thread->StartRoutine = (void (*)(void *))(void *)StartRoutine;
    Thread->StartContext = StartContext;
    Thread->Tcb.SystemThread = TRUE;
    RtlMapGenericMask(&DesiredAccess, &PsThreadObjectType->GenericMapping);
    Status = ObiCreateHandle(Thread,
        DesiredAccess & MAXIMUM_ALLOWED ? THREAD_ALL_ACCESS : DesiredAccess, Attributes, KernelMode,
        &Handle);
    if (!NT_SUCCESS(Status))
        goto FreeThread;
    ObiReference(Thread); /* the running thread's own; the caller's is the handle */
    Status = PspStartSystemThread(Thread);
    if (!NT_SUCCESS(Status))
        goto CloseHandle;
    if (ClientId != NULL)
        *ClientId = Thread->Cid;
    *ThreadHandle = Handle;
    ObfDereferenceObject(Thread);
    return STATUS_SUCCESS;

CloseHandle:
    ObfDereferenceObject(Thread);
    ObCloseHandle(Handle, KernelMode);
FreeThread:
    ObfDereferenceObject(Thread);
    return Status;
}

/*
 * PsCreateSystemThread - run StartRoutine on a thread of its own.
 *
 * ThreadHandle:  closed by the caller. ProcessHandle: of the process it acts for; NULL: System.
 * ClientId:      optional; the identifiers of process and thread.
 * IRQL:          PASSIVE_LEVEL.
 * Returns:       SUCCESS; INSUFFICIENT_RESOURCES: no thread; INVALID_HANDLE, OBJECT_TYPE_MISMATCH,
 *                PROCESS_IS_TERMINATING: no process.
 * Source:        DOC wdm/PsCreateSystemThread; OBS tests/kernel/ps/PsCreateSystemThread.c; INF
 *                PROCESS_IS_TERMINATING
 */
NTSTATUS NTAPI PsCreateSystemThread(HANDLE *ThreadHandle, ULONG DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, HANDLE ProcessHandle, CLIENT_ID *ClientId,
    PKSTART_ROUTINE StartRoutine, void *StartContext)
{
    EPROCESS *Process;
    NTSTATUS Status = PspProcessOfNewThread(ProcessHandle, &Process);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = PspCreateSystemThread(Process, ThreadHandle, DesiredAccess,
        ObjectAttributes != NULL ? ObjectAttributes->Attributes : 0, ClientId, StartRoutine,
        StartContext);
    ObfDereferenceObject(Process);
    return Status;
}

/*
 * PsTerminateSystemThread - end the calling system thread.
 * IRQL: PASSIVE_LEVEL. Returns only on failure: INVALID_PARAMETER when the caller is no system
 * thread.
 * Source: DOC wdm/PsTerminateSystemThread.
 */
NTSTATUS NTAPI PsTerminateSystemThread(NTSTATUS ExitStatus)
{
    ETHREAD *Thread = PsiCurrentThread();
    if (!Thread->Tcb.SystemThread || Thread->StartRoutine == NULL)
        return STATUS_INVALID_PARAMETER;
    Thread->ExitStatus = ExitStatus;
    KeLeaveKernel(STATUS_SUCCESS);
}

/* PsGetCurrentThread - the current thread object. IRQL: any. Source: DOC ntddk. */
ETHREAD *NTAPI PsGetCurrentThread(void)
{
    return PsiCurrentThread();
}

/* PsGetCurrentThreadId - its identifier. Source: DOC ntddk. */
HANDLE NTAPI PsGetCurrentThreadId(void)
{
    return PsiCurrentThread()->Cid.UniqueThread;
}

/* ExGetPreviousMode - who the current request is for. IRQL: PASSIVE_LEVEL. Source: DOC ntddk. */
KPROCESSOR_MODE NTAPI ExGetPreviousMode(void)
{
    return KiPreviousMode();
}
