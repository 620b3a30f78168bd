/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Asynchronous procedure calls: routines a thread runs when it may. Kernel APCs run when the thread
 * waits, lowers its IRQL below APC_LEVEL, ends a critical or guarded region or leaves the kernel; a
 * driver's code is interrupted for them, a client's not. User APCs run on the way out of the
 * kernel, on the client's own stack, when the thread waited alertably or tested for alerts. The
 * dispatcher lock guards every thread's lists. An APC belongs to whoever queued it until its
 * KernelRoutine or RundownRoutine has been called, which may free it: nothing here touches it
 * afterwards.
 */
#include "ke/kep.h"

/*
 * KeInitializeApc - prepare an APC in the caller's non-paged memory.
 *
 * Environment: accepted; no thread is ever attached to another process. NormalRoutine NULL: a
 *              special kernel APC, whose KernelRoutine is all there is; Mode and NormalContext are
 *              not used then.
 * IRQL:    up to DISPATCH_LEVEL
 * Source:  INF: undocumented; OBS tests/kernel/ke/KeInitializeApc.c
 */
void NTAPI KeInitializeApc(KAPC *Apc, KTHREAD *Thread, KAPC_ENVIRONMENT Environment,
    PKKERNEL_ROUTINE KernelRoutine, PKRUNDOWN_ROUTINE RundownRoutine,
    PKNORMAL_ROUTINE NormalRoutine, KPROCESSOR_MODE Mode, void *NormalContext)
{
    Apc->Type = ApcObject;
    Apc->Size = (UCHAR)sizeof(KAPC);
    Apc->Thread = (PKTHREAD)Thread;
    Apc->KernelRoutine = KernelRoutine;
    Apc->RundownRoutine = RundownRoutine;
    Apc->NormalRoutine = NormalRoutine;
    Apc->ApcStateIndex = (CCHAR)(Environment == CurrentApcEnvironment ? OriginalApcEnvironment
                                                                      : Environment);
    Apc->ApcMode = NormalRoutine != NULL ? Mode : KernelMode;
    Apc->NormalContext = NormalRoutine != NULL ? NormalContext : NULL;
    Apc->Inserted = FALSE;
}

/* ---- queueing -------------------------------------------------------------------------------- */

static inline KAPC *KiFirstApc(const KTHREAD *Thread, KPROCESSOR_MODE Mode)
{
    const LIST_ENTRY *List = &Thread->ApcList[(int)Mode];
    return IsListEmpty(List) ? NULL : CONTAINING_RECORD(List->Flink, KAPC, ApcListEntry);
}

BOOLEAN KiApcDeliverableLocked(const KTHREAD *Thread, KIRQL Irql)
{
    const KAPC *Apc = KiFirstApc(Thread, KernelMode);
    return Apc != NULL && Irql < APC_LEVEL && Thread->SpecialApcDisable == 0 &&
        (Apc->NormalRoutine == NULL ||
            (Thread->KernelApcDisable == 0 && !Thread->KernelApcInProgress));
}

/* Behind its like: special kernel APCs come before normal ones. */
static void KiEnterApcLocked(KTHREAD *Thread, KAPC *Apc)
{
    LIST_ENTRY *List = &Thread->ApcList[(int)Apc->ApcMode];
    LIST_ENTRY *Next = List;
    if (Apc->NormalRoutine == NULL) {
        Next = List->Flink;
        while (Next != List && CONTAINING_RECORD(Next, KAPC, ApcListEntry)->NormalRoutine == NULL)
            Next = Next->Flink;
    }
    InsertTailList(Next, &Apc->ApcListEntry);
    Apc->Inserted = TRUE;
}

static void KiTakeApcLocked(KTHREAD *Thread, KAPC *Apc)
{
    RemoveEntryList(&Apc->ApcListEntry);
    Apc->Inserted = FALSE;
    if (Apc->ApcMode == KernelMode)
        __atomic_store_n(&Thread->KernelApcPending, !IsListEmpty(&Thread->ApcList[KernelMode]),
            __ATOMIC_RELAXED);
    else if (IsListEmpty(&Thread->ApcList[UserMode]))
        Thread->UserApcPending = FALSE;
}

/* For an APC just queued: the thread's wait ends, if it is one that gives way to it; else the
 * thread itself is interrupted. */
