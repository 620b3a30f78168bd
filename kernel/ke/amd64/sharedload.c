/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Loads from the shared user data page, whose fixed address no Linux process can map. The plain ones (mov,
 * cmp, test, add …) are carried out here. For any other the register that holds the address is made to point
 * at a copy of the page for the length of one single step. Runs on the signal stack.
 */
#include "ke/decode.h"

#define EFLAGS_TRAP       0x100u
#define KI_STEP_FLAGS     (EFLAGS_TRAP | KI_EFLAGS_ALIGNMENT)
#define EFLAGS_ARITHMETIC 0x8D5u /* OF SF ZF AF PF CF */

static ULONG64 KiLoadShared(ULONG_PTR Address, ULONG SizeBytes)
{
    ULONG64 Value = 0;
    KeReadSharedData(Address & (PAGE_SIZE - 1), &Value, SizeBytes);
    return Value;
}

/* Skips the memory operand of a ModRM byte at At (SIB, displacement). */
static const UCHAR *KiSkipOperand(const UCHAR *At)
{
    UCHAR ModRm = *At++;
    UCHAR Mode = ModRm >> 6;
    if ((ModRm & 7) == 4) {
        UCHAR Sib = *At++;
        if (Mode == 0 && (Sib & 7) == 5)
            At += 4;
    } else if (Mode == 0 && (ModRm & 7) == 5) {
        At += 4;
    }
    return At + (Mode == 1 ? 1 : Mode == 2 ? 4 : 0);
}

static ULONG64 KiTruncate(ULONG64 Value, ULONG SizeBytes)
{
    return SizeBytes == 8 ? Value : Value & (((ULONG64)1 << SizeBytes * 8) - 1);
}

static ULONG64 KiSignExtend(ULONG64 Value, ULONG SizeBytes)
{
    ULONG Shift = 64 - SizeBytes * 8;
    return (ULONG64)((LONG64)(Value << Shift) >> Shift);
}

/* ---- arithmetic with a loaded value ---------------------------------------------------------- */

/* As opcodes number them. */
enum KI_OPERATION { KI_ADD, KI_OR, KI_ADC, KI_SBB, KI_AND, KI_SUB, KI_XOR, KI_CMP };

/* Result of Left op Right and the flags it leaves. FALSE: carries are not done here. */
static BOOLEAN KiCompute(CONTEXT *Context, enum KI_OPERATION Operation, ULONG64 Left, ULONG64 Right,
    ULONG SizeBytes, ULONG64 *Result)
{
    ULONG64 Sign = (ULONG64)1 << (SizeBytes * 8 - 1);
    ULONG Flags = Context->EFlags & ~EFLAGS_ARITHMETIC;
    switch (Operation) {
    case KI_ADD:
        *Result = KiTruncate(Left + Right, SizeBytes);
        Flags |= *Result < Left ? 1u : 0u;
        Flags |= ~(Left ^ Right) & (Left ^ *Result) & Sign ? 0x800u : 0u;
        Flags |= (Left ^ Right ^ *Result) & 0x10 ? 0x10u : 0u;
        break;
    case KI_SUB:
    case KI_CMP:
        *Result = KiTruncate(Left - Right, SizeBytes);
        Flags |= Left < Right ? 1u : 0u;
        Flags |= (Left ^ Right) & (Left ^ *Result) & Sign ? 0x800u : 0u;
        Flags |= (Left ^ Right ^ *Result) & 0x10 ? 0x10u : 0u;
        break;
    case KI_OR: *Result = Left | Right; break;
    case KI_AND: *Result = Left & Right; break;
    case KI_XOR: *Result = Left ^ Right; break;
    default: return FALSE;
    }
    Flags |= *Result == 0 ? 0x40u : 0u;
    Flags |= *Result & Sign ? 0x80u : 0u;
    Flags |= __builtin_parity((unsigned)*Result & 0xFF) ? 0u : 4u;
    Context->EFlags = Flags;
    return TRUE;
}

/* op reg, mem; cmp and test of memory with a register. */
static BOOLEAN KiComputeRegister(
    CONTEXT *Context, const KI_INSTRUCTION *Instruction, UCHAR Opcode, ULONG_PTR Address, ULONG Size)
{
    ULONG Bytes = Opcode & 1 ? Size : 1;
    ULONG Register = KiModRmRegister(Instruction, *Instruction->At);
    if (Bytes == 1 && Instruction->Rex == 0 && Register >= 4)
        return FALSE; /* ah … bh */
    BOOLEAN Test = Opcode >= 0x84;
    enum KI_OPERATION Operation = Test ? KI_AND : (enum KI_OPERATION)(Opcode >> 3);
    ULONG64 Memory = KiLoadShared(Address, Bytes);
    ULONG64 Other = KiTruncate(*KiRegister(Context, Register), Bytes);
    ULONG64 Result;
    BOOLEAN RegisterFirst = (Opcode & 2) != 0;
    if (!KiCompute(Context, Operation, RegisterFirst ? Other : Memory, RegisterFirst ? Memory : Other, Bytes,
            &Result))
        return FALSE;
    if (!Test && Operation != KI_CMP)
        KiStoreRegister(Context, Register, Bytes, Result);
    Context->Rip = (ULONG64)KiSkipOperand(Instruction->At);
    return TRUE;
}

