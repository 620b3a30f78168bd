/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Entering and leaving the kernel, and binding host threads. The trap frame lies on the caller's
 * own stack and links to the one before it; a stopped machine sends a thread back to its newest
 * frame from wherever it is.
 */
#include <string.h>

#include "ke/callback.h"
#include "ke/counter.h"
#include "ke/dpc.h"
#include "ke/interrupt.h"
#include "ke/ipi.h"
#include "ke/kep.h"
#include "ke/processor.h"
#include "ke/procnotice.h"
#include "ke/queuedlock.h"
#include "ke/runtime.h"
#include "ke/servicetable.h"
#include "ke/timer.h"
#include "ke/turns.h"

_Thread_local KTHREAD *KiHostThread;
_Thread_local ULONG KiHostEpoch;
ULONG KiEpoch;
_Atomic uint32_t KiStopped;
KSPIN_LOCK KiThreadListLock;
LIST_ENTRY KiThreadList;

/* To the kernel stack and back; with a sanitizer that must be told, through a function that does on
 * the other side. */
#ifdef __SANITIZE_ADDRESS__
typedef struct KI_SERVICE_CALL {
    KE_SERVICE Service;
    void *Arguments;
} KI_SERVICE_CALL;

static NTSTATUS KiRunService(void *Arguments)
{
    const KI_SERVICE_CALL Call = *(KI_SERVICE_CALL *)Arguments;
    host_stack_entered();
    NTSTATUS Status = Call.Service(Call.Arguments);
    host_stack_leaving();
    return Status;
}

static NTSTATUS KiSwitchStacks(
    KTHREAD *Thread, KI_TRAP_FRAME *Frame, KE_SERVICE Service, void *Arguments)
{
    KI_SERVICE_CALL Call = {Service, Arguments};
    Frame->Left = FALSE;
    host_stack_entering(Thread->StackLimit, (size_t)(Thread->StackBase - Thread->StackLimit));
    NTSTATUS Status = KiCallOnStack(KiRunService, &Call, Thread->StackBase, &Frame->StackPointer);
    if (!Frame->Left)
        host_stack_left();
    Frame->Left = TRUE; /* who saved the registers may come here once more */
    return Status;
}
#else
static inline NTSTATUS KiSwitchStacks(
    KTHREAD *Thread, KI_TRAP_FRAME *Frame, KE_SERVICE Service, void *Arguments)
{
    return KiCallOnStack(Service, Arguments, Thread->StackBase, &Frame->StackPointer);
}
#endif

static inline __attribute__((always_inline)) NTSTATUS KiEnter(
    KTHREAD *Thread, KE_SERVICE Service, void *Arguments, KPROCESSOR_MODE Mode)
{
    KI_TRAP_FRAME Frame;
    NTSTATUS Status;

    if (__builtin_expect(KeTakesTurns, 0) && Thread->TrapFrame == NULL)
        KePoint();
    if (__builtin_expect(KiStopped, 0))
        return STATUS_HOST_DOWN;
    Frame.Previous = Thread->TrapFrame;
    Frame.PreviousMode = Thread->PreviousMode;
    Frame.Irql = KiGetIrql();
    Thread->PreviousMode = Mode;
    __atomic_store_n(&Thread->TrapFrame, &Frame, __ATOMIC_RELAXED);
    if (__builtin_expect(KeCheckAlignment, 0))
        KiSetAlignmentFlag();
    if (__builtin_expect(KeStackBytes != 0, 0) && Frame.Previous == NULL)
        KiWatchStack(Thread);
    if (Frame.Previous != NULL)
        Status = KiCallOnStack(Service, Arguments, NULL, &Frame.StackPointer);
    else
        Status = KiSwitchStacks(Thread, &Frame, Service, Arguments);
    if (__builtin_expect(KeCheckAlignment && Frame.Previous == NULL, 0))
        KiClearAlignmentFlag();
    __atomic_store_n(&Thread->TrapFrame, Frame.Previous, __ATOMIC_RELAXED);
    Thread->PreviousMode = Frame.PreviousMode;
    return Status;
}

NTSTATUS KiEnterKernel(KE_SERVICE Service, void *Arguments, KPROCESSOR_MODE Mode)
{
    KTHREAD *Thread = KiHostThread;
    NTSTATUS Status = KiEnter(Thread, Service, Arguments, Mode);
    if (__builtin_expect(Thread->ContextPending, 0) && Thread->TrapFrame == NULL)
        KiGoOnAsSet(Thread, Status);
    return Status;
}

