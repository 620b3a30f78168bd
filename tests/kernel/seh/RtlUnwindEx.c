/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlUnwindEx, RtlUnwind, _local_unwind, RtlVirtualUnwind, RtlLookupFunctionEntry,
 * RtlPcToFileHeader, RtlRestoreContext, _setjmp, _setjmpex, longjmp - finding frames on the stack
 * and going back to them. x64 only.
 */
#include "ktest.h"
#include <intrin.h>
#include <setjmp.h>

#ifndef UNW_FLAG_NHANDLER
#define UNW_FLAG_NHANDLER 0
#endif

typedef struct FUNCTION {
    ULONG BeginAddress, EndAddress, UnwindData;
} FUNCTION;

typedef struct POINTERS {
    PVOID Floating[16];
    ULONG64 *Integer[16];
} POINTERS;

NTSYSAPI FUNCTION *NTAPI RtlLookupFunctionEntry(
    ULONG64 ControlPc, ULONG64 *ImageBase, PVOID HistoryTable);
NTSYSAPI PVOID NTAPI RtlVirtualUnwind(ULONG HandlerType, ULONG64 ImageBase, ULONG64 ControlPc,
    FUNCTION *Function, PCONTEXT Context, PVOID *HandlerData, ULONG64 *EstablisherFrame,
    POINTERS *ContextPointers);
NTSYSAPI VOID NTAPI RtlUnwind(
    PVOID TargetFrame, PVOID TargetIp, PEXCEPTION_RECORD Record, PVOID ReturnValue);
NTSYSAPI VOID NTAPI RtlUnwindEx(PVOID TargetFrame, PVOID TargetIp, PEXCEPTION_RECORD Record,
    PVOID ReturnValue, PCONTEXT OriginalContext, PVOID HistoryTable);
NTSYSAPI PVOID NTAPI RtlPcToFileHeader(PVOID PcValue, PVOID *BaseOfImage);
NTSYSAPI VOID NTAPI RtlRestoreContext(PCONTEXT Context, PEXCEPTION_RECORD Record);
VOID NTAPI _local_unwind(PVOID TargetFrame, PVOID TargetIp);
NTSYSAPI VOID NTAPI RtlCaptureContext(PCONTEXT Context);

static CONTEXT Here;
static jmp_buf Jump;
static volatile ULONG Finallys;

/* The frame the context stands in. */
static ULONG64 FrameOf(const CONTEXT *Context)
{
    CONTEXT Walk = *Context;
    ULONG64 Base, Frame = 0;
    PVOID Data;
    FUNCTION *Function = RtlLookupFunctionEntry(Walk.Rip, &Base, NULL);

    if (Function == NULL)
        return 0;
    RtlVirtualUnwind(UNW_FLAG_NHANDLER, Base, Walk.Rip, Function, &Walk, &Data, &Frame, NULL);
    return Frame;
}

TEST(RtlLookupFunctionEntry, FindsTheFunctionAndItsImage)
{
    ULONG64 Base = 0;
    FUNCTION *Function = RtlLookupFunctionEntry((ULONG64)FrameOf + 4, &Base, NULL);

    CHECK_EQ(Base, (ULONG64)KtestDriverObject->DriverStart);
    if (CHECK(Function != NULL)) {
        CHECK_EQ(Base + Function->BeginAddress, (ULONG64)FrameOf);
        CHECK(Function->EndAddress > Function->BeginAddress);
    }
}

TEST(RtlLookupFunctionEntry, FindsNothingOutsideOfImages)
{
    ULONG64 Base = 1;

    CHECK_PTR(RtlLookupFunctionEntry((ULONG64)&Base, &Base, NULL), NULL);
    CHECK_EQ(Base, 0);
}

TEST(RtlPcToFileHeader, FindsTheImage)
{
    PVOID Base = NULL;
    ULONG Local;

    CHECK_PTR(RtlPcToFileHeader((PVOID)FrameOf, &Base), KtestDriverObject->DriverStart);
    CHECK_PTR(Base, KtestDriverObject->DriverStart);
    CHECK_PTR(RtlPcToFileHeader(&Local, &Base), NULL);
    CHECK_PTR(Base, NULL);
}

/* Keeps rbx and saves it: the caller's lies on the stack. */
static __attribute__((noinline)) VOID Probe(CONTEXT *Context)
{
    __asm__ volatile("" ::: "rbx", "r12");
    RtlCaptureContext(Context);
    Finallys += 0;
}

TEST(RtlVirtualUnwind, StepsToTheCaller)
{
    CONTEXT Walk;
    POINTERS Pointers;
    ULONG64 Base, Frame;
    PVOID Data;
    FUNCTION *Function;

    RtlZeroMemory(&Pointers, sizeof(Pointers));
    Probe(&Walk);
    Function = RtlLookupFunctionEntry(Walk.Rip, &Base, NULL);
    if (!CHECK(Function != NULL))
        return;
    RtlVirtualUnwind(UNW_FLAG_NHANDLER, Base, Walk.Rip, Function, &Walk, &Data, &Frame, &Pointers);
    CHECK(Walk.Rip > Base && Walk.Rip < Base + KtestDriverObject->DriverSize);
    CHECK(Walk.Rsp > Frame);
    if (CHECK(Pointers.Integer[3] != NULL)) {
        CHECK_EQ(*Pointers.Integer[3], Walk.Rbx);
        CHECK((ULONG64)Pointers.Integer[3] < Walk.Rsp);
    }
    CHECK(Pointers.Integer[12] != NULL);
    CHECK_PTR(Pointers.Integer[0], NULL);
}

