/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlCaptureStackBackTrace, RtlWalkFrameChain, RtlGetCallersAddress, RtlCaptureContext - who
 * called.
 */
#include "ktest.h"

#undef RtlGetCallersAddress

NTSYSAPI USHORT NTAPI RtlCaptureStackBackTrace(
    ULONG FramesToSkip, ULONG FramesToCapture, PVOID *BackTrace, PULONG Hash);
NTSYSAPI VOID NTAPI RtlCaptureContext(PCONTEXT Context);
NTSYSAPI ULONG NTAPI RtlWalkFrameChain(PVOID *Callers, ULONG Count, ULONG Flags);
NTSYSAPI VOID NTAPI RtlGetCallersAddress(PVOID *CallersAddress, PVOID *CallersCaller);

/* Import libraries for x86 disagree about its name's decoration. */
typedef VOID(NTAPI *RAISE)(PEXCEPTION_RECORD Record);

static PVOID Frames[64];
static ULONG Hash;
static volatile ULONG After;

static BOOLEAN InDriver(PVOID Address)
{
    ULONG_PTR Base = (ULONG_PTR)KtestDriverObject->DriverStart;

    return (ULONG_PTR)Address >= Base && (ULONG_PTR)Address < Base + KtestDriverObject->DriverSize;
}

static BOOLEAN Within(PVOID Address, PVOID Function)
{
    return (ULONG_PTR)Address > (ULONG_PTR)Function &&
        (ULONG_PTR)Address < (ULONG_PTR)Function + 256;
}

#define FRAMED __attribute__((noinline, optnone))
/* Has the function keep a frame pointer, which x86 needs and x64 does not mind, and its call from
 * being a jump. */
#define KEEP_FRAME() (After += __builtin_frame_address(0) != NULL)

static FRAMED USHORT Inner(ULONG Skip, ULONG Count)
{
    USHORT Result = RtlCaptureStackBackTrace(Skip, Count, Frames, &Hash);

    KEEP_FRAME();
    return Result;
}

static FRAMED USHORT Outer(ULONG Skip, ULONG Count)
{
    USHORT Result = Inner(Skip, Count);

    KEEP_FRAME();
    return Result;
}

TEST(RtlCaptureStackBackTrace, BeginsWithTheCaller)
{
    USHORT Count = Outer(0, 64);

    CHECK(Count >= 3);
    CHECK(Within(Frames[0], (PVOID)Inner));
    CHECK(Within(Frames[1], (PVOID)Outer));
    CHECK(InDriver(Frames[2]));
}

TEST(RtlCaptureStackBackTrace, SkipsAndStopsWhereItIsTold)
{
    USHORT Count;

    Frames[1] = NULL;
    Count = Outer(1, 1);
    CHECK_EQ(Count, 1);
    CHECK(Within(Frames[0], (PVOID)Outer));
    CHECK_PTR(Frames[1], NULL);
    CHECK_EQ(Outer(10000, 4), 0);
    CHECK_EQ(Outer(0, 0), 0);
}

TEST(RtlCaptureStackBackTrace, SumsUpTheHash)
{
    USHORT Count = Outer(0, 4);
    ULONG Sum = 0, I;

    for (I = 0; I < Count; I++)
        Sum += (ULONG)(ULONG_PTR)Frames[I];
    CHECK_EQ(Hash, Sum);
    CHECK_EQ(RtlCaptureStackBackTrace(0, 1, Frames, NULL), 1);
}

static FRAMED ULONG Walk(ULONG Count, ULONG Flags)
{
    ULONG Result = RtlWalkFrameChain(Frames, Count, Flags);

    KEEP_FRAME();
    return Result;
}

TEST(RtlWalkFrameChain, BeginsWithTheCaller)
{
    ULONG Count = Walk(64, 0);

    CHECK(Count >= 2);
    CHECK(Within(Frames[0], (PVOID)Walk));
    CHECK(InDriver(Frames[1]));
    CHECK_EQ(Walk(1, 0), 1);
}

TEST(RtlWalkFrameChain, HasNoUserStackInASystemThread)
{
    CHECK_EQ(Walk(64, 1), 0);
}

