/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * See usercontext.h. The oldest trap frame has the registers a thread came with: it returns through
 * KiCallOnStack, to KiEnter on its own stack. What is set is kept with the thread, and taken on
 * there, when all that belongs to the kernel is done. Who saved the old registers and goes back to
 * them later comes to the same place: what is done after it does no harm when it is done again.
 */
#include <string.h>

#include "ke/kep.h"

BOOLEAN (*KeUserInterrupted)
(CONTEXT *Context);

#define KI_MXCSR_BITS 0xFFFFu

static const KI_TRAP_FRAME *KiOldestFrame(const KTHREAD *Thread)
{
    const KI_TRAP_FRAME *Frame = Thread->TrapFrame;
    while (Frame->Previous != NULL)
        Frame = Frame->Previous;
    return Frame;
}

void KiSetFloatingControls(KE_USER_CONTEXT *User, ULONG MxCsr, USHORT ControlWord)
{
    memset(User->Floating, 0, sizeof(User->Floating));
    memcpy(User->Floating + KI_FX_CONTROL, &ControlWord, sizeof(ControlWord));
    memcpy(User->Floating + KI_FX_MXCSR, &MxCsr, sizeof(MxCsr));
}

/* What a driver set is loaded as it is, and reserved bits would be a fault. */
void KiCheckFloating(UCHAR *Floating)
{
    ULONG MxCsr;
    memcpy(&MxCsr, Floating + KI_FX_MXCSR, sizeof(MxCsr));
    MxCsr &= KI_MXCSR_BITS;
    memcpy(Floating + KI_FX_MXCSR, &MxCsr, sizeof(MxCsr));
}

void KeJumpToUser(void *const *Jump, KE_USER_CONTEXT *User)
{
    ULONG MxCsr;
    USHORT ControlWord;
    __asm__ volatile("stmxcsr %0"
                     : "=m"(MxCsr));
    __asm__ volatile("fnstcw %0"
                     : "=m"(ControlWord));
    memset(User, 0, sizeof(*User));
    User->Bits = 8 * sizeof(void *);
    User->Flags = KI_USER_FLAGS_ALWAYS;
    KiSetFloatingControls(User, MxCsr, ControlWord);
    KiTakeJumpRegisters(Jump, User);
}

void KeGetUserContext(KE_USER_CONTEXT *User)
{
    const KTHREAD *Thread = KiHostThread;
    void *Jump[8];
    ULONG MxCsr;
    USHORT ControlWord;
    if (Thread->ContextPending) {
        memset(User, 0, sizeof(*User));
        User->Bits = 8 * sizeof(void *);
        KeContextToUser(Thread->UserContext, User);
        return;
    }
    const UCHAR *Saved = KiOldestFrame(Thread)->StackPointer;
    KiJumpOfFrame(Saved, Jump);
    KeJumpToUser(Jump, User);
    memcpy(&MxCsr, Saved, sizeof(MxCsr));
    memcpy(&ControlWord, Saved + sizeof(MxCsr), sizeof(ControlWord));
    KiSetFloatingControls(User, MxCsr, ControlWord);
}

void KeSetUserContext(const KE_USER_CONTEXT *User)
{
    KTHREAD *Thread = KiHostThread;
    memset(Thread->UserContext, 0, sizeof(CONTEXT));
    Thread->UserContext->ContextFlags = CONTEXT_ALL;
    KeUserToContext(User, Thread->UserContext);
    Thread->ContextPending = TRUE;
}

void KiGoOnAsSet(KTHREAD *Thread, NTSTATUS Status)
{
    Thread->ContextPending = FALSE;
    KeGoOnAt(Thread->UserContext, Status);
}
