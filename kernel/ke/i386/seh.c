/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What compilers' __try needs from the kernel on i386: _except_handler3 and _except_handler2, the
 * handler of every function with a __try, and the routines it is made of, which compilers also call
 * themselves where a __try is left early.
 */
#include "ke/i386/sehp.h"

#define KI_NO_LEVEL (-1)

typedef struct KI_SCOPE {
    LONG Outer;    /* the __try around this one; KI_NO_LEVEL: none */
    void *Filter;  /* NULL: Handler is a __finally block */
    void *Handler;
} KI_SCOPE;

/*
 * A function's registration record as compilers extend it. In front of it lie the function's stack
 * pointer and a place for GetExceptionInformation's pointer; its ebp points just behind.
 */
typedef struct KI_REGISTRATION {
    EXCEPTION_REGISTRATION_RECORD Record;
    const KI_SCOPE *Scopes;
    LONG Level; /* the innermost __try it is in */
} KI_REGISTRATION;

/* In front of the chain while a __finally block runs because of an exception. */
typedef struct KI_LOCAL_UNWIND {
    EXCEPTION_REGISTRATION_RECORD Record;
    KI_REGISTRATION *Frame;
} KI_LOCAL_UNWIND;

EXCEPTION_DISPOSITION _except_handler2(
    EXCEPTION_RECORD *Record, PVOID Frame, CONTEXT *Context, PVOID Dispatched);
EXCEPTION_DISPOSITION _except_handler3(
    EXCEPTION_RECORD *Record, PVOID Frame, CONTEXT *Context, PVOID Dispatched);
void _global_unwind2(PVOID Frame);
void _local_unwind2(PVOID Frame, LONG Level);
LONG _abnormal_termination(void);

static void *KiFrameOf(KI_REGISTRATION *Registration)
{
    return Registration + 1;
}

/* A __finally block that is running has raised an exception of its own, and the unwinding for that
 * one has come here. */
static EXCEPTION_DISPOSITION KiLocalUnwindHandler(
    EXCEPTION_RECORD *Record, PVOID Establisher, CONTEXT *Context, PVOID Dispatched)
{
    const KI_LOCAL_UNWIND *Unwind = Establisher;
    (void)Context;
    if (!(Record->ExceptionFlags & (EXCEPTION_UNWINDING | EXCEPTION_EXIT_UNWIND)))
        return ExceptionContinueSearch;
    *(EXCEPTION_REGISTRATION_RECORD **)Dispatched = &Unwind->Frame->Record;
    _local_unwind2(Unwind->Frame, KI_NO_LEVEL); /* what it has not come to yet */
    return ExceptionCollidedUnwind;
}

/* _global_unwind2 - unwind to Frame, which stays. IRQL: any. Source: INF from its name and
 * RtlUnwind. */
void _global_unwind2(PVOID Frame)
{
    RtlUnwind(Frame, __builtin_return_address(0), NULL, NULL);
}

/*
 * _local_unwind2 - run the __finally blocks of one function's __trys, from the innermost up to
 * Level, which stays.
 * IRQL: any. Source: INF from the code compilers make for a __try that is left by a jump.
 */
void _local_unwind2(PVOID Frame, LONG Level)
{
    KI_REGISTRATION *Registration = Frame;
    KI_LOCAL_UNWIND Unwind = {
        .Record = {KiExceptionList(), (PEXCEPTION_ROUTINE)(void *)KiLocalUnwindHandler},
        .Frame = Registration};
    KiSetExceptionList(&Unwind.Record);
    while (Registration->Level != KI_NO_LEVEL &&
        (Level == KI_NO_LEVEL || Registration->Level > Level)) {
        const KI_SCOPE *Scope = &Registration->Scopes[Registration->Level];
        Registration->Level = Scope->Outer;
        if (Scope->Filter == NULL)
            KiCallWithFrame(Scope->Handler, KiFrameOf(Registration));
    }
    KiSetExceptionList(Unwind.Record.Next);
}

/* _abnormal_termination - whether the __finally block that asks runs because of an exception.
 * Source: DOC AbnormalTermination. */
LONG _abnormal_termination(void)
{
    const EXCEPTION_REGISTRATION_RECORD *First = KiExceptionList();
    return First != EXCEPTION_CHAIN_END &&
        First->Handler == (PEXCEPTION_ROUTINE)(void *)KiLocalUnwindHandler;
}

/* The exception is taken by the __except block of this scope. */
static void __attribute__((noreturn)) KiTakeException(KI_REGISTRATION *Registration, LONG Level)
{
    const KI_SCOPE *Scope = &Registration->Scopes[Level];
    _global_unwind2(Registration);
    _local_unwind2(Registration, Level);
    Registration->Level = Scope->Outer;
    KiEnterHandler(Scope->Handler, KiFrameOf(Registration));
}

/*
 * _except_handler3 - language handler of functions with __try.
 *
 * Searching: runs the filters of the scopes the function is in, inner first; the one that takes the
 * exception gets it. Unwinding: runs the __finally blocks.
 * IRQL: any. Source: DOC "A crash course on the depths of Win32 structured exception handling" (MSJ
 * 1/1997) for the layouts; OBS drivers made by clang.
 */
EXCEPTION_DISPOSITION _except_handler3(
    EXCEPTION_RECORD *Record, PVOID Frame, CONTEXT *Context, PVOID Dispatched)
{
    KI_REGISTRATION *Registration = Frame;
    EXCEPTION_POINTERS Pointers = {Record, Context};
    (void)Dispatched;

    if (Record->ExceptionFlags & (EXCEPTION_UNWINDING | EXCEPTION_EXIT_UNWIND)) {
        _local_unwind2(Registration, KI_NO_LEVEL);
        return ExceptionContinueSearch;
    }
    ((ULONG *)Frame)[-1] = (ULONG)&Pointers; /* as a number: compilers find that a pointer would
                                                dangle */
    for (LONG Level = Registration->Level; Level != KI_NO_LEVEL;
         Level = Registration->Scopes[Level].Outer) {
        if (Registration->Scopes[Level].Filter == NULL)
            continue;
        LONG Answer = KiCallWithFrame(Registration->Scopes[Level].Filter, KiFrameOf(Registration));
        if (Answer < 0)
            return ExceptionContinueExecution;
        if (Answer > 0)
            KiTakeException(Registration, Level);
    }
    return ExceptionContinueSearch;
}

/* _except_handler2 - the same for older compilers' code, which differs in nothing it looks at.
 * Source: INF. */
EXCEPTION_DISPOSITION _except_handler2(
    EXCEPTION_RECORD *Record, PVOID Frame, CONTEXT *Context, PVOID Dispatched)
{
    return _except_handler3(Record, Frame, Context, Dispatched);
}
