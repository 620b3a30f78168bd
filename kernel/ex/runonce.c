/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * One-time initialisation. The caller's pointer is all the state: its low two bits say how far
 * things are, the rest is the context once they are done, and before that the threads that wait,
 * newest first, each with an event on its own stack. It is only changed by exchanging it as a
 * whole; there is no lock.
 */
#include "ex/runonce.h"

#define RTL_RUN_ONCE_CHECK_ONLY  1
#define RTL_RUN_ONCE_ASYNC       2
#define RTL_RUN_ONCE_INIT_FAILED 4

enum EXP_RUN_ONCE_STATE { ExpNotBegun, ExpBegun, ExpBegunByAny, ExpDone, ExpStateMask = 3 };

typedef struct EXP_RUN_ONCE_WAITER {
    struct EXP_RUN_ONCE_WAITER *Next;
    KEVENT Event;
} EXP_RUN_ONCE_WAITER;

static inline BOOLEAN ExpExchangeState(EXP_RUN_ONCE *RunOnce, ULONG_PTR *Old, ULONG_PTR New)
{
    return __atomic_compare_exchange_n(
        (ULONG_PTR *)&RunOnce->Ptr, Old, New, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

/* Until the thread that initializes is done or has failed. */
static void ExpWaitForInit(EXP_RUN_ONCE *RunOnce, ULONG_PTR State)
{
    EXP_RUN_ONCE_WAITER Waiter;

    KeInitializeEvent(&Waiter.Event, NotificationEvent, FALSE);
    while ((State & ExpStateMask) == ExpBegun) {
        Waiter.Next = (EXP_RUN_ONCE_WAITER *)(State & ~(ULONG_PTR)ExpStateMask);
        if (ExpExchangeState(RunOnce, &State, (ULONG_PTR)&Waiter | ExpBegun)) {
            KeWaitForSingleObject(&Waiter.Event, Executive, KernelMode, FALSE, NULL);
            return;
        }
    }
}

/*
 * RtlRunOnceInitialize - nothing has been initialized yet.
 *
 * IRQL:    any
 * Source:  DOC ntddk/RtlRunOnceInitialize
 */
void NTAPI RtlRunOnceInitialize(EXP_RUN_ONCE *RunOnce)
{
    RunOnce->Ptr = NULL;
}

/*
 * RtlRunOnceBeginInitialize - is it done, or the caller's to do?
 *
 * Flags:   CHECK_ONLY: only ask. ASYNC: others may try at the same time, and the first to complete
 *          it wins. Context: optional, receives the context of what is done.
 * IRQL:    <= APC_LEVEL
 * Returns: SUCCESS: it is done; PENDING: the caller does it, and calls RtlRunOnceComplete;
 *          UNSUCCESSFUL: CHECK_ONLY, and it is not done; INVALID_PARAMETER_2: other flags, or both;
 *          INVALID_PARAMETER: ASYNC where others wait for one, or the other way round.
 * Source:  DOC ntddk/RtlRunOnceBeginInitialize; INF the statuses of misuse
 */
NTSTATUS NTAPI RtlRunOnceBeginInitialize(EXP_RUN_ONCE *RunOnce, ULONG Flags, PVOID *Context)
{
    const BOOLEAN Async = (Flags & RTL_RUN_ONCE_ASYNC) != 0;

    if ((Flags & ~(ULONG)(RTL_RUN_ONCE_CHECK_ONLY | RTL_RUN_ONCE_ASYNC)) ||
        Flags == (RTL_RUN_ONCE_CHECK_ONLY | RTL_RUN_ONCE_ASYNC))
        return STATUS_INVALID_PARAMETER_2;
    for (;;) {
        ULONG_PTR State = (ULONG_PTR)__atomic_load_n(&RunOnce->Ptr, __ATOMIC_ACQUIRE);
        switch (State & ExpStateMask) {
        case ExpDone:
            if (Context != NULL)
                *Context = (PVOID)(State & ~(ULONG_PTR)ExpStateMask);
            return STATUS_SUCCESS;
        case ExpNotBegun:
            if (Flags & RTL_RUN_ONCE_CHECK_ONLY)
                return STATUS_UNSUCCESSFUL;
            if (ExpExchangeState(RunOnce, &State, Async ? ExpBegunByAny : ExpBegun))
                return STATUS_PENDING;
            break;
        case ExpBegunByAny:
            return Flags & RTL_RUN_ONCE_CHECK_ONLY ? STATUS_UNSUCCESSFUL
                : Async                            ? STATUS_PENDING
                                                   : STATUS_INVALID_PARAMETER;
        default:
            if (Flags & RTL_RUN_ONCE_CHECK_ONLY)
                return STATUS_UNSUCCESSFUL;
            if (Async)
                return STATUS_INVALID_PARAMETER;
            ExpWaitForInit(RunOnce, State);
            break;
        }
    }
}

/*
 * RtlRunOnceComplete - it is done, or has failed and the next may try.
 *
 * Flags:   ASYNC: as it was begun. INIT_FAILED: failed, Context NULL. Context: its low two bits are
 *          clear.
 * IRQL:    <= APC_LEVEL
 * Returns: SUCCESS; UNSUCCESSFUL: ASYNC, and another was first, or it is not being done that way;
 *          INVALID_PARAMETER_2: other flags, or both; INVALID_PARAMETER_3: such a context.
 * Source:  DOC ntddk/RtlRunOnceComplete; INF the statuses of bad arguments
 */
NTSTATUS NTAPI RtlRunOnceComplete(EXP_RUN_ONCE *RunOnce, ULONG Flags, PVOID Context)
{
    const BOOLEAN Async = (Flags & RTL_RUN_ONCE_ASYNC) != 0,
                  Failed = (Flags & RTL_RUN_ONCE_INIT_FAILED) != 0;
    const ULONG_PTR Final = Failed ? ExpNotBegun : (ULONG_PTR)Context | ExpDone;
    ULONG_PTR State = (ULONG_PTR)__atomic_load_n(&RunOnce->Ptr, __ATOMIC_ACQUIRE);

    if ((Flags & ~(ULONG)(RTL_RUN_ONCE_ASYNC | RTL_RUN_ONCE_INIT_FAILED)) || (Async && Failed))
        return STATUS_INVALID_PARAMETER_2;
    if (((ULONG_PTR)Context & ExpStateMask) != 0 || (Failed && Context != NULL))
        return STATUS_INVALID_PARAMETER_3;
    do {
        if ((State & ExpStateMask) != (Async ? ExpBegunByAny : ExpBegun))
            return STATUS_UNSUCCESSFUL;
    } while (!ExpExchangeState(RunOnce, &State, Final));
    for (EXP_RUN_ONCE_WAITER *Waiter = (EXP_RUN_ONCE_WAITER *)(State & ~(ULONG_PTR)ExpStateMask);
         Waiter != NULL;) {
        EXP_RUN_ONCE_WAITER *Next = Waiter->Next; /* gone with its thread's stack once it is woken
                                                   */
        KeSetEvent(&Waiter->Event, 0, FALSE);
        Waiter = Next;
    }
    return STATUS_SUCCESS;
}

/*
 * RtlRunOnceExecuteOnce - have InitFn called unless that was done; threads that come meanwhile
 * wait.
 *
 * InitFn:  returns whether it succeeded; if not, the next caller's is called. Context: optional.
 *          Normal kernel APCs are held back.
 * IRQL:    <= APC_LEVEL
 * Returns: SUCCESS; UNSUCCESSFUL: InitFn failed.
 * Source:  DOC ntddk/RtlRunOnceExecuteOnce
 */
NTSTATUS NTAPI RtlRunOnceExecuteOnce(
    EXP_RUN_ONCE *RunOnce, EXP_RUN_ONCE_INIT *InitFn, PVOID Parameter, PVOID *Context)
{
    PVOID Result = NULL;
    NTSTATUS Status;

    if (Context == NULL)
        Context = &Result;
    *Context = NULL;
    KeEnterCriticalRegion();
    Status = RtlRunOnceBeginInitialize(RunOnce, 0, Context);
    if (Status == STATUS_PENDING && InitFn(RunOnce, Parameter, Context)) {
        Status = RtlRunOnceComplete(RunOnce, 0, *Context);
    } else if (Status == STATUS_PENDING) {
        RtlRunOnceComplete(RunOnce, RTL_RUN_ONCE_INIT_FAILED, NULL);
        Status = STATUS_UNSUCCESSFUL;
    }
    KeLeaveCriticalRegion();
    return Status;
}
