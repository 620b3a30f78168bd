/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The exports structured exceptions are made of; most exist on x64 only. */
#pragma once

#include "ke/ke.h"

#if defined(__x86_64__)
/*
 * A termination handler that is running. An exception of its own, when it is taken further out,
 * unwinds from where this one had got to.
 */
typedef struct KI_UNWIND_CALL {
    struct KI_UNWIND_CALL *Previous;
    const DISPATCHER_CONTEXT *Dispatcher;
    const CONTEXT *Frame; /* the registers in the frame it belongs to */
    BOOLEAN AfterCall;
} KI_UNWIND_CALL;

EXCEPTION_DISPOSITION NTAPI __C_specific_handler(EXCEPTION_RECORD *Record, PVOID EstablisherFrame,
    CONTEXT *Context, DISPATCHER_CONTEXT *Dispatcher);
void NTAPI RtlUnwindEx(PVOID TargetFrame, PVOID TargetIp, EXCEPTION_RECORD *ExceptionRecord,
    PVOID ReturnValue, CONTEXT *OriginalContext, UNWIND_HISTORY_TABLE *HistoryTable);
void NTAPI RtlUnwind(
    PVOID TargetFrame, PVOID TargetIp, EXCEPTION_RECORD *ExceptionRecord, PVOID ReturnValue);
RUNTIME_FUNCTION *NTAPI RtlLookupFunctionEntry(
    ULONG64 ControlPc, ULONG64 *ImageBase, UNWIND_HISTORY_TABLE *HistoryTable);
PEXCEPTION_ROUTINE NTAPI RtlVirtualUnwind(ULONG HandlerType, ULONG64 ImageBase, ULONG64 ControlPc,
    RUNTIME_FUNCTION *FunctionEntry, CONTEXT *Context, PVOID *HandlerData,
    ULONG64 *EstablisherFrame, KNONVOLATILE_CONTEXT_POINTERS *ContextPointers);
void NTAPI RtlRestoreContext(CONTEXT *Context, EXCEPTION_RECORD *ExceptionRecord);
void NTAPI _local_unwind(PVOID TargetFrame, PVOID TargetIp);

/* What _setjmp keeps; setjmp.S has the offsets. Frame 0: longjmp does not unwind. */
typedef struct KI_JUMP_BUFFER {
    ULONG64 Frame, Rbx, Rsp, Rbp, Rsi, Rdi, R12, R13, R14, R15, Rip;
    ULONG MxCsr;
    USHORT FpCsr, Spare;
    M128A Xmm[10]; /* 6 to 15 */
} KI_JUMP_BUFFER;
C_ASSERT(sizeof(KI_JUMP_BUFFER) == 256);

int NTAPI KiSetJump(KI_JUMP_BUFFER *Buffer, PVOID Frame);
void NTAPI KiLongJump(KI_JUMP_BUFFER *Buffer, int Value) __attribute__((noreturn));
#endif
PVOID NTAPI RtlPcToFileHeader(PVOID PcValue, PVOID *BaseOfImage);
void NTAPI RtlCaptureContext(CONTEXT *Context);

/* backtrace.c */
USHORT NTAPI RtlCaptureStackBackTrace(
    ULONG FramesToSkip, ULONG FramesToCapture, PVOID *BackTrace, ULONG *BackTraceHash);
ULONG NTAPI RtlWalkFrameChain(PVOID *Callers, ULONG Count, ULONG Flags);
void NTAPI RtlGetCallersAddress(PVOID *CallersAddress, PVOID *CallersCaller);

void KiEndDispatch(ULONG_PTR StackPointer);
