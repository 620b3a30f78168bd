/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * registers.c - gets and sets contexts of a client's threads, as far as the client wants it.
 */
#include <ntddk.h>

#include "partner.h"
#include "registers.h"

NTKERNELAPI NTSTATUS NTAPI PsGetContextThread(PETHREAD Thread, PCONTEXT Context,
                                              KPROCESSOR_MODE Mode);
NTKERNELAPI NTSTATUS NTAPI PsSetContextThread(PETHREAD Thread, PCONTEXT Context,
                                              KPROCESSOR_MODE Mode);

#if defined(__i386__)
#define PARTNER_THREAD_IMPORT "__imp__PsThreadType"
#define PARTNER_PARTS (CONTEXT_FULL | CONTEXT_EXTENDED_REGISTERS)
#define PC Eip
#define SP Esp
#define BX Ebx
#else
#define PARTNER_THREAD_IMPORT "__imp_PsThreadType"
#define PARTNER_PARTS CONTEXT_FULL
#define PC Rip
#define SP Rsp
#define BX Rbx
#endif

#define PARTNER_TAG 'traP'
#define PARTNER_MXCSR 24 /* of what FXSAVE stores */

extern POBJECT_TYPE *const PartnerThreads __asm__(PARTNER_THREAD_IMPORT);

static ULONG *PartnerMxCsr(PCONTEXT Context)
{
#if defined(__i386__)
    return (ULONG *)(PVOID)(Context->ExtendedRegisters + PARTNER_MXCSR);
#else
    return &Context->MxCsr;
#endif
}

static NTSTATUS PartnerExchangeIn(BOOLEAN Set, PETHREAD Thread, PCONTEXT Context,
                                  PARTNER_REGISTERS *Registers)
{
    NTSTATUS Status;

    RtlZeroMemory(Context, sizeof(*Context));
    Context->ContextFlags = PARTNER_PARTS;
    Status = PsGetContextThread(Thread, Context, KernelMode);
    if (!NT_SUCCESS(Status))
        return Status;
    if (!Set) {
        Registers->Pc = Context->PC;
        Registers->Sp = Context->SP;
        Registers->Bx = Context->BX;
        Registers->MxCsr = *PartnerMxCsr(Context);
        Registers->Segments = Context->SegCs | (ULONG)Context->SegSs << 16;
        return Status;
    }
    if (Registers->Keep)
        return PsSetContextThread(Thread, Context, KernelMode);
    Context->PC = (ULONG_PTR)Registers->Pc;
    Context->SP = (ULONG_PTR)Registers->Sp;
    Context->BX = (ULONG_PTR)Registers->Bx;
    *PartnerMxCsr(Context) = Registers->MxCsr;
    if (Registers->ControlOnly)
        Context->ContextFlags = CONTEXT_CONTROL;
    return PsSetContextThread(Thread, Context, KernelMode);
}

/* By the client's own memory: what of it is wrong is found before the thread is asked. */
static NTSTATUS PartnerExchangeAt(BOOLEAN Set, PETHREAD Thread, PCONTEXT Context)
{
    return Set ? PsSetContextThread(Thread, Context, UserMode)
               : PsGetContextThread(Thread, Context, UserMode);
}

NTSTATUS PartnerExchange(BOOLEAN Set, HANDLE Handle, PARTNER_REGISTERS *Registers)
{
    PCONTEXT Context;
    PVOID Thread;
    NTSTATUS Status = ObReferenceObjectByHandle(
        Handle, THREAD_SET_CONTEXT, *PartnerThreads, UserMode, &Thread, NULL);

    if (!NT_SUCCESS(Status))
        return Status;
    Context = ExAllocatePoolWithTag(NonPagedPool, sizeof(*Context), PARTNER_TAG);
    if (Context == NULL)
        Status = STATUS_INSUFFICIENT_RESOURCES;
    else if (Registers->Address != 0)
        Status = PartnerExchangeAt(Set, Thread, (PCONTEXT)(ULONG_PTR)Registers->Address);
    else
        Status = PartnerExchangeIn(Set, Thread, Context, Registers);
    if (Context != NULL)
        ExFreePoolWithTag(Context, PARTNER_TAG);
    ObDereferenceObject(Thread);
    return Status;
}
