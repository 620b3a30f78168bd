/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * _except_handler3, _except_handler2, _local_unwind2, _global_unwind2, _abnormal_termination - what
 * compilers' __try calls on x86, here with a function's record made by hand: three nested __trys,
 * of which the one in the middle has an __except.
 */
#include "ktest.h"

#if defined(__i386__)

typedef struct SCOPE {
    LONG Outer;
    LONG (*Filter)(VOID);
    VOID (*Handler)(VOID);
} SCOPE;

typedef struct FRAME {
    PVOID StackPointer, Pointers; /* in front of the record */
    PVOID Next, Routine;          /* the record: EXCEPTION_REGISTRATION */
    const SCOPE *Scopes;
    LONG Level;
    PVOID Ebp;
} FRAME;

typedef LONG(__cdecl *HANDLER)(
    PEXCEPTION_RECORD Record, PVOID Frame, PCONTEXT Context, PVOID Dispatched);
typedef VOID(__cdecl *LOCAL_UNWIND)(PVOID Frame, LONG Level);
typedef LONG(__cdecl *ABNORMAL)(VOID);

static CHAR Trail[8];
static ULONG Length;
static LONG Filtered;
static ABNORMAL Abnormal;

static VOID Mark(CHAR Letter)
{
    if (Length < sizeof(Trail) - 1)
        Trail[Length++] = Letter;
}

static VOID Inner(VOID)
{
    Mark('i');
    CHECK(Abnormal() != 0);
}

static VOID Outer(VOID)
{
    Mark('o');
}

static LONG Refuse(VOID)
{
    Mark('f');
    return Filtered;
}

static const SCOPE Scopes[] = {{-1, NULL, Outer}, {0, Refuse, NULL}, {1, NULL, Inner}};

static VOID Begin(FRAME *Frame)
{
    RtlZeroMemory(Frame, sizeof(*Frame));
    RtlZeroMemory(Trail, sizeof(Trail));
    Length = 0;
    Frame->Scopes = Scopes;
    Frame->Level = 2;
    Abnormal = (ABNORMAL)(ULONG_PTR)KtestExport(L"_abnormal_termination");
}

static BOOLEAN TrailIs(const char *Expected)
{
    return RtlCompareMemory(Trail, Expected, Length + 1) == Length + 1;
}

TEST(_local_unwind2, RunsFinallyBlocksUpToALevel)
{
    LOCAL_UNWIND Unwind = (LOCAL_UNWIND)(ULONG_PTR)KtestExport(L"_local_unwind2");
    FRAME Frame;

    Begin(&Frame);
    CHECK_EQ(Abnormal(), 0);
    Unwind(&Frame.Next, 0);
    CHECK(TrailIs("i"));
    CHECK_EQ(Frame.Level, 0);
    Unwind(&Frame.Next, -1);
    CHECK(TrailIs("io"));
    CHECK_EQ((ULONG)Frame.Level, (ULONG)-1);
    CHECK_EQ(Abnormal(), 0);
}

static VOID CheckHandler(const WCHAR *Name)
{
    HANDLER Handler = (HANDLER)(ULONG_PTR)KtestExport(Name);
    EXCEPTION_RECORD Record = {.ExceptionCode = 0xE0000001};
    CONTEXT Context;
    FRAME Frame;
    PVOID Dispatched = NULL;

    if (Handler == NULL) {
        skip("not on this Windows");
        return;
    }
    RtlZeroMemory(&Context, sizeof(Context));
    Begin(&Frame);
    Filtered = EXCEPTION_CONTINUE_SEARCH;
    CHECK_EQ(Handler(&Record, &Frame.Next, &Context, &Dispatched), 1); /* ExceptionContinueSearch */
    CHECK(TrailIs("f"));
    CHECK_EQ(Frame.Level, 2);
    Begin(&Frame);
    Filtered = EXCEPTION_CONTINUE_EXECUTION;
    /* ExceptionContinueExecution */
    CHECK_EQ(Handler(&Record, &Frame.Next, &Context, &Dispatched), 0);
    CHECK(TrailIs("f"));
    Begin(&Frame);
    Record.ExceptionFlags = 2; /* EXCEPTION_UNWINDING */
    CHECK_EQ(Handler(&Record, &Frame.Next, &Context, &Dispatched), 1);
    CHECK(TrailIs("io"));
}

TEST(_except_handler3, SearchesAndUnwinds)
{
    CheckHandler(L"_except_handler3");
}

TEST(_except_handler2, SearchesAndUnwinds)
{
    CheckHandler(L"_except_handler2");
}

TEST(_global_unwind2, LeavesTheFrameItIsGiven)
{
    VOID(__cdecl * Unwind)(PVOID Frame) = (PVOID)KtestExport(L"_global_unwind2");
    PVOID First, After;
    PVOID Record[2] = {NULL, (PVOID)(ULONG_PTR)KtestExport(L"_except_handler3")};

    __asm__ volatile("movl %%fs:0, %0" : "=r"(First));
    Record[0] = First;
    __asm__ volatile("movl %0, %%fs:0" : : "r"(Record) : "memory");
    Unwind(Record);
    __asm__ volatile("movl %%fs:0, %0" : "=r"(After));
    CHECK_PTR(After, Record);
    __asm__ volatile("movl %0, %%fs:0" : : "r"(First) : "memory");
}

#endif
