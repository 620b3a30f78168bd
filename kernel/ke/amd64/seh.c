/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What compilers' __try needs from the kernel on x64: the C language handler, and unwinding to the
 * frame that took an exception while running the termination handlers on the way.
 */
#include <string.h>

#include "ke/kep.h"
#include "ke/seh.h"
#include "ke/zw.h"
#include "rtl/amd64/unwind.h"

typedef LONG(NTAPI *KI_FILTER)(EXCEPTION_POINTERS *Pointers, PVOID EstablisherFrame);
typedef void(NTAPI *KI_TERMINATION)(BOOLEAN Abnormal, PVOID EstablisherFrame);

#define KI_UNWINDING (EXCEPTION_UNWINDING | EXCEPTION_EXIT_UNWIND)

static LONG KiRunFilter(
    ULONG64 ImageBase, ULONG HandlerRva, EXCEPTION_RECORD *Record, CONTEXT *Context, PVOID Frame)
{
    EXCEPTION_POINTERS Pointers = {Record, Context};
    if (HandlerRva == EXCEPTION_EXECUTE_HANDLER)
        return EXCEPTION_EXECUTE_HANDLER;
    return ((KI_FILTER)(ImageBase + HandlerRva))(&Pointers, Frame);
}

/*
 * __C_specific_handler - language handler of functions with __try.
 *
 * Searching: runs the filters of the scopes that hold the control address, inner first; a filter
 * that takes the exception has the stack unwound to its handler. Unwinding: runs the __finally
 * blocks left, up to the target's own scope.
 * IRQL: any. Source: DOC "x64 exception handling", language-specific handler; the scope table is
 * winnt.h's.
 */
EXCEPTION_DISPOSITION NTAPI __C_specific_handler(EXCEPTION_RECORD *Record, PVOID EstablisherFrame,
    CONTEXT *Context, DISPATCHER_CONTEXT *Dispatcher)
{
    SCOPE_TABLE_AMD64 *Table = Dispatcher->HandlerData;
    ULONG64 ImageBase = Dispatcher->ImageBase;
    ULONG Pc = (ULONG)(Dispatcher->ControlPc - ImageBase);

    for (ULONG Index = Dispatcher->ScopeIndex; Index < Table->Count; Index++) {
        ULONG Begin = Table->ScopeRecord[Index].BeginAddress;
        ULONG End = Table->ScopeRecord[Index].EndAddress;
        ULONG Handler = Table->ScopeRecord[Index].HandlerAddress;
        ULONG Target = Table->ScopeRecord[Index].JumpTarget;
        if (Pc < Begin || Pc >= End)
            continue;
        if (!(Record->ExceptionFlags & KI_UNWINDING)) {
            if (Target == 0)
                continue; /* a __finally takes no part in the search */
            LONG Answer = KiRunFilter(ImageBase, Handler, Record, Context, EstablisherFrame);
            if (Answer < 0)
                return ExceptionContinueExecution;
            if (Answer > 0)
                RtlUnwindEx(EstablisherFrame, (PVOID)(ImageBase + Target), Record,
                    (PVOID)(ULONG_PTR)(ULONG)Record->ExceptionCode, Dispatcher->ContextRecord,
                    Dispatcher->HistoryTable);
            continue;
        }
        if (Record->ExceptionFlags & EXCEPTION_TARGET_UNWIND) {
            /* In the target's frame only scopes inside the one that took the exception are left. */
            ULONG TargetRva = (ULONG)(Dispatcher->TargetIp - ImageBase);
            if (Target != 0 ? TargetRva == Target : TargetRva >= Begin && TargetRva < End)
                break;
        }
        if (Target == 0) {
            Dispatcher->ScopeIndex = Index + 1;
            ((KI_TERMINATION)(ImageBase + Handler))(TRUE, EstablisherFrame);
        }
    }
    return ExceptionContinueSearch;
}

/*
 * RtlUnwindEx - unwind to TargetFrame, running termination handlers, and go on at TargetIp with
 * ReturnValue.
 *
 * ExceptionRecord: optional; RtlRestoreContext says what its code may ask for. OriginalContext,
 *          HistoryTable: not needed, the way is found from here.
 * IRQL:    any. Does not return: a target that is not met, TargetFrame NULL (an exit unwind) among
 *          them, is a bugcheck. A handler that answers anything but to go on: an exception,
 *          STATUS_INVALID_DISPOSITION.
 * Source:  DOC winnt/RtlUnwindEx; INF the bugcheck, from where Windows finds its own stack's end
 */
