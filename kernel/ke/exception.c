/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What structured exceptions have in common on both processors: raising one, the guards of our own
 * code that take them, and what happens when nobody does. The search for a handler is the
 * processor's.
 */
#include <stdio.h>
#include <string.h>

#include "ke/kep.h"
#include "ke/operand.h"

BOOLEAN KiOnKernelStack(ULONG_PTR Address)
{
    const KTHREAD *Thread = KiHostThread;
    return Address >= (ULONG_PTR)Thread->StackLimit && Address <= (ULONG_PTR)Thread->StackBase &&
           (Address & (sizeof(ULONG_PTR) - 1)) == 0;
}

/* What the report says of the access: "misaligned read of 4 bytes at 0x680000012341". */
static void KiDescribeMisalignment(
    const EXCEPTION_RECORD *Record, const CONTEXT *Context, char *Text, SIZE_T Bytes)
{
    KI_OPERAND Operand;
    BOOLEAN Sized = KI_PC(Context) == (ULONG_PTR)Record->ExceptionAddress &&
        KiMemoryOperand(Context, &Operand) && Operand.SizeBytes != 0;
    int Length = snprintf(Text, Bytes, "misaligned %s",
        Record->ExceptionInformation[0] == EXCEPTION_WRITE_FAULT ? "write" : "read");
    if (Sized)
        Length += snprintf(
            Text + Length, Bytes - (SIZE_T)Length, " of %u bytes", (unsigned)Operand.SizeBytes);
    snprintf(Text + Length, Bytes - (SIZE_T)Length, " at 0x%llx",
        (unsigned long long)Record->ExceptionInformation[1]);
}

/* On x64 a handler of the system call's takes it, and stops the machine; x86 has none. */
#if defined(__x86_64__)
#define KI_UNHANDLED_IN_SERVICE SYSTEM_SERVICE_EXCEPTION
#else
#define KI_UNHANDLED_IN_SERVICE KERNEL_MODE_EXCEPTION_NOT_HANDLED
#endif

void KiUnhandled(EXCEPTION_RECORD *Record, CONTEXT *Context)
{
    const KTHREAD *Thread = KiHostThread;
    ULONG_PTR Code = (ULONG_PTR)(LONG_PTR)Record->ExceptionCode;
    ULONG_PTR Address = (ULONG_PTR)Record->ExceptionAddress;
    char Detail[128] = "";
    KeBlameException(Record);
    if (Record->ExceptionCode == STATUS_ACCESS_VIOLATION && Record->NumberParameters >= 2)
        snprintf(Detail, sizeof(Detail), "%s of address 0x%llx",
            Record->ExceptionInformation[0] == EXCEPTION_WRITE_FAULT     ? "write"
            : Record->ExceptionInformation[0] == EXCEPTION_EXECUTE_FAULT ? "execution"
                                                                         : "read",
            (unsigned long long)Record->ExceptionInformation[1]);
    if (Record->ExceptionCode == STATUS_DATATYPE_MISALIGNMENT && Record->NumberParameters >= 2)
        KiDescribeMisalignment(Record, Context, Detail, sizeof(Detail));
    if (KiGetIrql() >= DISPATCH_LEVEL) {
        const ULONG_PTR Parameter[4] = {
            Code, Address, Record->ExceptionInformation[0], Record->ExceptionInformation[1]};
        KeBugCheckAt(KMODE_EXCEPTION_NOT_HANDLED, Parameter, Context, Detail);
    }
    if (Thread->PreviousMode == UserMode || (Thread->TrapFrame != NULL && !Thread->SystemThread)) {
        /* Of the three, only this one is not sign-extended on Windows. */
        const ULONG_PTR Parameter[4] = {
            (ULONG)Record->ExceptionCode, Address, (ULONG_PTR)Context, 0};
        KeBugCheckAt(KI_UNHANDLED_IN_SERVICE, Parameter, Context, Detail);
    }
    const ULONG_PTR Parameter[4] = {Code, Address, (ULONG_PTR)Record, (ULONG_PTR)Context};
    KeBugCheckAt(SYSTEM_THREAD_EXCEPTION_NOT_HANDLED, Parameter, Context, Detail);
}

void KiTakeGuard(KTHREAD *Thread, const EXCEPTION_RECORD *Record)
{
    KE_GUARD *Guard = Thread->Guard;
    Thread->Guard = Guard->Previous;
    Thread->DispatchDepth = 0;
    Guard->Status = Record->ExceptionCode;
    host_sanitizer_forget(Thread->StackLimit, (size_t)((UCHAR *)Guard - Thread->StackLimit));
    KiTakeJump(Guard->Jump);
}

static void __attribute__((noinline, noreturn)) KiRaise(EXCEPTION_RECORD *Record)
{
    CONTEXT Context;
    Record->ExceptionFlags = EXCEPTION_NONCONTINUABLE;
    KiCaptureContext(&Context);
    KiDispatchException(Record, &Context);
    __builtin_unreachable();
}

/*
 * ExRaiseStatus - raise a noncontinuable exception with code Status in the caller.
 * IRQL: any; documented up to APC_LEVEL. Does not return. Source: DOC wdm/ExRaiseStatus.
 */
void NTAPI ExRaiseStatus(NTSTATUS Status)
{
    EXCEPTION_RECORD Record = {
        .ExceptionCode = Status, .ExceptionAddress = __builtin_return_address(0)};
    KiRaise(&Record);
}

/* ExRaiseAccessViolation - ExRaiseStatus(STATUS_ACCESS_VIOLATION). Source: DOC. */
void NTAPI ExRaiseAccessViolation(void)
{
    EXCEPTION_RECORD Record = {
        .ExceptionCode = STATUS_ACCESS_VIOLATION, .ExceptionAddress = __builtin_return_address(0)};
    KiRaise(&Record);
}

/* ExRaiseDatatypeMisalignment - ExRaiseStatus(STATUS_DATATYPE_MISALIGNMENT). Source: DOC. */
void NTAPI ExRaiseDatatypeMisalignment(void)
{
    EXCEPTION_RECORD Record = {.ExceptionCode = STATUS_DATATYPE_MISALIGNMENT,
        .ExceptionAddress = __builtin_return_address(0)};
    KiRaise(&Record);
}
