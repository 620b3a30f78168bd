/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Structured exceptions: the search for a handler from the frame that raised, outwards through
 * drivers' frames and our own, to the entry into the kernel. Guards of our own code (KE_TRY) take
 * part at the frame they live in.
 */
#include <string.h>

#include "ke/kep.h"
#include "rtl/amd64/unwind.h"

#define KI_MAX_NESTED_DISPATCH 8
#define KI_RETURN 0xC3 /* the instruction */

/*
 * Whether the frame pointer of a function that has one lies on the stack: what it says is believed
 * when the frame is undone. Not in the prologue, which has yet to set it, and not before a return,
 * where it is the caller's again.
 */
static BOOLEAN KiHasFrame(
    const CONTEXT *Context, ULONG Rva, const UCHAR *ImageBase, const RUNTIME_FUNCTION *Function)
{
    const UNWIND_INFO *Info = (const UNWIND_INFO *)(ImageBase + Function->UnwindData);
    if (Info->FrameRegister == 0 || Rva - Function->BeginAddress < Info->SizeOfProlog ||
        ImageBase[Rva] == KI_RETURN)
        return TRUE;
    return KiOnKernelStack((&Context->Rax)[Info->FrameRegister]);
}

static BOOLEAN KiPopReturn(CONTEXT *Context)
{
    if (!KiOnKernelStack(Context->Rsp) || !KiOnKernelStack(Context->Rsp + sizeof(ULONG64)))
        return FALSE;
    Context->Rip = *(ULONG64 *)Context->Rsp;
    Context->Rsp += sizeof(ULONG64);
    return TRUE;
}

enum KI_FRAME_KIND KiStepFrame(
    CONTEXT *Context, BOOLEAN *AfterCall, ULONG HandlerType, KI_FRAME *Frame)
{
    const RTLP_STACK Stack = {(ULONG64)KiHostThread->StackLimit, (ULONG64)KiHostThread->StackBase};
    RUNTIME_FUNCTION *Table;
    ULONG Count;

    memset(Frame, 0, sizeof(*Frame));
    Frame->ControlPc = Context->Rip;
    Frame->Establisher = Context->Rsp;
    if (Context->Rip == (ULONG_PTR)KiStackBoundary)
        return KI_FRAME_ENTRY;
    if (Context->Rip == (ULONG_PTR)KiFaultBoundary) {
        if (!KiOnKernelStack(Context->Rbx) || !KiOnKernelStack(Context->Rbx + sizeof(CONTEXT)))
            return KI_FRAME_BROKEN;
        *Context = *(const CONTEXT *)Context->Rbx; /* KiFaultEntry keeps the faulting context there
                                                    */
        *AfterCall = FALSE;
        return KI_FRAME_FAULT;
    }
    if (KeImageLookup != NULL && KeImageLookup(Context->Rip, &Frame->ImageBase, &Table, &Count)) {
        /* A return address may lie just behind the function when its last instruction is a call. */
        ULONG Rva = (ULONG)(Context->Rip - (ULONG_PTR)Frame->ImageBase);
        Frame->Function = RtlpFindFunction(
            *AfterCall ? Rva - 1 : Rva, Frame->ImageBase, Table, Count);
        if (Frame->Function == NULL) {
            if (!KiPopReturn(Context)) /* a leaf function has touched no stack */
                return KI_FRAME_BROKEN;
        } else if (!KiHasFrame(Context, Rva, Frame->ImageBase, Frame->Function) ||
            !RtlpVirtualUnwind(HandlerType, Frame->ImageBase, Frame->Function, &Stack, Context,
                &Frame->Establisher, &Frame->Handler, &Frame->HandlerData, NULL)) {
            return KI_FRAME_BROKEN;
        }
        *AfterCall = TRUE;
        return KI_FRAME_DRIVER;
    }
    if (host_unwind_frame(Context, *AfterCall)) {
        *AfterCall = TRUE;
        return KI_FRAME_KERNEL;
    }
    /* A call through a bad pointer: nothing is there, but the return address is on the stack. */
    if (!*AfterCall && KiPopReturn(Context)) {
        *AfterCall = TRUE;
        return KI_FRAME_KERNEL;
    }
    return KI_FRAME_BROKEN;
}

