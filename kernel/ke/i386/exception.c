/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Structured exceptions on i386: the search along the chain of registration records at fs:0, which
 * lie on the kernel stack of the functions they belong to, and unwinding it. Frames without a
 * record, ours among them, take no part, so that the guards of our own code (KE_TRY) are asked by
 * where they lie between the records.
 */
#include <string.h>

#include "ke/kep.h"
#include "ke/seh.h"
#include "ke/i386/sehp.h"

#define KI_MAX_NESTED_DISPATCH 8
/* of stack, for the next return address where no frame pointer leads there */
#define KI_SCAN_WORDS 512

/* The offsets in entry.S. */
C_ASSERT(offsetof(CONTEXT, SegGs) == 0x8c && offsetof(CONTEXT, Edi) == 0x9c &&
    offsetof(CONTEXT, Eax) == 0xb0);
C_ASSERT(offsetof(CONTEXT, Ebp) == 0xb4 && offsetof(CONTEXT, EFlags) == 0xc0 &&
    offsetof(CONTEXT, Esp) == 0xc4);
C_ASSERT(offsetof(CONTEXT, ExtendedRegisters) == 0xcc && sizeof(CONTEXT) == 716);

/* ---- walking frames, for reports ------------------------------------------------------------- */

static BOOLEAN KiInImage(ULONG_PTR Address)
{
    UCHAR *Base;
    RUNTIME_FUNCTION *Table;
    ULONG Count;
    return KeImageLookup != NULL && KeImageLookup(Address, &Base, &Table, &Count);
}

/* Whether a call instruction of a driver ends at Address: by relative address, memory or
 * register. */
static BOOLEAN KiIsReturnAddress(ULONG_PTR Address)
{
    const UCHAR *At = (const UCHAR *)Address;
    if (Address % PAGE_SIZE < 6 || !KiInImage(Address) || !KiInImage(Address - 6))
        return FALSE;
    return At[-5] == 0xE8 || (At[-6] == 0xFF && At[-5] == 0x15) ||
        (At[-2] == 0xFF && (At[-1] & 0xF8) == 0xD0) ||
        (At[-3] == 0xFF && (At[-2] & 0xF8) == 0x50) ||
        (At[-2] == 0xFF && (At[-1] & 0xF8) == 0x10) || (At[-6] == 0xFF && (At[-5] & 0xF8) == 0x90);
}

static BOOLEAN KiIsFramePointer(const CONTEXT *Context)
{
    if (!KiOnKernelStack(Context->Ebp) || !KiOnKernelStack(Context->Ebp + 8) ||
        Context->Ebp < Context->Esp)
        return FALSE;
    ULONG Return = ((const ULONG *)Context->Ebp)[1];
    return Return == (ULONG)KiStackBoundary ||
        (KiInImage(Return) ? KiIsReturnAddress(Return) : Return >= PAGE_SIZE);
}

/* Without a frame pointer the next return address above is the best guess there is. */
static BOOLEAN KiScanForCaller(CONTEXT *Context)
{
    const ULONG *At = (const ULONG *)Context->Esp;
    for (ULONG Count = 0; Count < KI_SCAN_WORDS && KiOnKernelStack((ULONG_PTR)(At + 1));
         Count++, At++) {
        if (KiIsReturnAddress(*At)) {
            Context->Eip = *At;
            Context->Esp = (ULONG)(At + 1);
            return TRUE;
        }
    }
    return FALSE;
}

static BOOLEAN KiStepDriver(CONTEXT *Context)
{
    if (!KiIsFramePointer(Context))
        return KiScanForCaller(Context);
    const ULONG *Frame = (const ULONG *)Context->Ebp;
    Context->Ebp = Frame[0];
    Context->Eip = Frame[1];
    Context->Esp = (ULONG)(Frame + 2);
    return TRUE;
}

