/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Registers of user mode and CONTEXT on x64: see ke/usercontext.h. */
#include <string.h>

#include "ke/kep.h"

#define KI_USER_CODE    0x33
#define KI_USER_CODE_32 0x23
#define KI_USER_DATA    0x2B
#define KI_USER_TEB_32  0x53

/* KiSaveJump's: rbx, rbp, r12 … r15, rsp, rip. */
static const UCHAR KiJumpRegister[] = {
    KE_USER_BX, KE_USER_BP, 12, 13, 14, 15, KE_USER_SP, KE_USER_PC};

_Static_assert(offsetof(CONTEXT, Rip) == offsetof(CONTEXT, Rax) + 8 * KE_USER_PC &&
                   sizeof(XMM_SAVE_AREA32) == KE_USER_FLOATING_BYTES,
    "registers are in the order of their numbers");

void KiTakeJumpRegisters(void *const *Jump, KE_USER_CONTEXT *User)
{
    for (ULONG i = 0; i < RTL_NUMBER_OF(KiJumpRegister); i++)
        User->Register[KiJumpRegister[i]] = (ULONG_PTR)Jump[i];
}

/* KiCallOnStack has pushed rbp, rbx, r12 … r15 and the floating-point controls. */
void KiJumpOfFrame(const void *Saved, void **Jump)
{
    const ULONG64 *Pushed = Saved;
    const ULONG64 Register[] = {Pushed[5], Pushed[6], Pushed[4], Pushed[3], Pushed[2], Pushed[1],
        (ULONG_PTR)(Pushed + 8), Pushed[7]};
    memcpy(Jump, Register, sizeof(Register));
}

static BOOLEAN KiHas(const CONTEXT *Context, ULONG Part)
{
    return (Context->ContextFlags & Part) == Part;
}

static BOOLEAN KiIsControl(ULONG Register)
{
    return Register == KE_USER_SP || Register == KE_USER_PC;
}

void KeUserToContext(const KE_USER_CONTEXT *User, CONTEXT *Context)
{
    const BOOLEAN Control = KiHas(Context, CONTEXT_CONTROL);
    const BOOLEAN Integer = KiHas(Context, CONTEXT_INTEGER);
    ULONG64 *Register = &Context->Rax;
    for (ULONG i = 0; i < KE_USER_REGISTERS; i++) {
        if (KiIsControl(i) ? Control : Integer)
            Register[i] = User->Register[i];
    }
    if (Control) {
        Context->SegCs = User->Bits == 32 ? KI_USER_CODE_32 : KI_USER_CODE;
        Context->SegSs = KI_USER_DATA;
        Context->EFlags = User->Flags;
    }
    if (KiHas(Context, CONTEXT_SEGMENTS)) {
        Context->SegDs = Context->SegEs = Context->SegGs = KI_USER_DATA;
        Context->SegFs = KI_USER_TEB_32;
    }
    if (KiHas(Context, CONTEXT_FLOATING_POINT)) {
        memcpy(&Context->FltSave, User->Floating, sizeof(Context->FltSave));
        Context->MxCsr = Context->FltSave.MxCsr;
    }
    if (KiHas(Context, CONTEXT_DEBUG_REGISTERS))
        Context->Dr0 = Context->Dr1 = Context->Dr2 = Context->Dr3 = Context->Dr6 = Context->Dr7 = 0;
}

void KeContextToUser(const CONTEXT *Context, KE_USER_CONTEXT *User)
{
    const BOOLEAN Control = KiHas(Context, CONTEXT_CONTROL);
    const BOOLEAN Integer = KiHas(Context, CONTEXT_INTEGER);
    const ULONG64 *Register = &Context->Rax;
    for (ULONG i = 0; i < KE_USER_REGISTERS; i++) {
        if (KiIsControl(i) ? Control : Integer)
            User->Register[i] = Register[i];
    }
    if (Control)
        User->Flags = (Context->EFlags & KI_USER_FLAGS) | KI_USER_FLAGS_ALWAYS;
    if (KiHas(Context, CONTEXT_FLOATING_POINT)) {
        memcpy(User->Floating, &Context->FltSave, sizeof(User->Floating));
        memcpy(User->Floating + KI_FX_MXCSR, &Context->MxCsr, sizeof(Context->MxCsr));
        KiCheckFloating(User->Floating);
    }
}

void KeGoOnAt(CONTEXT *Context, NTSTATUS Result)
{
    Context->Rax = (ULONG)Result;
    KiRestoreContext(Context);
}
