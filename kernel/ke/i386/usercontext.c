/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Registers of user mode and CONTEXT on i386: see ke/usercontext.h. FloatSave has what FSAVE
 * stores, which differs from FXSAVE's form in the tags and the distance between registers.
 */
#include <string.h>

#include "ke/kep.h"

#define KI_USER_CODE 0x1B
#define KI_USER_DATA 0x23
#define KI_USER_TEB  0x3B

#define KI_FX_STATUS         2
#define KI_FX_TAGS           4 /* a bit a register: it has something */
#define KI_FX_ERROR_OFFSET   8
#define KI_FX_ERROR_SELECTOR 12
#define KI_FX_DATA_OFFSET    16
#define KI_FX_DATA_SELECTOR  20
#define KI_FX_REGISTERS      32
#define KI_FX_STRIDE         16
#define KI_X87_REGISTERS     8
#define KI_X87_BYTES         10
#define KI_X87_UNUSED        0xFFFF0000u /* FSAVE's upper halves */
#define KI_X87_EXPONENT      0x7FFFu

enum KI_X87_TAG {
    KI_X87_VALID,
    KI_X87_ZERO,
    KI_X87_SPECIAL,
    KI_X87_EMPTY
};

/* KiSaveJump's: ebx, ebp, esi, edi, esp, eip. */
static const UCHAR KiJumpRegister[] = {
    KE_USER_BX, KE_USER_BP, KE_USER_SI, KE_USER_DI, KE_USER_SP, KE_USER_PC};

void KiTakeJumpRegisters(void *const *Jump, KE_USER_CONTEXT *User)
{
    for (ULONG i = 0; i < RTL_NUMBER_OF(KiJumpRegister); i++)
        User->Register[KiJumpRegister[i]] = (ULONG_PTR)Jump[i];
}

/* KiCallOnStack has pushed ebp, ebx, esi, edi, the chain of handlers and two words of controls. */
void KiJumpOfFrame(const void *Saved, void **Jump)
{
    const ULONG *Pushed = Saved;
    const ULONG Register[] = {
        Pushed[5], Pushed[6], Pushed[4], Pushed[3], (ULONG_PTR)(Pushed + 8), Pushed[7]};
    memcpy(Jump, Register, sizeof(Register));
}

static BOOLEAN KiHas(const CONTEXT *Context, ULONG Part)
{
    return (Context->ContextFlags & Part) == Part;
}

/* ---- x87 ------------------------------------------------------------------------------------- */

static ULONG KiTagOf(const UCHAR *Number)
{
    ULONG64 Mantissa;
    USHORT Top;
    memcpy(&Mantissa, Number, sizeof(Mantissa));
    memcpy(&Top, Number + sizeof(Mantissa), sizeof(Top));
    const ULONG Exponent = Top & KI_X87_EXPONENT;
    if (Exponent == 0 && Mantissa == 0)
        return KI_X87_ZERO;
    return Exponent == 0 || Exponent == KI_X87_EXPONENT || Mantissa >> 63 == 0 ? KI_X87_SPECIAL
                                                                               : KI_X87_VALID;
}

/* Tags are by register, numbers by place on the stack. */
static void KiToFloatSave(const UCHAR *Floating, FLOATING_SAVE_AREA *Save)
{
    USHORT Control, Status;
    ULONG Tags = 0;
    memcpy(&Control, Floating + KI_FX_CONTROL, sizeof(Control));
    memcpy(&Status, Floating + KI_FX_STATUS, sizeof(Status));
    const ULONG Top = (Status >> 11) & 7;
    for (ULONG i = 0; i < KI_X87_REGISTERS; i++) {
        const UCHAR *Number = Floating + KI_FX_REGISTERS +
                              ((i - Top) & (KI_X87_REGISTERS - 1)) * KI_FX_STRIDE;
        const BOOLEAN Used = (Floating[KI_FX_TAGS] >> i) & 1;
        Tags |= (Used ? KiTagOf(Number) : (ULONG)KI_X87_EMPTY) << (2 * i);
    }
    for (ULONG i = 0; i < KI_X87_REGISTERS; i++)
        memcpy(Save->RegisterArea + i * KI_X87_BYTES, Floating + KI_FX_REGISTERS + i * KI_FX_STRIDE,
            KI_X87_BYTES);
    Save->ControlWord = KI_X87_UNUSED | Control;
    Save->StatusWord = KI_X87_UNUSED | Status;
    Save->TagWord = KI_X87_UNUSED | Tags;
    memcpy(&Save->ErrorOffset, Floating + KI_FX_ERROR_OFFSET, sizeof(ULONG));
    memcpy(&Save->ErrorSelector, Floating + KI_FX_ERROR_SELECTOR, sizeof(ULONG));
    memcpy(&Save->DataOffset, Floating + KI_FX_DATA_OFFSET, sizeof(ULONG));
    memcpy(&Save->DataSelector, Floating + KI_FX_DATA_SELECTOR, sizeof(ULONG));
}

