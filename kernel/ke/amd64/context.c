/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Going on elsewhere on x64: with the registers of a context, or where _setjmp was called. Neither
 * looks at what lies between, unless a buffer asks for unwinding.
 */
#include <string.h>

#include "ke/kep.h"
#include "ke/seh.h"

#define KI_FIRST_SAVED_XMM 6

/* The registers a jump buffer has, taken over into Context. */
static void KiApplyJump(CONTEXT *Context, const KI_JUMP_BUFFER *Buffer)
{
    Context->Rbx = Buffer->Rbx;
    Context->Rsp = Buffer->Rsp;
    Context->Rbp = Buffer->Rbp;
    Context->Rsi = Buffer->Rsi;
    Context->Rdi = Buffer->Rdi;
    Context->R12 = Buffer->R12;
    Context->R13 = Buffer->R13;
    Context->R14 = Buffer->R14;
    Context->R15 = Buffer->R15;
    Context->Rip = Buffer->Rip;
    Context->MxCsr = Buffer->MxCsr;
    Context->FltSave.MxCsr = Buffer->MxCsr;
    Context->FltSave.ControlWord = Buffer->FpCsr;
    memcpy(&Context->FltSave.XmmRegisters[KI_FIRST_SAVED_XMM], Buffer->Xmm, sizeof(Buffer->Xmm));
}

/*
 * RtlRestoreContext - go on with the registers of a context.
 *
 * ExceptionRecord: optional. STATUS_LONGJUMP: ExceptionInformation[0] is a jump buffer, whose
 *          registers count. STATUS_UNWIND_CONSOLIDATE: a routine that is given the record says
 *          where to go on.
 * IRQL:    any. Does not return.
 * Source:  DOC winnt/RtlRestoreContext
 */
void NTAPI RtlRestoreContext(CONTEXT *Context, EXCEPTION_RECORD *ExceptionRecord)
{
    CONTEXT Target = *Context;

    if (ExceptionRecord != NULL && ExceptionRecord->NumberParameters >= 1) {
        const ULONG_PTR First = ExceptionRecord->ExceptionInformation[0];
        if (ExceptionRecord->ExceptionCode == STATUS_LONGJUMP)
            KiApplyJump(&Target, (const KI_JUMP_BUFFER *)First);
        else if (ExceptionRecord->ExceptionCode == STATUS_UNWIND_CONSOLIDATE)
            Target.Rip = ((ULONG64(NTAPI *)(EXCEPTION_RECORD *))First)(ExceptionRecord);
    }
    KiEndDispatch(Target.Rsp);
    KiRestoreContext(&Target);
}

/*
 * longjmp - return from _setjmp once more, with Value, or 1 for 0; __finally blocks on the way run
 * if Buffer has a frame.
 *
 * IRQL:    any. Does not return.
 * Source:  DOC crt/longjmp
 */
void NTAPI KiLongJump(KI_JUMP_BUFFER *Buffer, int Value)
{
    EXCEPTION_RECORD Record = {.ExceptionCode = STATUS_LONGJUMP,
        .NumberParameters = 1,
        .ExceptionInformation = {(ULONG_PTR)Buffer}};
    ULONG_PTR Result = (ULONG_PTR)(unsigned)(Value != 0 ? Value : 1);
    CONTEXT Context;

    if (Buffer->Frame != 0)
        RtlUnwindEx((PVOID)Buffer->Frame, (PVOID)Buffer->Rip, &Record, (PVOID)Result, NULL, NULL);
    KiCaptureContext(&Context);
    Context.Rax = Result;
    RtlRestoreContext(&Context, &Record);
    __builtin_unreachable();
}