ULONG KiWalkStack(const CONTEXT *Start, ULONG_PTR *List, ULONG Limit)
{
    CONTEXT Context = *Start;
    BOOLEAN AfterCall = FALSE;
    ULONG Count = 0;
    while (Count < Limit) {
        List[Count++] = Context.Eip;
        if (!KiOnKernelStack(Context.Esp) || Context.Eip == (ULONG_PTR)KiStackBoundary)
            break;
        if (Context.Eip == (ULONG_PTR)KiFaultBoundary) {
            Context = *(const CONTEXT *)Context.Ebx; /* KiFaultEntry keeps the faulting context
                                                        there */
            AfterCall = FALSE;
            continue;
        }
        if (!KiInImage(Context.Eip) && host_unwind_frame(&Context, AfterCall)) {
            AfterCall = TRUE;
            continue;
        }
        if (!AfterCall && !KiInImage(Context.Eip)) {
            /* A call through a bad pointer: nothing is there, but the return address is on the
             * stack. */
            Context.Eip = *(const ULONG *)Context.Esp;
            Context.Esp += sizeof(ULONG);
        } else if (!KiStepDriver(&Context)) {
            break;
        }
        AfterCall = TRUE;
    }
    return Count;
}

/* ---- searching ------------------------------------------------------------------------------- */

static BOOLEAN KiIsRegistration(const EXCEPTION_REGISTRATION_RECORD *Frame)
{
    return KiOnKernelStack((ULONG_PTR)Frame) && KiOnKernelStack((ULONG_PTR)(Frame + 1)) &&
           !KiOnKernelStack((ULONG_PTR)Frame->Handler);
}

/* In front of the chain while a handler runs: an exception in the handler finds out here whose
 * dispatch it is nested in. */
static EXCEPTION_DISPOSITION KiNestedHandler(
    EXCEPTION_RECORD *Record, PVOID Establisher, CONTEXT *Context, PVOID Dispatched)
{
    const KI_HANDLER_CALL *Call = Establisher;
    (void)Context;
    if (Record->ExceptionFlags & (EXCEPTION_UNWINDING | EXCEPTION_EXIT_UNWIND))
        return ExceptionContinueSearch;
    *(EXCEPTION_REGISTRATION_RECORD **)Dispatched = Call->Frame;
    return ExceptionNestedException;
}

static EXCEPTION_DISPOSITION KiCollidedHandler(
    EXCEPTION_RECORD *Record, PVOID Establisher, CONTEXT *Context, PVOID Dispatched)
{
    const KI_HANDLER_CALL *Call = Establisher;
    (void)Context;
    if (!(Record->ExceptionFlags & (EXCEPTION_UNWINDING | EXCEPTION_EXIT_UNWIND)))
        return ExceptionContinueSearch;
    *(EXCEPTION_REGISTRATION_RECORD **)Dispatched = Call->Frame;
    return ExceptionCollidedUnwind;
}

/* Where on the stack this entry into the kernel began. */
static ULONG_PTR KiEntryPlace(const KTHREAD *Thread)
{
    ULONG_PTR Place = (ULONG_PTR)Thread->TrapFrame->StackPointer;
    return KiOnKernelStack(Place) ? Place : (ULONG_PTR)Thread->StackBase;
}

static void KiTryGuard(KTHREAD *Thread, const EXCEPTION_RECORD *Record, ULONG_PTR Below)
{
    if (Thread->Guard != NULL && (ULONG_PTR)Thread->Guard < Below)
        KiTakeGuard(Thread, Record);
}

static void KiRaiseAgain(NTSTATUS Status, EXCEPTION_RECORD *Record)
{
    EXCEPTION_RECORD Another = {.ExceptionCode = Status,
        .ExceptionFlags = EXCEPTION_NONCONTINUABLE,
        .ExceptionRecord = Record};
    RtlRaiseException(&Another);
}