static void KiInterruptWaitLocked(KTHREAD *Thread, KPROCESSOR_MODE Mode)
{
    if (!Thread->Waiting) {
        /* It has not been run down yet, so its host thread is there. */
        if (Mode == KernelMode && Thread != KiHostThread &&
            __atomic_load_n(&Thread->TrapFrame, __ATOMIC_RELAXED) != NULL)
            host_thread_interrupt(Thread->Host);
        return;
    }
    if (Mode == KernelMode) {
        if (KiApcDeliverableLocked(Thread, Thread->WaitIrql))
            KiEndWaitLocked(Thread, STATUS_KERNEL_APC);
    } else if (Thread->WaitMode == UserMode && (Thread->WaitAlertable || Thread->UserApcPending)) {
        Thread->UserApcPending = TRUE;
        KiEndWaitLocked(Thread, STATUS_USER_APC);
    }
}

/*
 * KeInsertQueueApc - queue an APC to its thread. Kernel APCs of the current thread run before this
 * returns, unless its IRQL or a region holds them off.
 *
 * SystemArgument1, 2: for the routines. Increment: accepted; Linux schedules the thread.
 * IRQL:    up to DISPATCH_LEVEL
 * Returns: FALSE: it is queued already, or the thread has ended.
 * Owner:   the APC must stay until its KernelRoutine or RundownRoutine is called.
 * Source:  INF: undocumented; OBS tests/kernel/ke/KeInsertQueueApc.c
 */
BOOLEAN NTAPI KeInsertQueueApc(
    KAPC *Apc, void *SystemArgument1, void *SystemArgument2, KPRIORITY Increment)
{
    KTHREAD *Thread = (KTHREAD *)Apc->Thread;
    (void)Increment;
    KIRQL Old = KiLockDispatcher();
    BOOLEAN Inserted = Thread->ApcQueueable && !Apc->Inserted;
    if (Inserted) {
        Apc->SystemArgument1 = SystemArgument1;
        Apc->SystemArgument2 = SystemArgument2;
        KPROCESSOR_MODE Mode = Apc->ApcMode;
        KiEnterApcLocked(Thread, Apc);
        if (Mode == KernelMode)
            /* its thread looks without the lock */
            __atomic_store_n(&Thread->KernelApcPending, TRUE, __ATOMIC_RELAXED);
        KiInterruptWaitLocked(Thread, Mode);
    }
    KiUnlockDispatcher(Old);
    if (Inserted && Thread == KiHostThread)
        KiCheckApcs();
    return Inserted;
}

BOOLEAN KeRemoveQueueApc(KAPC *Apc)
{
    KIRQL Old = KiLockDispatcher();
    BOOLEAN Inserted = Apc->Inserted;
    if (Inserted)
        KiTakeApcLocked((KTHREAD *)Apc->Thread, Apc);
    KiUnlockDispatcher(Old);
    return Inserted;
}

KAPC *KeTakeKernelApc(KTHREAD *Thread, PKKERNEL_ROUTINE KernelRoutine)
{
    const LIST_ENTRY *List = &Thread->ApcList[KernelMode];
    KAPC *Found = NULL;
    KIRQL Old = KiLockDispatcher();
    for (LIST_ENTRY *Entry = List->Flink; Entry != List && Found == NULL; Entry = Entry->Flink) {
        KAPC *Apc = CONTAINING_RECORD(Entry, KAPC, ApcListEntry);
        if (Apc->KernelRoutine == KernelRoutine)
            Found = Apc;
    }
    if (Found != NULL)
        KiTakeApcLocked(Thread, Found);
    KiUnlockDispatcher(Old);
    return Found;
}

KAPC *KeFlushApc(KTHREAD *Thread, KPROCESSOR_MODE Mode)
{
    KIRQL Old = KiLockDispatcher();
    Thread->ApcQueueable = FALSE;
    KAPC *Apc = KiFirstApc(Thread, Mode);
    if (Apc != NULL)
        KiTakeApcLocked(Thread, Apc);
    KiUnlockDispatcher(Old);
    return Apc;
}

/* ---- kernel APCs ----------------------------------------------------------------------------- */

/* What a KernelRoutine is given, and may change. */
typedef struct KI_APC_CALL {
    KAPC *Apc;
    PKKERNEL_ROUTINE KernelRoutine;
    PKNORMAL_ROUTINE NormalRoutine;
    void *NormalContext;
    void *SystemArgument1;
    void *SystemArgument2;
} KI_APC_CALL;

/* Off its list, an APC may be taken back and queued anew by its owner: what it says is read
 * before. */
