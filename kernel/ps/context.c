/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Contexts of threads: the registers a client's thread has outside the kernel. The thread itself
 * reads and changes them, in a special kernel APC when it is in the kernel or comes there, or where
 * its own code is interrupted for it. One of a client in another process does so there, as an
 * errand of the service it is in.
 *
 * A context does not tell, and setting it does not change: segments, debug registers. Whoever sets
 * one of a thread that is in a service sees what Windows would: the service goes on, and the thread
 * is elsewhere afterwards.
 */
#include "ps/context.h"
#include "ps/psp.h"
#include "ke/turns.h"

#define PSP_TAG_CONTEXT 0x78437350u /* 'PsCx' */

NTSTATUS (*PsExchangeUserContext)
(KE_USER_CONTEXT *User, BOOLEAN Set);
void (*PsInterruptClient)(ETHREAD *Thread);

typedef struct PSP_CONTEXT_CALL {
    KAPC Apc;
    KEVENT Done;
    CONTEXT *Context;
    BOOLEAN Set;
    NTSTATUS Status;
} PSP_CONTEXT_CALL;

static void PspMerge(const PSP_CONTEXT_CALL *Call, KE_USER_CONTEXT *User)
{
    if (Call->Set)
        KeContextToUser(Call->Context, User);
    else
        KeUserToContext(User, Call->Context);
}

static NTSTATUS PspExchangeElsewhere(const PSP_CONTEXT_CALL *Call)
{
    KE_USER_CONTEXT User;
    if (PsExchangeUserContext == NULL)
        return STATUS_NOT_SUPPORTED;
    NTSTATUS Status = PsExchangeUserContext(&User, FALSE);
    if (!NT_SUCCESS(Status))
        return Status;
    PspMerge(Call, &User);
    return Call->Set ? PsExchangeUserContext(&User, TRUE) : STATUS_SUCCESS;
}