/* Returns when a filter asked to continue; Context then holds what to continue with. */
void KiDispatchException(EXCEPTION_RECORD *Record, CONTEXT *Context)
{
    KTHREAD *Thread = KiHostThread;
    EXCEPTION_REGISTRATION_RECORD *Frame = KiExceptionList(), *Nested = NULL, *Dispatched = NULL;

    if (++Thread->DispatchDepth > KI_MAX_NESTED_DISPATCH)
        KiUnhandled(Record, Context);
    for (; Frame != EXCEPTION_CHAIN_END; Frame = Frame->Next) {
        KiTryGuard(Thread, Record, (ULONG_PTR)Frame);
        if (!KiIsRegistration(Frame)) {
            Record->ExceptionFlags |= EXCEPTION_STACK_INVALID;
            KiUnhandled(Record, Context);
        }
        EXCEPTION_DISPOSITION Disposition =
            KiExecuteHandler(Record, Frame, Context, &Dispatched, Frame->Handler, KiNestedHandler);
        if (Frame == Nested) {
            Record->ExceptionFlags &= ~(ULONG)EXCEPTION_NESTED_CALL;
            Nested = NULL;
        }
        if (Disposition == ExceptionContinueExecution) {
            if (Record->ExceptionFlags & EXCEPTION_NONCONTINUABLE)
                KiRaiseAgain(STATUS_NONCONTINUABLE_EXCEPTION, Record);
            Thread->DispatchDepth--;
            return;
        }
        if (Disposition == ExceptionNestedException) {
            Record->ExceptionFlags |= EXCEPTION_NESTED_CALL;
            if (Dispatched > Nested)
                Nested = Dispatched;
        } else if (Disposition != ExceptionContinueSearch) {
            KiRaiseAgain(STATUS_INVALID_DISPOSITION, Record);
        }
    }
    KiTryGuard(Thread, Record, KiEntryPlace(Thread));
    KiUnhandled(Record, Context);
}

/* The C half of RtlRaiseException: returns when a filter continues, with what in Context. */
void KiRaiseRecord(EXCEPTION_RECORD *Record, CONTEXT *Context)
{
    Record->ExceptionAddress = (PVOID)Context->Eip;
    KiDispatchException(Record, Context);
}

/* ---- unwinding ------------------------------------------------------------------------------- */

/*
 * RtlUnwind - run the termination handlers of the records before TargetFrame and take them off the
 * chain.
 *
 * TargetFrame: NULL: all of them. TargetIp: not looked at: it returns to its caller, who goes on
 *              there. Record: NULL: one with STATUS_UNWIND is made.
 * IRQL:     any.
 * Returns:  ReturnValue, in eax.
 * Source:   DOC RtlUnwind; INF the rest, from what compilers' __except_handler3 does with it.
 */
PVOID NTAPI RtlUnwind(
    PVOID TargetFrame, PVOID TargetIp, EXCEPTION_RECORD *ExceptionRecord, PVOID ReturnValue)
{
    EXCEPTION_RECORD Local = {
        .ExceptionCode = STATUS_UNWIND, .ExceptionAddress = __builtin_return_address(0)};
    EXCEPTION_RECORD *Record = ExceptionRecord != NULL ? ExceptionRecord : &Local;
    EXCEPTION_REGISTRATION_RECORD *Frame = KiExceptionList(), *Dispatched = NULL;
    CONTEXT Context;
    (void)TargetIp;

    KiCaptureContext(&Context);
    Context.Eax = (ULONG_PTR)ReturnValue;
    Record->ExceptionFlags |= EXCEPTION_UNWINDING |
        (TargetFrame == NULL ? EXCEPTION_EXIT_UNWIND : 0);
    while (Frame != EXCEPTION_CHAIN_END && Frame != TargetFrame) {
        if (TargetFrame != NULL && (ULONG_PTR)Frame > (ULONG_PTR)TargetFrame)
            KiRaiseAgain(STATUS_INVALID_UNWIND_TARGET, Record);
        if (!KiIsRegistration(Frame))
            KiRaiseAgain(STATUS_BAD_STACK, Record);
        EXCEPTION_DISPOSITION Disposition = KiExecuteHandler(
            Record, Frame, &Context, &Dispatched, Frame->Handler, KiCollidedHandler);
        if (Disposition == ExceptionCollidedUnwind)
            Frame = Dispatched; /* the unwinding it interrupted had got that far */
        else if (Disposition != ExceptionContinueSearch)
            KiRaiseAgain(STATUS_INVALID_DISPOSITION, Record);
        Frame = Frame->Next;
        KiSetExceptionList(Frame);
    }
    if (TargetFrame != NULL)
        KiEndDispatch((ULONG_PTR)TargetFrame);
    return ReturnValue;
}

/* The dispatches whose frames lie below StackPointer are over; guards below it are gone with their
 * frames. */
void KiEndDispatch(ULONG_PTR StackPointer)
{
    KTHREAD *Thread = KiHostThread;
    KeUnwindZw(StackPointer);
    Thread->DispatchDepth = 0;
    while (Thread->Guard != NULL && (ULONG_PTR)Thread->Guard < StackPointer)
        Thread->Guard = Thread->Guard->Previous;
}
