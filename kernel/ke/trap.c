/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * From a signal to a structured exception. On the signal stack only what can be settled there is:
 * an instruction to emulate, a load from the shared user data page, an access to a device in
 * memory, a page to make executable. Everything else resumes in KiFaultEntry on the interrupted
 * kernel stack, where filters and handlers of the driver may run. A fault outside the kernel is not
 * ours.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "ke/carry.h"
#include "ke/operand.h"
#include "ke/turns.h"

#if defined(__x86_64__)
#define KI_RED_ZONE 128 /* our own code below the stack pointer; drivers have none */
#else
#define KI_RED_ZONE 0
#endif
#define KI_EMERGENCY_BYTES (64u * 1024u)
#define KI_DOUBLE_FAULT 8 /* first parameter of UNEXPECTED_KERNEL_MODE_TRAP: the vector */
#define KI_APC_ROOM (16u * 1024u) /* of kernel stack, or they wait for another moment */
#define EFLAGS_TRAP_BITS 0x40500u /* direction, trap and alignment-check flags */

BOOLEAN (*KePageIsSystem)(ULONG_PTR Address);
BOOLEAN (*KePageFetch)(ULONG_PTR Address);
BOOLEAN (*KeRetryFault)(CONTEXT *Context);
BOOLEAN (*KePageIn)(ULONG_PTR Address);
BOOLEAN (*KePagedOut)(ULONG_PTR Address);
ULONG (*KeExplainFault)(ULONG_PTR Address, BOOLEAN ByDriver, char *Text, SIZE_T Size);
BOOLEAN (*KeDeviceAccess)(ULONG_PTR Address, ULONG SizeBytes, BOOLEAN Write, void *Value);
KE_IMAGE_LOOKUP KeImageLookup;
const char *(*KeSystemCallName)(int Number);

/* Where a thread whose own stack is used up reports; one is enough since it stops the machine. */
static _Atomic uint32_t KiEmergencyTaken;
static __attribute__((aligned(16))) UCHAR KiEmergencyStack[KI_EMERGENCY_BYTES];

typedef struct KI_FAULT_FRAME {
    EXCEPTION_RECORD Record;
    CONTEXT Context __attribute__((aligned(16)));
    BOOLEAN StackExhausted;
    BOOLEAN Protection; /* general protection, which has no address */
} KI_FAULT_FRAME;

/* An address no client has, whatever lies there. On i386 a client's memory reaches beyond the
 * system range. */
static BOOLEAN KiIsSystemAddress(ULONG_PTR Address)
{
#if defined(__x86_64__)
    if (Address >= 0xFFFF800000000000)
        return TRUE;
#endif
    return KePageIsSystem != NULL && KePageIsSystem(Address);
}

BOOLEAN KiInDriver(ULONG_PTR Address)
{
    UCHAR *Base;
    RUNTIME_FUNCTION *Table;
    ULONG Count;
    return KeImageLookup != NULL && KeImageLookup(Address, &Base, &Table, &Count);
}

BOOLEAN (*KeClientPageFetch)(ULONG_PTR Address, BOOLEAN Write);
BOOLEAN (*KeTakeGuardPage)(ULONG_PTR Address);