NTSTATUS KeEnterKernel(KE_SERVICE Service, void *Arguments, KPROCESSOR_MODE Mode)
{
    KTHREAD *Thread = KiHostThread;
    NTSTATUS Status = KiEnter(Thread, Service, Arguments, Mode);
    if (__builtin_expect(__atomic_load_n(&Thread->ApcPending, __ATOMIC_RELAXED) != 0, 0)) {
        if (Thread->ContextPending && Thread->TrapFrame == NULL)
            KiGoOnAsSet(Thread, Status);
        return KiLeaveWithApcs(Thread, Mode, Status);
    }
    return Status;
}

void KeLeaveKernel(NTSTATUS Status)
{
    KTHREAD *Thread = KiHostThread;
    KI_TRAP_FRAME *Frame = Thread->TrapFrame;

    if (KiStopped && KeLeavesStopped != NULL)
        KeLeavesStopped();
    Thread->Guard = NULL;
    Thread->Unwinding = NULL;
    Thread->DispatchDepth = 0;
    Thread->KernelApcDisable = 0;
    Thread->SpecialApcDisable = 0;
    Thread->KernelApcInProgress = FALSE;
    KiSetIrql(Frame->Irql);
    host_sanitizer_forget(Thread->StackLimit, (size_t)(Thread->StackBase - Thread->StackLimit));
    if (Frame->Previous == NULL)
        host_stack_leaving();
    KiReturnFromStack(Frame->StackPointer, Status);
}

void KiSpinSlow(void)
{
    if (KiStopped && KiHostThread != NULL && KiHostThread->TrapFrame != NULL)
        KeLeaveKernel(STATUS_HOST_DOWN);
    host_yield();
}

void KiAssertFailed(const char *Condition, const char *File, int Line)
{
    host_complain("dotsys: assertion failed: ");
    host_complain(Condition);
    host_complain(" in ");
    host_complain(File);
    host_complain("\n");
    KeBugCheckEx(KMODE_EXCEPTION_NOT_HANDLED, (ULONG_PTR)STATUS_ASSERTION_FAILURE,
        (ULONG_PTR)Condition, (ULONG_PTR)File, (ULONG_PTR)Line);
}

NTSTATUS KeInitializeThread(KTHREAD *Thread)
{
    Thread->Header.Type = ThreadObject;
    Thread->Header.Size = sizeof(DISPATCHER_HEADER) / sizeof(LONG);
    InitializeListHead(&Thread->Header.WaitListHead);
    InitializeListHead(&Thread->MutantList);
    InitializeListHead(&Thread->ApcList[KernelMode]);
    InitializeListHead(&Thread->ApcList[UserMode]);
    Thread->ApcQueueable = TRUE;
    Thread->Priority = LOW_REALTIME_PRIORITY / 2;
    return STATUS_SUCCESS;
}

static void KiSelf(KI_PCR *Pcr)
{
#if defined(__x86_64__)
    Pcr->Public.Self = &Pcr->Public;
    Pcr->Public.CurrentPrcb = &Pcr->Public.Prcb;
#else
    Pcr->Public.SelfPcr = &Pcr->Public;
    Pcr->Public.Prcb = &Pcr->Public.PrcbData;
#endif
}

/* The KPCR is reached by gs from now on; nothing before this may look at IRQL or thread. */
void KeBindThread(KTHREAD *Thread)
{
    KiForgetLocks();
    static _Atomic ULONG NextProcessor;
    KI_PCR *Pcr = Thread->Pcr;
    ULONG Number = NextProcessor++ % host_processor_count();

    KiSelf(Pcr);
    KiSetProcessor(Pcr, Number);
#if defined(__x86_64__)
    Pcr->Public.NtTib.StackBase = Thread->StackBase;
    Pcr->Public.NtTib.StackLimit = Thread->StackLimit;
    Pcr->Public.Prcb.MxCsr = 0x1F80;
    Pcr->Public.Prcb.CurrentThread = (PKTHREAD)Thread;
#else
    Pcr->Public.NtTib.ExceptionList = EXCEPTION_CHAIN_END;
    Pcr->Public.NtTib.StackBase = Thread->StackBase;
    Pcr->Public.NtTib.StackLimit = Thread->StackLimit;
    Pcr->Public.PrcbData.CurrentThread = (PKTHREAD)Thread;
#endif
    Pcr->Public.Irql = PASSIVE_LEVEL;
    Thread->Host = host_thread_self();
    Thread->Turn = host_turn_number();
    host_thread_set_pcr(Pcr);
    KiHostThread = Thread;
    KiHostEpoch = KiEpoch;

    KiStartRunTime(Thread);
    KIRQL Old = KiAcquireLock(&KiThreadListLock);
    InsertTailList(&KiThreadList, &Thread->Link);
    KiReleaseLock(&KiThreadListLock, Old);
}

