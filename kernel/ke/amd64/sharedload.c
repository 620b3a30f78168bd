/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Loads from the shared user data page, whose fixed address no Linux process can map. The usual
 * ones are carried out (carry.c). For any other the register that holds the address is made to
 * point at a copy of the page for the length of one single step. Runs on the signal stack.
 */
#include "ke/carry.h"

#define EFLAGS_TRAP   0x100u
#define KI_STEP_FLAGS (EFLAGS_TRAP | KI_EFLAGS_ALIGNMENT)

static BOOLEAN KiSharedMemory(ULONG_PTR Address, ULONG SizeBytes, BOOLEAN Write, void *Value)
{
    const ULONG_PTR Offset = Address - SHARED_USER_DATA_KERNEL_ADDRESS;
    if (Write || Offset > PAGE_SIZE - SizeBytes)
        return FALSE;
    KeReadSharedData(Offset, Value, SizeBytes);
    return TRUE;
}

/* ---- any other instruction: one step over a copy --------------------------------------------- */

#define REX_X 2u
#define REX_B 1u

/* Where the ModRM byte is, and the bits (as in REX) that extend the registers of its address. */
static const UCHAR *KiFindModRm(const KI_INSTRUCTION *Instruction, ULONG *Extension)
{
    const UCHAR *At = Instruction->At;
    *Extension = Instruction->Rex;
    switch (*At) {
    case 0xC5: /* VEX in two bytes */
        *Extension = 0;
        return At + 3;
    case 0xC4: /* VEX in three bytes, EVEX: the bits are stored inverted */
    case 0x62:
        *Extension = (ULONG)(UCHAR)~At[1] >> 5;
        return *At == 0xC4 ? At + 4 : At + 5;
    case 0x0F: return At[1] == 0x38 || At[1] == 0x3A ? At + 3 : At + 2;
    default: return At + 1;
    }
}

/* The number of the register the address comes from; -1: none can be told. */
static LONG KiAddressRegister(const CONTEXT *Context)
{
    KI_INSTRUCTION Instruction;
    ULONG Extension;
    KiDecodePrefixes(Context, &Instruction);
    UCHAR Opcode = *Instruction.At;
    if (Opcode == 0xA4 || Opcode == 0xA5 || Opcode == 0xAC || Opcode == 0xAD)
        return 6; /* movs, lods: rsi */
    if (Opcode == 0xAE || Opcode == 0xAF)
        return 7; /* scas: rdi */
    const UCHAR *ModRm = KiFindModRm(&Instruction, &Extension);
    UCHAR Mode = *ModRm >> 6, Base = *ModRm & 7;
    if (Mode == 3 || (Mode == 0 && Base == 5))
        return -1;
    if (Base != 4)
        return (LONG)(Base | (Extension & REX_B) << 3);
    UCHAR Sib = ModRm[1];
    if (Mode != 0 || (Sib & 7) != 5)
        return (LONG)((Sib & 7u) | (Extension & REX_B) << 3);
    return Sib >> 6 == 0 ? (LONG)((Sib >> 3 & 7u) | (Extension & REX_X) << 2) : -1;
}

static BOOLEAN KiBeginStep(CONTEXT *Context)
{
    KI_STEP *Step = &KeGetPcr()->Step;
    LONG Register = KiAddressRegister(Context);
    if (Register < 0)
        return FALSE;
    KeReadSharedData(0, Step->Page, sizeof(Step->Page));
    Step->Register = (ULONG)Register;
    Step->Moved = (ULONG64)Step->Page - SHARED_USER_DATA_KERNEL_ADDRESS;
    Step->Flags = Context->EFlags & KI_STEP_FLAGS;
    Step->Active = TRUE;
    Step->Value = *KiRegister(Context, Step->Register) += Step->Moved;
    Context->EFlags = (Context->EFlags & ~KI_STEP_FLAGS) | EFLAGS_TRAP;
    return TRUE;
}

BOOLEAN KiEndStep(CONTEXT *Context)
{
    KI_STEP *Step = &KeGetPcr()->Step;
    if (!Step->Active)
        return FALSE;
    Step->Active = FALSE;
    /* The instruction may have advanced the register; what it has loaded into it is nothing
     * near. */
    ULONG64 *Register = KiRegister(Context, Step->Register);
    if (*Register - Step->Value + PAGE_SIZE < 2 * PAGE_SIZE)
        *Register -= Step->Moved;
    Context->EFlags = (Context->EFlags & ~KI_STEP_FLAGS) | Step->Flags;
    return TRUE;
}

BOOLEAN KiEmulateSharedDataLoad(CONTEXT *Context, ULONG_PTR Address)
{
    (void)Address;
    return KiCarryOut(Context, KiSharedMemory) || KiBeginStep(Context);
}