static void KiFillRecord(const struct host_fault *Fault, EXCEPTION_RECORD *Record)
{
    static const NTSTATUS Status[] = {
        [HOST_FAULT_PAGE] = STATUS_ACCESS_VIOLATION,
        [HOST_FAULT_PROTECTION] = STATUS_ACCESS_VIOLATION,
        [HOST_FAULT_ILLEGAL] = STATUS_ILLEGAL_INSTRUCTION,
        [HOST_FAULT_DIVIDE] = STATUS_INTEGER_DIVIDE_BY_ZERO,
        [HOST_FAULT_OVERFLOW] = STATUS_INTEGER_OVERFLOW,
        [HOST_FAULT_FLOAT] = STATUS_FLOAT_INVALID_OPERATION,
        [HOST_FAULT_BREAKPOINT] = STATUS_BREAKPOINT,
        [HOST_FAULT_STEP] = STATUS_SINGLE_STEP,
        [HOST_FAULT_ALIGNMENT] = STATUS_DATATYPE_MISALIGNMENT,
        [HOST_FAULT_SYSTEM_CALL] = STATUS_PRIVILEGED_INSTRUCTION,
    };
    memset(Record, 0, sizeof(*Record));
    Record->ExceptionCode = Status[Fault->kind];
    Record->ExceptionAddress = (PVOID)KI_PC(Fault->context);
    if (Fault->kind == HOST_FAULT_PAGE) {
        Record->NumberParameters = 2;
        Record->ExceptionInformation[0] = Fault->access == HOST_ACCESS_EXECUTE
            ? EXCEPTION_EXECUTE_FAULT
            : Fault->access == HOST_ACCESS_WRITE ? EXCEPTION_WRITE_FAULT
                                                 : EXCEPTION_READ_FAULT;
        Record->ExceptionInformation[1] = Fault->address;
    } else if (Fault->kind == HOST_FAULT_PROTECTION) {
        /* General protection knows no address; Windows reports a read of all ones. */
        Record->NumberParameters = 2;
        Record->ExceptionInformation[0] = EXCEPTION_READ_FAULT;
        Record->ExceptionInformation[1] = ~(ULONG_PTR)0;
    } else if (Fault->kind == HOST_FAULT_SYSTEM_CALL) {
        Record->NumberParameters = 1;
        Record->ExceptionInformation[0] = (ULONG_PTR)Fault->number;
    } else if (Fault->kind == HOST_FAULT_ALIGNMENT) {
        KI_OPERAND Operand;
        if (KiMemoryOperand(Fault->context, &Operand)) {
            Record->NumberParameters = 2; /* INF: as those of access violations */
            Record->ExceptionInformation[0] = Operand.Write ? EXCEPTION_WRITE_FAULT
                                                            : EXCEPTION_READ_FAULT;
            Record->ExceptionInformation[1] = Operand.Address;
        }
    }
}

static void KiEnterFault(CONTEXT *Context, KI_FAULT_FRAME *Frame)
{
    Frame->Context = *Context;
    KI_PC(Context) = (ULONG_PTR)KiFaultEntry;
    KI_SP(Context) = (ULONG_PTR)Frame;
#if defined(__x86_64__)
    Context->Rdi = (ULONG_PTR)&Frame->Record;
    Context->Rsi = (ULONG_PTR)&Frame->Context;
#else
    Context->Ecx = (ULONG_PTR)&Frame->Record;
    Context->Ebx = (ULONG_PTR)&Frame->Context;
#endif
    Context->EFlags &= ~EFLAGS_TRAP_BITS;
    if (KeCheckAlignment)
        Context->EFlags |= KI_EFLAGS_ALIGNMENT; /* filters and handlers are drivers' code, too */
}

/* Something that is no fault comes before the next instruction of a driver: KiDispatchFault with
 * that code. FALSE: too little stack. */
static BOOLEAN KiRedirectFor(NTSTATUS Code, CONTEXT *Context, const KTHREAD *Thread)
{
    ULONG_PTR Top = KI_SP(Context) - KI_RED_ZONE;
    if (Top - (ULONG_PTR)Thread->StackLimit >= KE_STACK_BYTES ||
        Top - (ULONG_PTR)Thread->StackLimit < KI_APC_ROOM)
        return FALSE;
    if (KeTracker != NULL)
        KeTracker->Leave(Context);
    KI_FAULT_FRAME *Frame = (KI_FAULT_FRAME *)((Top - sizeof(*Frame)) & ~(ULONG_PTR)15);
    Frame->Record = (EXCEPTION_RECORD){
        .ExceptionCode = Code, .ExceptionAddress = (PVOID)KI_PC(Context)};
    Frame->StackExhausted = Frame->Protection = FALSE;
    KiEnterFault(Context, Frame);
    return TRUE;
}