void NTAPI RtlUnwindEx(PVOID TargetFrame, PVOID TargetIp, EXCEPTION_RECORD *ExceptionRecord,
    PVOID ReturnValue, CONTEXT *OriginalContext, UNWIND_HISTORY_TABLE *HistoryTable)
{
    EXCEPTION_RECORD Local = {.ExceptionCode = STATUS_UNWIND};
    EXCEPTION_RECORD *Record = ExceptionRecord != NULL ? ExceptionRecord : &Local;
    KTHREAD *Thread = KiHostThread;
    CONTEXT Walk, Here;
    BOOLEAN AfterCall = TRUE;
    KI_UNWIND_CALL This;
    KI_FRAME Frame;
    ULONG ScopeIndex = 0;
    (void)OriginalContext;

    Record->ExceptionFlags |= EXCEPTION_UNWINDING;
    KiCaptureContext(&Walk);
    for (;;) {
        Here = Walk;
        This.AfterCall = AfterCall;
        enum KI_FRAME_KIND Kind = KiStepFrame(&Walk, &AfterCall, UNW_FLAG_UHANDLER, &Frame);
        if (Kind == KI_FRAME_ENTRY || Kind == KI_FRAME_BROKEN)
            KeBugCheckEx(KMODE_EXCEPTION_NOT_HANDLED, (ULONG_PTR)(LONG_PTR)STATUS_BAD_STACK,
                Here.Rip, Here.Rsp, 0);
        if (Kind == KI_FRAME_KERNEL && Thread->Unwinding != NULL &&
            (ULONG_PTR)Thread->Unwinding < Walk.Rsp) {
            /* The frame of an RtlUnwindEx whose handler has raised: goes on with the scopes it had
             * left. */
            const KI_UNWIND_CALL *Other = Thread->Unwinding;
            Walk = *Other->Frame;
            AfterCall = Other->AfterCall;
            ScopeIndex = Other->Dispatcher->ScopeIndex;
            Thread->Unwinding = Other->Previous;
            continue;
        }
        if (Kind != KI_FRAME_DRIVER)
            continue;
        BOOLEAN Target = (PVOID)Frame.Establisher == TargetFrame && Frame.Function != NULL;
        if (Frame.Handler != NULL) {
            DISPATCHER_CONTEXT Dispatcher = {
                .ControlPc = Frame.ControlPc,
                .ImageBase = (ULONG64)Frame.ImageBase,
                .FunctionEntry = Frame.Function,
                .EstablisherFrame = Frame.Establisher,
                .TargetIp = (ULONG64)TargetIp,
                .ContextRecord = &Here,
                .LanguageHandler = Frame.Handler,
                .HandlerData = Frame.HandlerData,
                .HistoryTable = HistoryTable,
                .ScopeIndex = ScopeIndex,
            };
            This.Previous = Thread->Unwinding;
            This.Dispatcher = &Dispatcher;
            This.Frame = &Here;
            Thread->Unwinding = &This;
            if (Target)
                Record->ExceptionFlags |= EXCEPTION_TARGET_UNWIND;
            EXCEPTION_DISPOSITION Answer = Frame.Handler(
                Record, (PVOID)Frame.Establisher, &Here, (PVOID)&Dispatcher);
            Thread->Unwinding = This.Previous;
            if (Answer != ExceptionContinueSearch)
                ExRaiseStatus(STATUS_INVALID_DISPOSITION);
            Record->ExceptionFlags &= ~(ULONG)EXCEPTION_TARGET_UNWIND;
        }
        ScopeIndex = 0;
        if (Target) {
            Here.Rip = (ULONG64)TargetIp;
            Here.Rax = (ULONG64)ReturnValue;
            RtlRestoreContext(&Here, Record);
        }
    }
}

/* RtlUnwind - RtlUnwindEx without context and history. Source: DOC winnt/RtlUnwind. */
void NTAPI RtlUnwind(
    PVOID TargetFrame, PVOID TargetIp, EXCEPTION_RECORD *ExceptionRecord, PVOID ReturnValue)
{
    RtlUnwindEx(TargetFrame, TargetIp, ExceptionRecord, ReturnValue, NULL, NULL);
}