static void KiFromFloatSave(const FLOATING_SAVE_AREA *Save, UCHAR *Floating)
{
    const USHORT Control = (USHORT)Save->ControlWord, Status = (USHORT)Save->StatusWord;
    UCHAR Used = 0;
    for (ULONG i = 0; i < KI_X87_REGISTERS; i++) {
        if (((Save->TagWord >> (2 * i)) & 3) != KI_X87_EMPTY)
            Used |= (UCHAR)(1u << i);
        memcpy(Floating + KI_FX_REGISTERS + i * KI_FX_STRIDE, Save->RegisterArea + i * KI_X87_BYTES,
            KI_X87_BYTES);
    }
    memcpy(Floating + KI_FX_CONTROL, &Control, sizeof(Control));
    memcpy(Floating + KI_FX_STATUS, &Status, sizeof(Status));
    Floating[KI_FX_TAGS] = Used;
    memcpy(Floating + KI_FX_ERROR_OFFSET, &Save->ErrorOffset, sizeof(ULONG));
    memcpy(Floating + KI_FX_DATA_OFFSET, &Save->DataOffset, sizeof(ULONG));
}

/* ---- both ways ------------------------------------------------------------------------------- */

void KeUserToContext(const KE_USER_CONTEXT *User, CONTEXT *Context)
{
    const ULONG64 *Register = User->Register;
    if (KiHas(Context, CONTEXT_CONTROL)) {
        Context->Ebp = (ULONG)Register[KE_USER_BP];
        Context->Eip = (ULONG)Register[KE_USER_PC];
        Context->Esp = (ULONG)Register[KE_USER_SP];
        Context->EFlags = User->Flags;
        Context->SegCs = KI_USER_CODE;
        Context->SegSs = KI_USER_DATA;
    }
    if (KiHas(Context, CONTEXT_INTEGER)) {
        Context->Eax = (ULONG)Register[KE_USER_AX];
        Context->Ecx = (ULONG)Register[KE_USER_CX];
        Context->Edx = (ULONG)Register[KE_USER_DX];
        Context->Ebx = (ULONG)Register[KE_USER_BX];
        Context->Esi = (ULONG)Register[KE_USER_SI];
        Context->Edi = (ULONG)Register[KE_USER_DI];
    }
    if (KiHas(Context, CONTEXT_SEGMENTS)) {
        Context->SegDs = Context->SegEs = KI_USER_DATA;
        Context->SegFs = KI_USER_TEB;
        Context->SegGs = 0;
    }
    if (KiHas(Context, CONTEXT_FLOATING_POINT))
        KiToFloatSave(User->Floating, &Context->FloatSave);
    if (KiHas(Context, CONTEXT_EXTENDED_REGISTERS))
        memcpy(Context->ExtendedRegisters, User->Floating, sizeof(Context->ExtendedRegisters));
    if (KiHas(Context, CONTEXT_DEBUG_REGISTERS))
        Context->Dr0 = Context->Dr1 = Context->Dr2 = Context->Dr3 = Context->Dr6 = Context->Dr7 = 0;
}

void KeContextToUser(const CONTEXT *Context, KE_USER_CONTEXT *User)
{
    ULONG64 *Register = User->Register;
    if (KiHas(Context, CONTEXT_CONTROL)) {
        Register[KE_USER_BP] = Context->Ebp;
        Register[KE_USER_PC] = Context->Eip;
        Register[KE_USER_SP] = Context->Esp;
        User->Flags = (Context->EFlags & KI_USER_FLAGS) | KI_USER_FLAGS_ALWAYS;
    }
    if (KiHas(Context, CONTEXT_INTEGER)) {
        Register[KE_USER_AX] = Context->Eax;
        Register[KE_USER_CX] = Context->Ecx;
        Register[KE_USER_DX] = Context->Edx;
        Register[KE_USER_BX] = Context->Ebx;
        Register[KE_USER_SI] = Context->Esi;
        Register[KE_USER_DI] = Context->Edi;
    }
    if (KiHas(Context, CONTEXT_EXTENDED_REGISTERS)) {
        memcpy(User->Floating, Context->ExtendedRegisters, sizeof(User->Floating));
        KiCheckFloating(User->Floating);
    } else if (KiHas(Context, CONTEXT_FLOATING_POINT)) {
        KiFromFloatSave(&Context->FloatSave, User->Floating);
    }
}

void KeGoOnAt(CONTEXT *Context, NTSTATUS Result)
{
    Context->Eax = (ULONG)Result;
    KiRestoreContext(Context);
}