/* cmp and test of memory with an immediate. */
static BOOLEAN KiCompareImmediate(
    CONTEXT *Context, const KI_INSTRUCTION *Instruction, UCHAR Opcode, ULONG_PTR Address, ULONG Size)
{
    const UCHAR *After = KiSkipOperand(Instruction->At);
    ULONG Bytes = Opcode & 1 ? Size : 1;
    ULONG ImmediateBytes = Opcode == 0x81 || Opcode == 0xF7 ? (Bytes == 8 ? 4 : Bytes) : 1;
    BOOLEAN Test = Opcode >= 0xF6;
    LONG Immediate32 = 0;
    ULONG64 Result;
    if ((*Instruction->At >> 3 & 7) != (Test ? 0 : 7))
        return FALSE;
    memcpy(&Immediate32, After, ImmediateBytes);
    ULONG64 Immediate = KiTruncate(KiSignExtend((ULONG64)(ULONG)Immediate32, ImmediateBytes), Bytes);
    KiCompute(Context, Test ? KI_AND : KI_CMP, KiLoadShared(Address, Bytes), Immediate, Bytes, &Result);
    Context->Rip = (ULONG64)(After + ImmediateBytes);
    return TRUE;
}

/* ---- moves ----------------------------------------------------------------------------------- */

static BOOLEAN KiMove(CONTEXT *Context, const KI_INSTRUCTION *Instruction, ULONG_PTR Address, ULONG Load,
    ULONG Size, BOOLEAN Signed)
{
    ULONG Register = KiModRmRegister(Instruction, *Instruction->At);
    if (Size == 1 && Instruction->Rex == 0 && Register >= 4)
        return FALSE; /* ah … bh */
    ULONG64 Value = KiLoadShared(Address, Load);
    KiStoreRegister(Context, Register, Size, Signed ? KiSignExtend(Value, Load) : Value);
    Context->Rip = (ULONG64)KiSkipOperand(Instruction->At);
    return TRUE;
}

static BOOLEAN KiCarryOut(CONTEXT *Context, ULONG_PTR Address)
{
    KI_INSTRUCTION Instruction;
    KiDecodePrefixes(Context, &Instruction);
    UCHAR Opcode = *Instruction.At++;
    ULONG Size = Instruction.Rex & 8 ? 8 : Instruction.OperandSize16 ? 2 : 4;
    if (Instruction.Repeat)
        return FALSE;
    switch (Opcode) {
    case 0x0F:
        Opcode = *Instruction.At++;
        if (Opcode != 0xB6 && Opcode != 0xB7 && Opcode != 0xBE && Opcode != 0xBF)
            return FALSE;
        return KiMove(Context, &Instruction, Address, Opcode & 1 ? 2 : 1, Size, Opcode >= 0xBE);
    case 0x8A: return KiMove(Context, &Instruction, Address, 1, 1, FALSE);
    case 0x8B: return KiMove(Context, &Instruction, Address, Size, Size, FALSE);
    case 0x63: return KiMove(Context, &Instruction, Address, 4, Size, TRUE);
    case 0xA0: /* mov al/eax/rax, [absolute] */
    case 0xA1: {
        ULONG Bytes = Opcode & 1 ? Size : 1;
        KiStoreRegister(Context, 0, Bytes, KiLoadShared(Address, Bytes));
        Context->Rip = (ULONG64)(Instruction.At + 8);
        return TRUE;
    }
    case 0x38:
    case 0x39:
    case 0x84:
    case 0x85: return KiComputeRegister(Context, &Instruction, Opcode, Address, Size);
    case 0x80:
    case 0x81:
    case 0x83:
    case 0xF6:
    case 0xF7: return KiCompareImmediate(Context, &Instruction, Opcode, Address, Size);
    default:
        return Opcode < 0x40 && (Opcode & 6) == 2 &&
               KiComputeRegister(Context, &Instruction, Opcode, Address, Size);
    }
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
    /* The instruction may have advanced the register; what it has loaded into it is nothing near. */
    ULONG64 *Register = KiRegister(Context, Step->Register);
    if (*Register - Step->Value + PAGE_SIZE < 2 * PAGE_SIZE)
        *Register -= Step->Moved;
    Context->EFlags = (Context->EFlags & ~KI_STEP_FLAGS) | Step->Flags;
    return TRUE;
}

BOOLEAN KiEmulateSharedDataLoad(CONTEXT *Context, ULONG_PTR Address)
{
    return KiCarryOut(Context, Address) || KiBeginStep(Context);
}