static FRAMED VOID Ask(PVOID *Caller, PVOID *CallersCaller)
{
    RtlGetCallersAddress(Caller, CallersCaller);
    KEEP_FRAME();
}

static FRAMED VOID AskFrom(PVOID *Caller, PVOID *CallersCaller)
{
    Ask(Caller, CallersCaller);
    KEEP_FRAME();
}

TEST(RtlGetCallersAddress, NamesTheCallersCaller)
{
    PVOID Caller = NULL, CallersCaller = NULL;

    AskFrom(&Caller, &CallersCaller);
    CHECK(Within(Caller, (PVOID)AskFrom));
    CHECK(InDriver(CallersCaller));
}

static FRAMED VOID Capture(PCONTEXT Context)
{
    RtlCaptureContext(Context);
    KEEP_FRAME();
}

TEST(RtlCaptureContext, StoresTheRegisters)
{
    CONTEXT *Context = ExAllocatePoolWithTag(NonPagedPool, sizeof(CONTEXT), 'tseT');
    ULONG_PTR Here = (ULONG_PTR)&Context;

    if (!CHECK(Context != NULL))
        return;
    RtlZeroMemory(Context, sizeof(*Context));
    Capture(Context);
    CHECK_EQ(Context->ContextFlags & CONTEXT_FULL, CONTEXT_FULL);
#if defined(__x86_64__)
    CHECK(Within((PVOID)Context->Rip, (PVOID)Capture));
    CHECK(Context->Rsp < Here && Context->Rsp > Here - 4096);
    CHECK_EQ(Context->SegCs, 0x10);
#else
    CHECK(InDriver((PVOID)Context->Eip)); /* the caller's caller */
    CHECK(!Within((PVOID)Context->Eip, (PVOID)Capture));
    CHECK(Context->Esp < Here + 4096 && Context->Esp > Here - 4096);
    CHECK_EQ(Context->SegCs, 8);
#endif
    ExFreePoolWithTag(Context, 'tseT');
}

TEST(RtlRaiseException, GoesOnWhenAFilterSaysSo)
{
    RAISE Raise = (RAISE)KtestExport(L"RtlRaiseException");
    EXCEPTION_RECORD Record;
    volatile ULONG Asked = 0, Ran = 0;

    RtlZeroMemory(&Record, sizeof(Record));
    Record.ExceptionCode = (NTSTATUS)0xE0001234;
    Record.NumberParameters = 1;
    Record.ExceptionInformation[0] = 77;
    __try {
        Raise(&Record);
        Ran = 1;
    } __except (Asked = (ULONG)((PEXCEPTION_POINTERS)GetExceptionInformation())
                            ->ExceptionRecord->ExceptionInformation[0],
        EXCEPTION_CONTINUE_EXECUTION) {
        Ran = 2;
    }
    CHECK_EQ(Asked, 77);
    CHECK_EQ(Ran, 1);
    CHECK(InDriver(Record.ExceptionAddress));
}

TEST(RtlRaiseException, IsTakenByAHandler)
{
    RAISE Raise = (RAISE)KtestExport(L"RtlRaiseException");
    EXCEPTION_RECORD Record;
    volatile NTSTATUS Code = 0;

    RtlZeroMemory(&Record, sizeof(Record));
    Record.ExceptionCode = (NTSTATUS)0xE0005678;
    __try {
        Raise(&Record);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Code = GetExceptionCode();
    }
    CHECK_STATUS(Code, 0xE0005678);
}

TEST(RtlRaiseException, MayNotGoOnWhenItIsNoncontinuable)
{
    RAISE Raise = (RAISE)KtestExport(L"RtlRaiseException");
    EXCEPTION_RECORD Record;
    volatile NTSTATUS Code = 0;
    volatile ULONG Asked = 0;

    RtlZeroMemory(&Record, sizeof(Record));
    Record.ExceptionCode = (NTSTATUS)0xE0009ABC;
    Record.ExceptionFlags = EXCEPTION_NONCONTINUABLE;
    __try {
        Raise(&Record);
    } __except (Asked++ == 0 ? EXCEPTION_CONTINUE_EXECUTION : EXCEPTION_EXECUTE_HANDLER) {
        Code = GetExceptionCode();
    }
    CHECK_STATUS(Code, STATUS_NONCONTINUABLE_EXCEPTION);
}