/* A driver's code has lowered the IRQL by an instruction, or was interrupted: APCs come before the
 * next one. */
static BOOLEAN KiRedirectForApcs(CONTEXT *Context, const KTHREAD *Thread)
{
    return __atomic_load_n(&Thread->KernelApcPending, __ATOMIC_RELAXED) &&
        KiGetIrql() < APC_LEVEL && KiRedirectFor(STATUS_KERNEL_APC, Context, Thread);
}

#define KI_STATUS_POINT ((NTSTATUS)0x40D07501) /* of nobody else */

BOOLEAN KiRedirectToPoint(CONTEXT *Context)
{
    return KiRedirectFor(KI_STATUS_POINT, Context, KiHostThread);
}

/* ---- Windows' stacks are smaller ------------------------------------------------------------- */

ULONG KeStackBytes;

static SIZE_T KiBeyondStack(const KTHREAD *Thread)
{
    return (SIZE_T)(Thread->StackBase - Thread->StackLimit) - KeStackBytes;
}

void KiWatchStack(KTHREAD *Thread)
{
    if (!Thread->StackWatched &&
        host_mem_protect(Thread->StackLimit, KiBeyondStack(Thread), HOST_NO_ACCESS) == 0)
        Thread->StackWatched = TRUE;
}

/*
 * The stack is used beyond what Windows has. Our own code needs more of it than Windows' and goes
 * on, unwatched until the thread comes in the next time; a driver's does not: *Exhausted.
 */
static BOOLEAN KiStackGrows(const struct host_fault *Fault, KTHREAD *Thread, BOOLEAN *Exhausted)
{
    if (!Thread->StackWatched ||
        Fault->address - (ULONG_PTR)Thread->StackLimit >= KiBeyondStack(Thread) ||
        host_mem_protect(Thread->StackLimit, KiBeyondStack(Thread), HOST_READ | HOST_WRITE) != 0)
        return FALSE;
    Thread->StackWatched = FALSE;
    *Exhausted = KiInDriver(KI_PC(Fault->context));
    return TRUE;
}

/* Continues at KiFaultEntry with record and context on the stack the fault happened on. */
static void KiRedirect(const struct host_fault *Fault, KTHREAD *Thread, BOOLEAN Used)
{
    CONTEXT *Context = Fault->context;
    ULONG_PTR Limit = (ULONG_PTR)Thread->StackLimit;
    ULONG_PTR Top = KI_SP(Context) - KI_RED_ZONE;
    BOOLEAN OnKernelStack = KI_SP(Context) > Limit &&
        KI_SP(Context) <= (ULONG_PTR)Thread->StackBase;
    BOOLEAN Exhausted = OnKernelStack
        ? Top - Limit < sizeof(KI_FAULT_FRAME) + 8192
        : Fault->kind == HOST_FAULT_PAGE && KI_SP(Context) - Limit + PAGE_SIZE < PAGE_SIZE * 2;
    if (Exhausted || !OnKernelStack) {
        if (atomic_exchange(&KiEmergencyTaken, 1) == 0)
            Top = (ULONG_PTR)(KiEmergencyStack + sizeof(KiEmergencyStack));
        else
            Top = (ULONG_PTR)Thread->StackBase; /* the machine is stopping: nothing up there is
                                                   needed any more */
        Exhausted = TRUE;
    }
    if (KeTracker != NULL)
        KeTracker->Leave(Context);
    KI_FAULT_FRAME *Frame = (KI_FAULT_FRAME *)((Top - sizeof(*Frame)) & ~(ULONG_PTR)15);
    KiFillRecord(Fault, &Frame->Record);
    Frame->StackExhausted = Exhausted || Used;
    Frame->Protection = Fault->kind == HOST_FAULT_PROTECTION;
    KiEnterFault(Context, Frame);
}

