/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Shared by the files of kernel/ke/i386: the chain of exception registration records at fs:0. */
#pragma once

#include "ke/kep.h"
#include "ke/zw.h"

/* What KiExecuteHandler puts in front of the chain while it calls the handler of Frame. */
typedef struct KI_HANDLER_CALL {
    EXCEPTION_REGISTRATION_RECORD Record;
    EXCEPTION_REGISTRATION_RECORD *Frame;
} KI_HANDLER_CALL;

/* Handlers are called with their arguments on the stack, and whoever calls them does not mind who
 * takes them off. */
typedef EXCEPTION_DISPOSITION (*KI_EXCEPTION_ROUTINE)(EXCEPTION_RECORD *, PVOID, CONTEXT *, PVOID);

static inline EXCEPTION_REGISTRATION_RECORD *KiExceptionList(void)
{
    return KeGetPcr()->Public.NtTib.ExceptionList;
}

static inline void KiSetExceptionList(EXCEPTION_REGISTRATION_RECORD *First)
{
    KeGetPcr()->Public.NtTib.ExceptionList = First;
}

/* ---- entry.S --------------------------------------------------------------------------------- */

EXCEPTION_DISPOSITION KiExecuteHandler(EXCEPTION_RECORD *Record,
    EXCEPTION_REGISTRATION_RECORD *Frame, CONTEXT *Context, void *Dispatched,
    PEXCEPTION_ROUTINE Handler, KI_EXCEPTION_ROUTINE Around);
LONG KiCallWithFrame(void *Function, void *Ebp);
void KiEnterHandler(void *Handler, void *Ebp) __attribute__((noreturn));

/* ---- exception.c ----------------------------------------------------------------------------- */

void KiRaiseRecord(EXCEPTION_RECORD *Record, CONTEXT *Context) __attribute__((used));
PVOID NTAPI RtlUnwind(
    PVOID TargetFrame, PVOID TargetIp, EXCEPTION_RECORD *ExceptionRecord, PVOID ReturnValue);