static void KiBeginCallLocked(KTHREAD *Thread, KAPC *Apc, KI_APC_CALL *Call)
{
    *Call = (KI_APC_CALL){Apc, Apc->KernelRoutine, Apc->NormalRoutine, Apc->NormalContext,
        Apc->SystemArgument1, Apc->SystemArgument2};
    KiTakeApcLocked(Thread, Apc);
}

static inline void KiRunKernelRoutine(KI_APC_CALL *Call)
{
    Call->KernelRoutine(Call->Apc, &Call->NormalRoutine, &Call->NormalContext,
        &Call->SystemArgument1, &Call->SystemArgument2);
}

/* One kernel APC, at APC_LEVEL; its NormalRoutine at PASSIVE_LEVEL. FALSE: none that may run
 * now. */
static BOOLEAN KiDeliverKernelApc(KTHREAD *Thread)
{
    KI_APC_CALL Call;
    KIRQL Old = KiLockDispatcher();
    KAPC *Apc = KiApcDeliverableLocked(Thread, PASSIVE_LEVEL) ? KiFirstApc(Thread, KernelMode)
                                                              : NULL;
    if (Apc != NULL)
        KiBeginCallLocked(Thread, Apc, &Call);
    KiUnlockDispatcher(Old);
    if (Apc == NULL)
        return FALSE;
    BOOLEAN Normal = Call.NormalRoutine != NULL;
    KiRunKernelRoutine(&Call);
    if (Normal && Call.NormalRoutine != NULL) {
        Thread->KernelApcInProgress = TRUE;
        KiSetIrql(PASSIVE_LEVEL);
        Call.NormalRoutine(Call.NormalContext, Call.SystemArgument1, Call.SystemArgument2);
        KiSetIrql(APC_LEVEL);
        Thread->KernelApcInProgress = FALSE;
    }
    return TRUE;
}

void NTAPI KiDeliverKernelApcs(void)
{
    KTHREAD *Thread = KiHostThread;
    /* Outside the kernel there is no stack of the kernel to run them on: they go when the thread
     * comes in. */
    if (KiGetIrql() >= APC_LEVEL || Thread->TrapFrame == NULL || Thread->ExecutingDpc)
        return;
    KiSetIrql(APC_LEVEL);
    while (KiDeliverKernelApc(Thread))
        continue;
    KiSetIrql(PASSIVE_LEVEL);
}

/*
 * KiCheckForKernelApcDelivery - deliver the current thread's kernel APCs that may run now.
 * IRQL: up to DISPATCH_LEVEL. Source: INF: undocumented.
 */
void NTAPI KiCheckForKernelApcDelivery(void)
{
    KiCheckApcs();
}

/* ---- user APCs ------------------------------------------------------------------------------- */

/* A routine of the client's, in the convention client code has (see include/win32/windef.h). */
typedef void (*KI_CLIENT_ROUTINE)(
    void *NormalContext, void *SystemArgument1, void *SystemArgument2);

void (*KeDeferUserApc)(
    void *Routine, void *NormalContext, void *SystemArgument1, void *SystemArgument2);

/* On the kernel stack: kernel APCs, then the kernel's part of the next user APC. NormalRoutine
 * NULL: there is none. */
static NTSTATUS KiTakeUserApc(void *Arguments)
{
    KI_APC_CALL *Call = Arguments;
    KTHREAD *Thread = KiHostThread;
    KiDeliverKernelApcs();
    while (Call != NULL && Call->NormalRoutine == NULL) {
        KIRQL Old = KiLockDispatcher();
        KAPC *Apc = KiFirstApc(Thread, UserMode);
        if (Apc != NULL)
            KiBeginCallLocked(Thread, Apc, Call);
        else
            Thread->UserApcPending = FALSE;
        KiUnlockDispatcher(Old);
        if (Apc == NULL)
            break;
        KiSetIrql(APC_LEVEL);
        KiRunKernelRoutine(Call);
        KiSetIrql(PASSIVE_LEVEL);
    }
    return STATUS_SUCCESS;
}

/* All that are queued run before the service returns, those queued meanwhile too: each return tests
 * for alerts, as on NT. */