/*
 * Leaves waiting to whoever waits: mutants the thread still owns are abandoned, the thread object
 * is signalled. A thread that ends with a driver's mutex stops the machine, as on Windows.
 */
void KeRundownThread(KTHREAD *Thread)
{
    KeLeaveQueue(Thread);
    KIRQL Old = KiLockDispatcher();
    while (!IsListEmpty(&Thread->MutantList)) {
        KMUTANT *Mutant = CONTAINING_RECORD(Thread->MutantList.Flink, KMUTANT, MutantListEntry);
        if (Mutant->ApcDisable) {
            KiUnlockDispatcher(Old);
            KeBugCheckEx(THREAD_TERMINATE_HELD_MUTEX, (ULONG_PTR)Thread, (ULONG_PTR)Mutant, 0, 0);
        }
        KiReleaseMutantLocked(Mutant, Thread, TRUE);
    }
    Thread->Header.SignalState = 1;
    KiSignalObjectLocked(&Thread->Header);
    KiUnlockDispatcher(Old);
}

void KeUnbindThread(KTHREAD *Thread)
{
    KIRQL Old = KiAcquireLock(&KiThreadListLock);
    RemoveEntryList(&Thread->Link);
    KiStopRunTime(Thread);
    KiReleaseLock(&KiThreadListLock, Old);
    KiHostThread = NULL;
    host_thread_set_pcr(NULL);
}

void KeForgetThread(void)
{
    KiHostThread = NULL;
    host_thread_set_pcr(NULL);
}

void KeBindBootPcr(KI_PCR *Pcr)
{
    if (Pcr != NULL) {
        memset(Pcr, 0, sizeof(*Pcr));
        KiSelf(Pcr);
    }
    host_thread_set_pcr(Pcr);
}

NTSTATUS KeInitialize(void)
{
    KiStopped = 0;
    KeNextEpoch();
    KiThreadListLock = 0;
    KiDispatcherLock = 0;
    KiResetBugCheck();
    KiResetTraps();
    InitializeListHead(&KiThreadList);
    KiInitializeTime();
    KiResetServers();
    KiResetCallbacks();
    KiResetCounters();
    KiInitializeDpcs();
    KiResetInterrupts();
    KiResetIpis();
    KiResetQueuedLocks();
    KiResetProcessorNotices();
#if defined(__i386__)
    KiResetServices();
    KiResetIoMaps();
#endif
    KiInitializeTimers();
    KiInitializeProcessors();
    KiInitializeSharedData();
    KiInitializeVariables();
    if (host_faults_install(KiHandleFault, KiHandleInterrupt) != 0)
        return STATUS_INSUFFICIENT_RESOURCES;
    return !KeCheckAlignment || KiProbeAlignment() ? STATUS_SUCCESS : STATUS_NOT_SUPPORTED;
}

void KeTerminate(void)
{
    KeNextEpoch();
    KiStopped = 0;
    InitializeListHead(&KiThreadList);
    host_faults_remove();
}

static BOOLEAN KiOthersInKernel(const KTHREAD *Self)
{
    BOOLEAN Found = FALSE;
    KIRQL Old = KiAcquireLock(&KiThreadListLock);
    for (LIST_ENTRY *Entry = KiThreadList.Flink; Entry != &KiThreadList; Entry = Entry->Flink) {
        KTHREAD *Thread = CONTAINING_RECORD(Entry, KTHREAD, Link);
        if (Thread == Self || __atomic_load_n(&Thread->TrapFrame, __ATOMIC_RELAXED) == NULL)
            continue;
        Found = TRUE;
        Thread->WakeWord = 1;
        host_wake(&Thread->WakeWord, 1);
        host_thread_interrupt(Thread->Host);
    }
    KiReleaseLock(&KiThreadListLock, Old);
    if (Found)
        KiWakeServers();
    return Found;
}

#define KI_STOP_TRIES 2000
#define KI_STOP_PAUSE_100NS 10000

void KeStopThreads(void)
{
    _Atomic uint32_t Never = 0;
    for (int Try = 0; Try < KI_STOP_TRIES && KiOthersInKernel(KiHostThread); Try++)
        host_wait(&Never, 0, host_clock_monotonic() + KI_STOP_PAUSE_100NS);
}