/* A page of the system's that may be missing where this thread reads it. */
static BOOLEAN KiIsGuardedPage(ULONG_PTR Address)
{
    const ULONG_PTR Page = KiHostThread->GuardedPage;
    return Page != 0 && Address - Page < PAGE_SIZE;
}

/* A page that KeCopyGuarded or KeTouchGuarded found missing: goes on where they return the
 * error. */
static BOOLEAN KiEndGuardedAccess(const struct host_fault *Fault)
{
#ifdef KI_GUARDED_IN_ASSEMBLY
    if (KI_PC(Fault->context) - (ULONG_PTR)KiGuardedStart >=
        (ULONG_PTR)(KiGuardedEnd - KiGuardedStart))
        return FALSE;
    KI_PC(Fault->context) = (ULONG_PTR)KiGuardedFault;
    return TRUE;
#else
    (void)Fault;
    return FALSE;
#endif
}

bool KiHandleFault(struct host_fault *Fault)
{
    KTHREAD *Thread = KiHostThread;
    CONTEXT *Context = Fault->context;
    ULONG_PTR At = KI_PC(Context);
    BOOLEAN Exhausted = FALSE;
    if (Fault->kind == HOST_FAULT_ALIGNMENT &&
        KiPassMisaligned(Context, KiInDriver(At) || KiIsSystemAddress(At)))
        return true;
#if defined(__i386__)
    if (Fault->kind == HOST_FAULT_PROTECTION && KeAttached() && Thread->TrapFrame == NULL &&
        KiEmulateProgramPort(Context))
        return true;
#endif
    if (Thread == NULL || Thread->TrapFrame == NULL)
        return false;
    const BOOLEAN Stepped = (KiEndPass(Context) || KiEndStep(Context)) &&
        Fault->kind == HOST_FAULT_STEP;
    if (KeTracker != NULL && KeTracker->Fault(Fault))
        return true;
    if (Stepped)
        return true;
    if (Fault->kind == HOST_FAULT_BREAKPOINT)
        KI_PC(Context)--; /* NT reports the int3 itself */
    if (Fault->kind == HOST_FAULT_PAGE && KiStackGrows(Fault, Thread, &Exhausted)) {
        if (!Exhausted)
            return true;
    } else if (Fault->kind == HOST_FAULT_PAGE) {
        if (!KiIsSystemAddress(Fault->address) && KiEndGuardedAccess(Fault))
            return true;
        if (Fault->access == HOST_ACCESS_READ &&
            (Fault->address & ~(ULONG_PTR)(PAGE_SIZE - 1)) == SHARED_USER_DATA_KERNEL_ADDRESS &&
            KiEmulateSharedDataLoad(Context, Fault->address))
            return true;
        if (KeDeviceAccess != NULL && Fault->access != HOST_ACCESS_EXECUTE &&
            KiCarryOut(Context, KeDeviceAccess))
            return true;
        if (Thread->Space != NULL && KeClientPageFetch != NULL &&
            !KiIsSystemAddress(Fault->address) && KiGetIrql() < DISPATCH_LEVEL &&
            KeClientPageFetch(Fault->address, Fault->access == HOST_ACCESS_WRITE))
            return true;
        if (KePageIn != NULL && KiGetIrql() < DISPATCH_LEVEL && KePageIn(Fault->address))
            return true;
        if (KeRetryFault != NULL && KeRetryFault(Context))
            return true;
        if (KiIsGuardedPage(Fault->address) && KiEndGuardedAccess(Fault))
            return true;
        if (Fault->access == HOST_ACCESS_EXECUTE && KePageFetch != NULL &&
            KePageFetch(Fault->address))
            return true;
    } else if (Fault->kind == HOST_FAULT_PROTECTION && KiInDriver(KI_PC(Context)) &&
        KiEmulateInstruction(Context)) {
        if (KeTracker != NULL)
            KeTracker->Next(Context);
        KiRedirectForApcs(Context, Thread);
        return true;
    }
    KiRedirect(Fault, Thread, Exhausted);
    return true;
}