static __attribute__((noinline)) VOID Throw(VOID (*How)(ULONG64 Frame), ULONG64 Frame)
{
    __try {
        __try {
            How(Frame);
            Finallys += 256; /* a call that ends the block would count as the next block's, too */
        } __finally {
            Finallys++;
        }
    } __finally {
        if (AbnormalTermination())
            Finallys += 16;
    }
}

/* How often RtlCaptureContext returned, and what the second return gave in rax. */
static __attribute__((noinline)) ULONG Target(VOID (*How)(ULONG64 Frame), ULONG64 *Value)
{
    volatile ULONG Times = 0;
    ULONG64 Result;

    Finallys = 0;
    __asm__ volatile("call *%2"
                     : "=a"(Result)
                     : "c"(&Here), "r"(RtlCaptureContext)
                     : "rdx", "r8", "r9", "r10", "r11", "memory", "rbx", "rsi", "rdi", "r12", "r13",
                     "r14", "r15");
    Times++;
    if (Times == 1)
        Throw(How, FrameOf(&Here));
    *Value = Result;
    return Times;
}

static VOID ByUnwindEx(ULONG64 Frame)
{
    CONTEXT Work;

    RtlUnwindEx((PVOID)Frame, (PVOID)Here.Rip, NULL, (PVOID)0x1234, &Work, NULL);
}

static VOID ByUnwind(ULONG64 Frame)
{
    EXCEPTION_RECORD Record;

    RtlZeroMemory(&Record, sizeof(Record));
    Record.ExceptionCode = STATUS_UNWIND;
    RtlUnwind((PVOID)Frame, (PVOID)Here.Rip, &Record, (PVOID)0x5678);
}

static VOID ByLocalUnwind(ULONG64 Frame)
{
    _local_unwind((PVOID)Frame, (PVOID)Here.Rip);
}

static VOID ByContext(ULONG64 Frame)
{
    CONTEXT Context = Here;

    (void)Frame;
    Context.Rax = 0x9ABC;
    RtlRestoreContext(&Context, NULL);
}

TEST(RtlUnwindEx, RunsTheFinallysAndReturnsThere)
{
    ULONG64 Value = 0;

    CHECK_EQ(Target(ByUnwindEx, &Value), 2);
    CHECK_EQ(Value, 0x1234);
    CHECK_EQ(Finallys, 17);
}

TEST(RtlUnwind, RunsTheFinallysAndReturnsThere)
{
    ULONG64 Value = 0;

    CHECK_EQ(Target(ByUnwind, &Value), 2);
    CHECK_EQ(Value, 0x5678);
    CHECK_EQ(Finallys, 17);
}

TEST(_local_unwind, RunsTheFinallysAndReturnsThere)
{
    ULONG64 Value = 1;

    CHECK_EQ(Target(ByLocalUnwind, &Value), 2);
    CHECK_EQ(Finallys, 17);
}

TEST(RtlRestoreContext, GoesThereWithoutUnwinding)
{
    ULONG64 Value = 0;

    CHECK_EQ(Target(ByContext, &Value), 2);
    CHECK_EQ(Value, 0x9ABC);
    CHECK_EQ(Finallys, 0);
}

static VOID LeapWith7(ULONG64 Frame)
{
    (void)Frame;
    longjmp(Jump, 7);
}

static VOID LeapWith0(ULONG64 Frame)
{
    (void)Frame;
    longjmp(Jump, 0);
}

TEST(_setjmp, ReturnsAgain)
{
    volatile ULONG Times = 0;
    int Value;

    Finallys = 0;
    Value = _setjmp(Jump, NULL);
    if (++Times == 1) {
        CHECK_EQ(Value, 0);
        Throw(LeapWith7, 0);
    }
    CHECK_EQ(Times, 2);
    CHECK_EQ(Value, 7);
    CHECK_EQ(Finallys, 0);
}

TEST(longjmp, GivesOneForZero)
{
    volatile ULONG Times = 0;
    int Value = _setjmp(Jump, NULL);

    if (++Times == 1)
        Throw(LeapWith0, 0);
    CHECK_EQ(Times, 2);
    CHECK_EQ(Value, 1);
}

static __attribute__((noinline)) ULONG LeapTarget(int *Result)
{
    volatile ULONG Times = 0;
    int Value;

    RtlCaptureContext(&Here);
    Value = _setjmpex(Jump, (PVOID)FrameOf(&Here));
    if (++Times == 1)
        Throw(LeapWith7, 0);
    *Result = Value;
    return Times;
}

TEST(_setjmpex, UnwindsToItsFrame)
{
    int Value = 0;

    Finallys = 0;
    CHECK_EQ(LeapTarget(&Value), 2);
    CHECK_EQ(Value, 7);
    CHECK_EQ(Finallys, 17);
}