/* On the thread itself, in the kernel. */
static NTSTATUS PspExchange(ETHREAD *Thread, const PSP_CONTEXT_CALL *Call)
{
    KE_USER_CONTEXT User;
    if (Thread->Owner->Space != NULL)
        return PspExchangeElsewhere(Call);
    if (Call->Set && Thread->Tcb.UserContext == NULL)
        Thread->Tcb.UserContext = ExiAllocate(
            NonPagedPoolNx, sizeof(CONTEXT), PSP_TAG_CONTEXT, EX_KERNEL_SITE);
    if (Call->Set && Thread->Tcb.UserContext == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    KeGetUserContext(&User);
    PspMerge(Call, &User);
    if (Call->Set)
        KeSetUserContext(&User);
    return STATUS_SUCCESS;
}

static void NTAPI PspContextKernelRoutine(KAPC *Apc, PKNORMAL_ROUTINE *NormalRoutine,
    void **NormalContext, void **SystemArgument1, void **SystemArgument2)
{
    PSP_CONTEXT_CALL *Call = CONTAINING_RECORD(Apc, PSP_CONTEXT_CALL, Apc);
    (void)NormalRoutine, (void)NormalContext, (void)SystemArgument1, (void)SystemArgument2;
    Call->Status = PspExchange(PsiCurrentThread(), Call);
    KeSetEvent(&Call->Done, IO_NO_INCREMENT, FALSE);
}

/* The thread has ended before. */
static void NTAPI PspContextRundown(KAPC *Apc)
{
    PSP_CONTEXT_CALL *Call = CONTAINING_RECORD(Apc, PSP_CONTEXT_CALL, Apc);
    KeSetEvent(&Call->Done, IO_NO_INCREMENT, FALSE);
}

/* A thread outside the kernel, wherever its code is: these are the registers. */
static BOOLEAN PspUserInterrupted(CONTEXT *Context)
{
    BOOLEAN Changed = FALSE;
    KE_USER_CONTEXT User = {.Bits = 8 * sizeof(void *)};
    KAPC *Apc;
    while ((Apc = KeTakeKernelApc(KiCurrentThread(), PspContextKernelRoutine)) != NULL) {
        PSP_CONTEXT_CALL *Call = CONTAINING_RECORD(Apc, PSP_CONTEXT_CALL, Apc);
        KeContextToUser(Context, &User);
        PspMerge(Call, &User);
        if (Call->Set) {
            KeUserToContext(&User, Context);
            Changed = TRUE;
        }
        Call->Status = STATUS_SUCCESS;
        KeSetEvent(&Call->Done, IO_NO_INCREMENT, FALSE);
    }
    return Changed;
}

/* The thread looks for APCs whenever it leaves the kernel: one that is outside now has not seen
 * this one. */
static void PspInterruptUser(ETHREAD *Thread)
{
    host_process_barrier();
    if (__atomic_load_n(&Thread->Tcb.TrapFrame, __ATOMIC_RELAXED) != NULL || KeTakesTurns)
        return;
    if (Thread->Owner->Space == NULL)
        host_thread_interrupt(Thread->Tcb.Host);
    else if (PsInterruptClient != NULL)
        PsInterruptClient(Thread);
}

static NTSTATUS PspCallThread(ETHREAD *Thread, PSP_CONTEXT_CALL *Call)
{
    if (Thread->Tcb.SystemThread || Thread->Owner == PsiSystemProcess)
        return STATUS_INVALID_HANDLE;
    if (Thread == PsiCurrentThread()) {
        KIRQL Old = KfRaiseIrql(APC_LEVEL);
        NTSTATUS Status = PspExchange(Thread, Call);
        KeLowerIrql(Old);
        return Status;
    }
    Call->Status = STATUS_UNSUCCESSFUL;
    KeUserInterrupted = PspUserInterrupted;
    KeInitializeEvent(&Call->Done, NotificationEvent, FALSE);
    KeInitializeApc(&Call->Apc, &Thread->Tcb, OriginalApcEnvironment, PspContextKernelRoutine,
        PspContextRundown, NULL, KernelMode, NULL);
    if (!KeInsertQueueApc(&Call->Apc, NULL, NULL, IO_NO_INCREMENT))
        return STATUS_UNSUCCESSFUL;
    PspInterruptUser(Thread);
    KeWaitForSingleObject(&Call->Done, Executive, KernelMode, FALSE, NULL);
    return Call->Status;
}

/*
 * PsGetContextThread - a thread's registers in user mode.
 *
 * ThreadContext: its ContextFlags say which; the others are left as they are. Debug registers are
 *          told as zero. Mode: whose memory ThreadContext is.
 * IRQL:    PASSIVE_LEVEL. Waits until the thread has told.
 * Returns: SUCCESS; INVALID_HANDLE: a system thread, which has none; UNSUCCESSFUL: the thread has
 *          ended; ACCESS_VIOLATION, DATATYPE_MISALIGNMENT: ThreadContext in UserMode;
 *          NOT_SUPPORTED, HOST_DOWN: its client is gone.
 * Source:  INF: undocumented; statuses as GetThreadContext's errors; OBS
 *          tests/kernel/ps/PsGetContextThread.c, tests/unit/client/context_test.c
 */
NTSTATUS NTAPI PsGetContextThread(ETHREAD *Thread, CONTEXT *ThreadContext, KPROCESSOR_MODE Mode)
{
    CONTEXT Context;
    PSP_CONTEXT_CALL Call = {.Context = &Context};
    NTSTATUS Status = ObiProbeOutput(ThreadContext, sizeof(CONTEXT), __alignof__(CONTEXT), Mode);
    if (NT_SUCCESS(Status))
        Status = ObiReadCaller(&Context, ThreadContext, sizeof(Context), Mode);
    if (NT_SUCCESS(Status))
        Status = PspCallThread(Thread, &Call);
    return NT_SUCCESS(Status) ? ObiWriteCaller(ThreadContext, &Context, sizeof(Context), Mode)
                              : Status;
}

/*
 * PsSetContextThread - sets them; what ContextFlags do not name is kept. The thread has them as
 * soon as it is outside the kernel. Flags a program may not change, segments and debug registers
 * are left as they are.
 *
 * IRQL:    PASSIVE_LEVEL. Waits until the thread has taken them.
 * Returns: as PsGetContextThread; INSUFFICIENT_RESOURCES.
 * Source:  INF: undocumented; OBS tests/kernel/ps/PsGetContextThread.c,
 *          tests/unit/client/context_test.c
 */
NTSTATUS NTAPI PsSetContextThread(ETHREAD *Thread, CONTEXT *ThreadContext, KPROCESSOR_MODE Mode)
{
    CONTEXT Context;
    PSP_CONTEXT_CALL Call = {.Context = &Context, .Set = TRUE};
    NTSTATUS Status = Mode != KernelMode
                          ? MmProbe(ThreadContext, sizeof(CONTEXT), __alignof__(CONTEXT), FALSE)
                          : STATUS_SUCCESS;
    if (NT_SUCCESS(Status))
        Status = ObiReadCaller(&Context, ThreadContext, sizeof(Context), Mode);
    return NT_SUCCESS(Status) ? PspCallThread(Thread, &Call) : Status;
}