NTSTATUS KiLeaveWithApcs(KTHREAD *Thread, KPROCESSOR_MODE Mode, NTSTATUS Status)
{
    if (Thread->TrapFrame != NULL || KiStopped)
        return Status; /* a driver's thread within the kernel; or nothing of a driver's runs any
                          more */
    if (Mode != UserMode || !Thread->UserApcPending) {
        KiEnterKernel(KiTakeUserApc, NULL, KernelMode);
        return Status;
    }
    for (;;) {
        KI_APC_CALL Call = {0};
        NTSTATUS Taken = KiEnterKernel(KiTakeUserApc, &Call, UserMode);
        if (!NT_SUCCESS(Taken) || Call.NormalRoutine == NULL)
            return NT_SUCCESS(Taken) ? Status : Taken;
        if (__builtin_expect(Thread->Space != NULL && KeDeferUserApc != NULL, 0))
            KeDeferUserApc((void *)Call.NormalRoutine, Call.NormalContext, Call.SystemArgument1,
                Call.SystemArgument2);
        else
            ((KI_CLIENT_ROUTINE)(void *)Call.NormalRoutine)(
                Call.NormalContext, Call.SystemArgument1, Call.SystemArgument2);
        if (!KeAttached() || KiHostThread != Thread)
            return Status; /* the machine was closed in it */
    }
}

/* ---- alerts ---------------------------------------------------------------------------------- */

BOOLEAN KiTestAlertLocked(
    KTHREAD *Thread, KPROCESSOR_MODE Mode, BOOLEAN Alertable, KIRQL Irql, NTSTATUS *Status)
{
    if (KiApcDeliverableLocked(Thread, Irql) && !Thread->ExecutingDpc) {
        *Status = STATUS_KERNEL_APC;
        return TRUE;
    }
    if (Mode == UserMode && __builtin_expect(Thread->UserWaitsEnd, 0)) {
        *Status = STATUS_THREAD_IS_TERMINATING;
        return TRUE;
    }
    if (Alertable && Thread->Alerted[(int)Mode]) {
        Thread->Alerted[(int)Mode] = FALSE;
        *Status = STATUS_ALERTED;
        return TRUE;
    }
    if (Mode == UserMode &&
        (Alertable ? !IsListEmpty(&Thread->ApcList[UserMode]) : Thread->UserApcPending)) {
        Thread->UserApcPending = TRUE;
        *Status = STATUS_USER_APC;
        return TRUE;
    }
    if (Alertable && Thread->Alerted[KernelMode]) {
        Thread->Alerted[KernelMode] = FALSE;
        *Status = STATUS_ALERTED;
        return TRUE;
    }
    return FALSE;
}

void KeEndUserWaits(KTHREAD *Thread)
{
    KIRQL Old = KiLockDispatcher();
    Thread->UserWaitsEnd = TRUE;
    if (Thread->Waiting && Thread->WaitMode == UserMode)
        KiEndWaitLocked(Thread, STATUS_THREAD_IS_TERMINATING);
    KiUnlockDispatcher(Old);
}

/*
 * KeAlertThread - end an alertable wait with STATUS_ALERTED, or the thread's next one.
 *
 * AlertMode: waits in UserMode are ended by either mode, those in KernelMode by KernelMode.
 * IRQL:    up to DISPATCH_LEVEL
 * Returns: TRUE: the thread was alerted already.
 * Source:  INF: undocumented; OBS tests/kernel/ke/KeAlertThread.c
 */
BOOLEAN NTAPI KeAlertThread(KTHREAD *Thread, KPROCESSOR_MODE AlertMode)
{
    KIRQL Old = KiLockDispatcher();
    BOOLEAN Alerted = Thread->Alerted[(int)AlertMode];
    if (!Alerted) {
        if (Thread->Waiting && Thread->WaitAlertable && AlertMode <= Thread->WaitMode)
            KiEndWaitLocked(Thread, STATUS_ALERTED);
        else
            Thread->Alerted[(int)AlertMode] = TRUE;
    }
    KiUnlockDispatcher(Old);
    return Alerted;
}

/*
 * KeTestAlertThread - whether the current thread was alerted, which it no longer is then. If not,
 * and AlertMode is UserMode, its user APCs run when it leaves the kernel.
 *
 * IRQL:    up to DISPATCH_LEVEL
 * Source:  INF: undocumented; OBS tests/kernel/ke/KeTestAlertThread.c
 */
BOOLEAN NTAPI KeTestAlertThread(KPROCESSOR_MODE AlertMode)
{
    KTHREAD *Thread = KiHostThread;
    KIRQL Old = KiLockDispatcher();
    BOOLEAN Alerted = Thread->Alerted[(int)AlertMode];
    if (Alerted)
        Thread->Alerted[(int)AlertMode] = FALSE;
    else if (AlertMode == UserMode && !IsListEmpty(&Thread->ApcList[UserMode]))
        Thread->UserApcPending = TRUE;
    KiUnlockDispatcher(Old);
    return Alerted;
}