static void KiLeaveStopped(void)
{
    KeLeaveKernel(STATUS_HOST_DOWN);
}

/* Only driver code may be interrupted for good: our own might hold a lock of libc. It looks at
 * KiStopped by itself. */
bool KiHandleInterrupt(CONTEXT *Context)
{
    KTHREAD *Thread = KiHostThread;
    KiTakeSample(Context);
    if (Thread != NULL && Thread->TrapFrame == NULL && !KiStopped && KeUserInterrupted != NULL &&
        KiGetIrql() == PASSIVE_LEVEL)
        return KeUserInterrupted(Context);
    if (Thread == NULL || Thread->TrapFrame == NULL || !KiInDriver(KI_PC(Context)))
        return false;
    KiEndPass(Context); /* what is under way there begins anew when the driver goes on */
    if (!KiStopped)
        return KiRedirectForApcs(Context, Thread);
    KI_PC(Context) = (ULONG_PTR)KiLeaveStopped;
    KI_SP(Context) = ((KI_SP(Context) - KI_RED_ZONE) & ~(ULONG_PTR)15) - sizeof(ULONG_PTR);
    Context->EFlags &= ~EFLAGS_TRAP_BITS;
    return true;
}

/* Faults no handler may see: on system addresses, and any page fault above APC_LEVEL. */
static void KiCheckPageFault(const EXCEPTION_RECORD *Record, const CONTEXT *Context)
{
    ULONG_PTR Address = Record->ExceptionInformation[1];
    ULONG_PTR Access = Record->ExceptionInformation[0];
    BOOLEAN System = KiIsSystemAddress(Address) && !KiIsGuardedPage(Address);
    /* Our own copying of memory that may be missing may fail at any IRQL: its guard takes it. */
    if (!System && KiHostThread->Guard != NULL && !KiInDriver(KI_PC(Context)))
        return;
    if (System || KiGetIrql() >= DISPATCH_LEVEL)
        KeBlameException(Record);
    if (System && KeExplainFault != NULL) {
        const ULONG_PTR Parameter[4] = {
            Address, Access == EXCEPTION_WRITE_FAULT, KI_PC(Context), 0};
        char Text[128] = "";
        const ULONG Code = KeExplainFault(Address, KiInDriver(KI_PC(Context)), Text, sizeof(Text));
        if (Code != 0)
            KeBugCheckAt(Code, Parameter, Context, Text);
    }
    if (KiGetIrql() >= DISPATCH_LEVEL) {
        const ULONG_PTR Parameter[4] = {Address, KiGetIrql(), Access, KI_PC(Context)};
        if (System && KePagedOut != NULL && KePagedOut(Address))
            KeBugCheckAt(KiInDriver(Address)     ? DRIVER_PORTION_MUST_BE_NONPAGED
                    : KiInDriver(KI_PC(Context)) ? DRIVER_IRQL_NOT_LESS_OR_EQUAL
                                                 : IRQL_NOT_LESS_OR_EQUAL,
                Parameter, Context,
                "pageable memory was touched at DISPATCH_LEVEL or above, where it cannot be "
                "brought in");
        KeBugCheckAt(
            KiInDriver(KI_PC(Context)) ? DRIVER_IRQL_NOT_LESS_OR_EQUAL : IRQL_NOT_LESS_OR_EQUAL,
            Parameter, Context, NULL);
    }
    if (System && Access == EXCEPTION_EXECUTE_FAULT && KiInDriver(Address)) {
        const ULONG_PTR Parameter[4] = {Address, 0, (ULONG_PTR)Record, 0};
        KeBugCheckAt(ATTEMPTED_EXECUTE_OF_NOEXECUTE_MEMORY, Parameter, Context, NULL);
    }
    if (System && Access == EXCEPTION_WRITE_FAULT && KiInDriver(Address)) {
        const ULONG_PTR Parameter[4] = {Address, 0, (ULONG_PTR)Record, 10};
        KeBugCheckAt(ATTEMPTED_WRITE_TO_READONLY_MEMORY, Parameter, Context, NULL);
    }
    if (System) {
        /* Second parameter: 0 read, 2 write, 0x10 execute. */
        const ULONG_PTR Parameter[4] = {Address,
            Access == EXCEPTION_WRITE_FAULT         ? 2u
                : Access == EXCEPTION_EXECUTE_FAULT ? 0x10u
                                                    : 0u,
            KI_PC(Context), 0};
        KeBugCheckAt(PAGE_FAULT_IN_NONPAGED_AREA, Parameter, Context, NULL);
    }
}