/*
 * _local_unwind - go on at TargetIp in the function whose frame is TargetFrame, its __finally
 * blocks on the way run.
 *
 * Compilers call it where a __try with a __finally is left by a jump.
 * IRQL: any. Does not return. Source: INF from the code compilers make, and RtlUnwind.
 */
void NTAPI _local_unwind(PVOID TargetFrame, PVOID TargetIp)
{
    RtlUnwindEx(TargetFrame, TargetIp, NULL, NULL, NULL, NULL);
}

/* The dispatches whose frames lie below StackPointer are over; guards below it are gone with their
 * frames. */
void KiEndDispatch(ULONG_PTR StackPointer)
{
    KTHREAD *Thread = KiHostThread;
    KeUnwindZw(StackPointer);
    Thread->DispatchDepth = 0;
    while (Thread->Unwinding != NULL && (ULONG_PTR)Thread->Unwinding < StackPointer)
        Thread->Unwinding = Thread->Unwinding->Previous;
    while (Thread->Guard != NULL && (ULONG_PTR)Thread->Guard < StackPointer)
        Thread->Guard = Thread->Guard->Previous;
    host_sanitizer_forget(
        Thread->StackLimit, (size_t)(StackPointer - (ULONG_PTR)Thread->StackLimit));
}

/*
 * RtlLookupFunctionEntry - the function table entry for ControlPc and its image; NULL for leaf
 * functions.
 *
 * Partial: NULL for code of the kernel itself, too, which has no such table.
 * IRQL: any. Source: DOC winnt/RtlLookupFunctionEntry.
 */
RUNTIME_FUNCTION *NTAPI RtlLookupFunctionEntry(
    ULONG64 ControlPc, ULONG64 *ImageBase, UNWIND_HISTORY_TABLE *HistoryTable)
{
    UCHAR *Base;
    RUNTIME_FUNCTION *Table;
    ULONG Count;
    (void)HistoryTable;
    *ImageBase = 0;
    if (KeImageLookup == NULL || !KeImageLookup(ControlPc, &Base, &Table, &Count))
        return NULL;
    *ImageBase = (ULONG64)Base;
    return RtlpFindFunction((ULONG)(ControlPc - (ULONG64)Base), Base, Table, Count);
}

/*
 * RtlVirtualUnwind - step Context over one driver frame; returns its language handler, if any of
 * HandlerType.
 *
 * ContextPointers: optional: receives where on the stack each register was found that was; the
 * others' entries stay.
 * IRQL:    any. Raises STATUS_BAD_FUNCTION_TABLE where the unwind codes are none.
 * Source:  DOC winnt/RtlVirtualUnwind
 */
PEXCEPTION_ROUTINE NTAPI RtlVirtualUnwind(ULONG HandlerType, ULONG64 ImageBase, ULONG64 ControlPc,
    RUNTIME_FUNCTION *FunctionEntry, CONTEXT *Context, PVOID *HandlerData,
    ULONG64 *EstablisherFrame, KNONVOLATILE_CONTEXT_POINTERS *ContextPointers)
{
    const RTLP_STACK Anywhere = {0, ~(ULONG64)0};
    PEXCEPTION_ROUTINE Handler;

    Context->Rip = ControlPc;
    if (!RtlpVirtualUnwind(HandlerType, (UCHAR *)ImageBase, FunctionEntry, &Anywhere, Context,
            EstablisherFrame, &Handler, HandlerData, ContextPointers))
        ExRaiseStatus(STATUS_BAD_FUNCTION_TABLE);
    return Handler;
}

/*
 * RtlPcToFileHeader - base of the image that holds PcValue, or NULL.
 *
 * Partial: NULL for code of the kernel itself, which is no image.
 * IRQL: any. Source: DOC winnt/RtlPcToFileHeader.
 */
PVOID NTAPI RtlPcToFileHeader(PVOID PcValue, PVOID *BaseOfImage)
{
    UCHAR *Base = NULL;
    RUNTIME_FUNCTION *Table;
    ULONG Count;
    if (KeImageLookup == NULL || !KeImageLookup((ULONG_PTR)PcValue, &Base, &Table, &Count))
        Base = NULL;
    *BaseOfImage = Base;
    return Base;
}