ULONG KiWalkStack(const CONTEXT *Start, ULONG_PTR *List, ULONG Limit)
{
    CONTEXT Context = *Start;
    BOOLEAN AfterCall = FALSE;
    KI_FRAME Frame;
    ULONG Count = 0;
    while (Count < Limit) {
        List[Count++] = Context.Rip;
        if (!KiOnKernelStack(Context.Rsp))
            break;
        enum KI_FRAME_KIND Kind = KiStepFrame(&Context, &AfterCall, 0, &Frame);
        if (Kind == KI_FRAME_ENTRY || Kind == KI_FRAME_BROKEN)
            break;
    }
    return Count;
}

/* Asks one frame's language handler. TRUE: execution continues where the exception was raised. */
static BOOLEAN KiCallHandler(
    EXCEPTION_RECORD *Record, CONTEXT *Context, CONTEXT *Caller, KI_FRAME *Frame)
{
    UNWIND_HISTORY_TABLE History;
    memset(&History, 0, sizeof(History));
    DISPATCHER_CONTEXT Dispatcher = {
        .ControlPc = Frame->ControlPc,
        .ImageBase = (ULONG64)Frame->ImageBase,
        .FunctionEntry = Frame->Function,
        .EstablisherFrame = Frame->Establisher,
        .ContextRecord = Caller,
        .LanguageHandler = Frame->Handler,
        .HandlerData = Frame->HandlerData,
        .HistoryTable = &History,
    };
    EXCEPTION_DISPOSITION Disposition =
        Frame->Handler(Record, (PVOID)Frame->Establisher, Context, (PVOID)&Dispatcher);
    if (Disposition == ExceptionContinueSearch || Disposition == ExceptionNestedException)
        return FALSE;
    if (Disposition != ExceptionContinueExecution)
        ExRaiseStatus(STATUS_INVALID_DISPOSITION);
    if (Record->ExceptionFlags & EXCEPTION_NONCONTINUABLE)
        ExRaiseStatus(STATUS_NONCONTINUABLE_EXCEPTION);
    return TRUE;
}

/* Returns when a filter asked to continue; Context then holds what to continue with. */
void KiDispatchException(EXCEPTION_RECORD *Record, CONTEXT *Context)
{
    KTHREAD *Thread = KiHostThread;
    CONTEXT Walk = *Context;
    BOOLEAN AfterCall = FALSE;
    KI_FRAME Frame;

    if (++Thread->DispatchDepth > KI_MAX_NESTED_DISPATCH)
        KiUnhandled(Record, Context);
    while (KiOnKernelStack(Walk.Rsp)) {
        enum KI_FRAME_KIND Kind = KiStepFrame(&Walk, &AfterCall, UNW_FLAG_EHANDLER, &Frame);
        if (Kind == KI_FRAME_ENTRY || Kind == KI_FRAME_BROKEN)
            break;
        if (Kind == KI_FRAME_KERNEL && Thread->Guard != NULL && (ULONG_PTR)Thread->Guard < Walk.Rsp)
            KiTakeGuard(Thread, Record);
        if (Kind == KI_FRAME_DRIVER && Frame.Handler != NULL &&
            KiCallHandler(Record, Context, &Walk, &Frame)) {
            Thread->DispatchDepth--;
            return;
        }
    }
    KiUnhandled(Record, Context);
}

/*
 * RtlRaiseException - raise Record in the caller. Returns only when a filter continues.
 * IRQL: any. Source: DOC RtlRaiseException.
 */
void NTAPI RtlRaiseException(EXCEPTION_RECORD *Record)
{
    CONTEXT Context;
    KiCaptureContext(&Context);
    Record->ExceptionAddress = __builtin_return_address(0);
    KiDispatchException(Record, &Context);
}