/* A call of Linux from a driver, or from what a driver made code. No handler sees it. */
static void KiStopSystemCall(const EXCEPTION_RECORD *Record, const CONTEXT *Context)
{
    const int Number = (int)Record->ExceptionInformation[0];
    const ULONG_PTR Parameter[4] = {(ULONG)STATUS_PRIVILEGED_INSTRUCTION,
        (ULONG_PTR)Record->ExceptionAddress, (ULONG_PTR)Record->ExceptionInformation[0], 0};
    const char *Name = KeSystemCallName != NULL && Number >= 0 ? KeSystemCallName(Number) : NULL;
    char Detail[96];
    if (Number >= 0)
        snprintf(Detail, sizeof(Detail), "a driver tried to call Linux itself: %s (%d)",
            Name != NULL ? Name : "a system call", Number);
    else
        snprintf(Detail, sizeof(Detail),
            "a driver tried to call Linux itself, as of another word size: call %d", ~Number);
    KeBugCheckAt(KMODE_EXCEPTION_NOT_HANDLED, Parameter, Context, Detail);
}

void KiDispatchFault(EXCEPTION_RECORD *Record, CONTEXT *Context)
{
    KI_FAULT_FRAME *Frame = CONTAINING_RECORD(Record, KI_FAULT_FRAME, Record);
    if (KiStopped)
        KeLeaveKernel(STATUS_HOST_DOWN);
    if (Frame->StackExhausted) {
        KeBlameException(Record);
        const ULONG_PTR Parameter[4] = {KI_DOUBLE_FAULT, (ULONG_PTR)KI_SP(Context), 0, 0};
        char Detail[96] = "the kernel stack is used up";
        if (KeStackBytes != 0)
            snprintf(Detail, sizeof(Detail),
                "the driver used more than the %u KB of kernel stack that Windows has",
                (unsigned)(KeStackBytes / 1024));
        KeBugCheckAt(UNEXPECTED_KERNEL_MODE_TRAP, Parameter, Context, Detail);
    }
    if (Record->ExceptionCode == STATUS_KERNEL_APC) {
        KiDeliverKernelApcs();
        return;
    }
    if (Record->ExceptionCode == KI_STATUS_POINT) {
        KePoint();
        return;
    }
    if (Record->ExceptionCode == STATUS_PRIVILEGED_INSTRUCTION)
        KiStopSystemCall(Record, Context);
    if (Record->ExceptionCode == STATUS_ACCESS_VIOLATION && !Frame->Protection)
        KiCheckPageFault(Record, Context);
    if (Record->ExceptionCode == STATUS_ACCESS_VIOLATION && KeTakeGuardPage != NULL &&
        KiGetIrql() < DISPATCH_LEVEL && KeTakeGuardPage(Record->ExceptionInformation[1]))
        Record->ExceptionCode = STATUS_GUARD_PAGE_VIOLATION;
    KiDispatchException(Record, Context);
}

void KiResetTraps(void)
{
    KiEmergencyTaken = 0;
}
