/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Instructions whose memory operand no memory answers for, carried out with a routine that does:
 * what compilers make of reads, writes and changes of a volatile, copying and filling. Each operand
 * is read once and written once, as wide as the instruction says. Refuses what is not known, before
 * anything is read. Runs on the signal stack.
 */
#include "ke/carry.h"
#include "ke/operand.h"

#define EFLAGS_CARRY      0x001u
#define EFLAGS_PARITY     0x004u
#define EFLAGS_ADJUST     0x010u
#define EFLAGS_ZERO       0x040u
#define EFLAGS_SIGN       0x080u
#define EFLAGS_DIRECTION  0x400u
#define EFLAGS_OVERFLOW   0x800u
#define EFLAGS_ARITHMETIC 0x8D5u
#define KI_VECTOR         16u

/* As opcodes number them. */
enum KI_OPERATION { KI_ADD, KI_OR, KI_ADC, KI_SBB, KI_AND, KI_SUB, KI_XOR, KI_CMP };

typedef struct KI_CARRY {
    CONTEXT *Context;
    KI_MEMORY Memory;
    KI_INSTRUCTION Instruction; /* At: the ModRM byte, where there is one */
    ULONG Word;                 /* operand size by prefixes: 2, 4, 8 */
    ULONG_PTR Address;          /* of the operand */
} KI_CARRY;

/* ---- operands -------------------------------------------------------------------------------- */

static ULONG64 KiTruncate(ULONG64 Value, ULONG Bytes)
{
    return Bytes == 8 ? Value : Value & (((ULONG64)1 << Bytes * 8) - 1);
}

static ULONG64 KiSignExtend(ULONG64 Value, ULONG Bytes)
{
    ULONG Shift = 64 - Bytes * 8;
    return (ULONG64)((LONG64)(Value << Shift) >> Shift);
}

static BOOLEAN KiLoad(const KI_CARRY *Carry, ULONG Bytes, ULONG64 *Value)
{
    *Value = 0;
    return Carry->Memory(Carry->Address, Bytes, FALSE, Value);
}

static BOOLEAN KiStore(const KI_CARRY *Carry, ULONG Bytes, ULONG64 Value)
{
    return Carry->Memory(Carry->Address, Bytes, TRUE, &Value);
}

/* ah, ch, dh and bh: the second byte of the first four registers. */
static BOOLEAN KiIsHighByte(const KI_CARRY *Carry, ULONG Register, ULONG Bytes)
{
    return Bytes == 1 && Carry->Instruction.Rex == 0 && Register >= 4;
}

static ULONG64 KiGet(const KI_CARRY *Carry, ULONG Register, ULONG Bytes)
{
    if (KiIsHighByte(Carry, Register, Bytes))
        return *KiRegister(Carry->Context, Register & 3) >> 8 & 0xFF;
    return KiTruncate(*KiRegister(Carry->Context, Register), Bytes);
}

static void KiPut(const KI_CARRY *Carry, ULONG Register, ULONG Bytes, ULONG64 Value)
{
    if (KiIsHighByte(Carry, Register, Bytes))
        memcpy((UCHAR *)KiRegister(Carry->Context, Register & 3) + 1, &Value, 1);
    else
        KiStoreRegister(Carry->Context, Register, Bytes, Value);
}

static ULONG KiRegisterNumber(const KI_CARRY *Carry)
{
    return KiModRmRegister(&Carry->Instruction, *Carry->Instruction.At);
}

static UCHAR *KiVectorRegister(CONTEXT *Context, ULONG Number)
{
#if defined(__x86_64__)
    return (UCHAR *)&Context->FltSave.XmmRegisters[Number];
#else
    return &Context->ExtendedRegisters[160 + Number * KI_VECTOR]; /* as fxsave lays it out */
#endif
}

static BOOLEAN KiDone(const KI_CARRY *Carry, ULONG ImmediateBytes)
{
    KI_PC(Carry->Context) = (ULONG_PTR)KiSkipOperand(Carry->Instruction.At) + ImmediateBytes;
    return TRUE;
}

static ULONG64 KiImmediate(const KI_CARRY *Carry, ULONG Bytes)
{
    ULONG64 Value = 0;
    memcpy(&Value, KiSkipOperand(Carry->Instruction.At), Bytes);
    return KiSignExtend(Value, Bytes);
}

static ULONG KiImmediateBytes(ULONG Bytes)
{
    return Bytes == 8 ? 4 : Bytes;
}

/* ---- arithmetic ------------------------------------------------------------------------------ */

static void KiSetFlags(CONTEXT *Context, ULONG Flags, ULONG64 Result, ULONG Bytes)
{
    Flags |= Result == 0 ? EFLAGS_ZERO : 0;
    Flags |= Result >> (Bytes * 8 - 1) & 1 ? EFLAGS_SIGN : 0;
    Flags |= __builtin_parity((unsigned)Result & 0xFF) ? 0 : EFLAGS_PARITY;
    Context->EFlags = (Context->EFlags & ~EFLAGS_ARITHMETIC) | Flags;
}

static ULONG64 KiCompute(
    CONTEXT *Context, enum KI_OPERATION Operation, ULONG64 Left, ULONG64 Right, ULONG Bytes)
{
    const ULONG64 Sign = (ULONG64)1 << (Bytes * 8 - 1);
    const ULONG Carry = Operation == KI_ADC || Operation == KI_SBB ? Context->EFlags & EFLAGS_CARRY
                                                                   : 0;
    ULONG64 Result;
    ULONG Flags = 0;
    switch (Operation) {
    case KI_ADD:
    case KI_ADC:
        Result = KiTruncate(Left + Right + Carry, Bytes);
        Flags |= Result < Left || (Carry != 0 && Result == Left) ? EFLAGS_CARRY : 0;
        Flags |= ~(Left ^ Right) & (Left ^ Result) & Sign ? EFLAGS_OVERFLOW : 0;
        Flags |= (Left ^ Right ^ Result) & EFLAGS_ADJUST;
        break;
    case KI_SUB:
    case KI_SBB:
    case KI_CMP:
        Result = KiTruncate(Left - Right - Carry, Bytes);
        Flags |= Left < Right || (Carry != 0 && Left == Right) ? EFLAGS_CARRY : 0;
        Flags |= (Left ^ Right) & (Left ^ Result) & Sign ? EFLAGS_OVERFLOW : 0;
        Flags |= (Left ^ Right ^ Result) & EFLAGS_ADJUST;
        break;
    case KI_OR: Result = Left | Right; break;
    case KI_AND: Result = Left & Right; break;
    default: Result = Left ^ Right; break;
    }
    KiSetFlags(Context, Flags, Result, Bytes);
    return Result;
}

/* Memory is the left operand, and the result's place but for comparisons. */
static BOOLEAN KiChange(const KI_CARRY *Carry, enum KI_OPERATION Operation, ULONG64 Right,
    ULONG Bytes, ULONG ImmediateBytes)
{
    const ULONG Before = Carry->Context->EFlags;
    ULONG64 Left;
    if (!KiLoad(Carry, Bytes, &Left))
        return FALSE;
    ULONG64 Result = KiCompute(Carry->Context, Operation, Left, KiTruncate(Right, Bytes), Bytes);
    if (Operation != KI_CMP && !KiStore(Carry, Bytes, Result)) {
        Carry->Context->EFlags = Before;
        return FALSE;
    }
    return KiDone(Carry, ImmediateBytes);
}

/* op r, m */
static BOOLEAN KiCombine(const KI_CARRY *Carry, enum KI_OPERATION Operation, ULONG Bytes)
{
    const ULONG Register = KiRegisterNumber(Carry);
    ULONG64 Right;
    if (!KiLoad(Carry, Bytes, &Right))
        return FALSE;
    ULONG64 Result = KiCompute(
        Carry->Context, Operation, KiGet(Carry, Register, Bytes), Right, Bytes);
    if (Operation != KI_CMP)
        KiPut(Carry, Register, Bytes, Result);
    return KiDone(Carry, 0);
}

static BOOLEAN KiTest(const KI_CARRY *Carry, ULONG64 Right, ULONG Bytes, ULONG ImmediateBytes)
{
    ULONG64 Left;
    if (!KiLoad(Carry, Bytes, &Left))
        return FALSE;
    KiSetFlags(Carry->Context, 0, KiTruncate(Left & Right, Bytes), Bytes);
    return KiDone(Carry, ImmediateBytes);
}

/* test m, immediate; not, neg */
static BOOLEAN KiUnary(const KI_CARRY *Carry, ULONG Bytes)
{
    ULONG64 Value;
    switch (*Carry->Instruction.At >> 3 & 7) {
    case 0:
    case 1:
        return KiTest(
            Carry, KiImmediate(Carry, KiImmediateBytes(Bytes)), Bytes, KiImmediateBytes(Bytes));
    case 2:
        return KiLoad(Carry, Bytes, &Value) && KiStore(Carry, Bytes, KiTruncate(~Value, Bytes)) &&
            KiDone(Carry, 0);
    case 3:
        if (!KiLoad(Carry, Bytes, &Value) || !KiStore(Carry, Bytes, KiTruncate(0 - Value, Bytes)))
            return FALSE;
        KiCompute(Carry->Context, KI_SUB, 0, Value, Bytes);
        return KiDone(Carry, 0);
    default: return FALSE;
    }
}

static BOOLEAN KiPush(const KI_CARRY *Carry)
{
    const ULONG_PTR Stack = KI_SP(Carry->Context) - sizeof(ULONG_PTR);
    ULONG64 Value;
    if (!host_mem_accessible((void *)Stack, true) || !KiLoad(Carry, sizeof(ULONG_PTR), &Value))
        return FALSE;
    *(ULONG_PTR *)Stack = (ULONG_PTR)Value;
    KI_SP(Carry->Context) = Stack;
    return KiDone(Carry, 0);
}

/* inc, dec, which leave the carry as it is; push */
static BOOLEAN KiIncrement(const KI_CARRY *Carry, ULONG Bytes)
{
    const ULONG Register = *Carry->Instruction.At >> 3 & 7,
                Before = Carry->Context->EFlags & EFLAGS_CARRY;
    if (Register == 6 && Bytes != 1)
        return KiPush(Carry);
    if (Register > 1 || !KiChange(Carry, Register == 0 ? KI_ADD : KI_SUB, 1, Bytes, 0))
        return FALSE;
    Carry->Context->EFlags = (Carry->Context->EFlags & ~EFLAGS_CARRY) | Before;
    return TRUE;
}

/* What jumps, sets and conditional moves ask, by the low four bits of their opcodes. */
static BOOLEAN KiCondition(ULONG Flags, UCHAR Opcode)
{
    const BOOLEAN Less = ((Flags & EFLAGS_SIGN) != 0) != ((Flags & EFLAGS_OVERFLOW) != 0);
    BOOLEAN Met;
    switch (Opcode >> 1 & 7) {
    case 0: Met = (Flags & EFLAGS_OVERFLOW) != 0; break;
    case 1: Met = (Flags & EFLAGS_CARRY) != 0; break;
    case 2: Met = (Flags & EFLAGS_ZERO) != 0; break;
    case 3: Met = (Flags & (EFLAGS_CARRY | EFLAGS_ZERO)) != 0; break;
    case 4: Met = (Flags & EFLAGS_SIGN) != 0; break;
    case 5: Met = (Flags & EFLAGS_PARITY) != 0; break;
    case 6: Met = Less; break;
    default: Met = Less || (Flags & EFLAGS_ZERO); break;
    }
    return Met != (Opcode & 1);
}

/* bt, bts, btr, btc m, immediate */
static BOOLEAN KiBit(const KI_CARRY *Carry)
{
    const ULONG Operation = *Carry->Instruction.At >> 3 & 7;
    ULONG64 Value, Bit = (ULONG64)1 << ((ULONG)KiImmediate(Carry, 1) & (Carry->Word * 8 - 1));
    if (Operation < 4 || !KiLoad(Carry, Carry->Word, &Value))
        return FALSE;
    const ULONG64 Result = Operation == 5 ? Value | Bit
        : Operation == 6                  ? Value & ~Bit
                                          : Value ^ Bit;
    if (Operation != 4 && !KiStore(Carry, Carry->Word, Result))
        return FALSE;
    Carry->Context->EFlags = (Carry->Context->EFlags & ~EFLAGS_CARRY) |
        (Value & Bit ? EFLAGS_CARRY : 0);
    return KiDone(Carry, 1);
}

/* ---- moves ----------------------------------------------------------------------------------- */

static BOOLEAN KiMoveIn(const KI_CARRY *Carry, ULONG Load, ULONG Bytes, BOOLEAN Signed)
{
    ULONG64 Value;
    if (!KiLoad(Carry, Load, &Value))
        return FALSE;
    KiPut(Carry, KiRegisterNumber(Carry), Bytes, Signed ? KiSignExtend(Value, Load) : Value);
    return KiDone(Carry, 0);
}

static BOOLEAN KiMoveOut(const KI_CARRY *Carry, ULONG64 Value, ULONG Bytes, ULONG ImmediateBytes)
{
    return KiStore(Carry, Bytes, KiTruncate(Value, Bytes)) && KiDone(Carry, ImmediateBytes);
}

static BOOLEAN KiExchange(const KI_CARRY *Carry, ULONG Bytes)
{
    const ULONG Register = KiRegisterNumber(Carry);
    ULONG64 Value;
    if (!KiLoad(Carry, Bytes, &Value) || !KiStore(Carry, Bytes, KiGet(Carry, Register, Bytes)))
        return FALSE;
    KiPut(Carry, Register, Bytes, Value);
    return KiDone(Carry, 0);
}

/* mov al…, [absolute] and back */
static BOOLEAN KiMoveAbsolute(KI_CARRY *Carry, ULONG Bytes, BOOLEAN Write)
{
    ULONG64 Value = KiGet(Carry, KI_AX, Bytes);
    if (Write ? !KiStore(Carry, Bytes, Value) : !KiLoad(Carry, Bytes, &Value))
        return FALSE;
    if (!Write)
        KiPut(Carry, KI_AX, Bytes, Value);
    KI_PC(Carry->Context) = (ULONG_PTR)Carry->Instruction.At + sizeof(ULONG_PTR);
    return TRUE;
}

/* What moves between memory and a vector register: how many bytes, and which way. 0: it is no plain
 * move. */
static ULONG KiVectorBytes(const KI_INSTRUCTION *Instruction, UCHAR Opcode, BOOLEAN *Write)
{
    const ULONG Word = Instruction->Rex & 8 ? 8 : 4;
    const UCHAR Repeat = Instruction->Repeat;
    const BOOLEAN Prefix = Instruction->OperandSize16;
    *Write = (Opcode & 1) != 0 && Opcode != 0x6F;
    switch (Opcode) {
    case 0x10: case 0x11: return Repeat == 0xF3 ? 4 : Repeat == 0xF2 ? 8 : KI_VECTOR;
    case 0x12: case 0x13: case 0x16: case 0x17: return Repeat == 0 ? 8 : 0;
    case 0x28: case 0x29: case 0x2B: return KI_VECTOR;
    case 0x6E: return Prefix ? Word : 0;
    case 0x6F: case 0x7F: return Prefix || Repeat == 0xF3 ? KI_VECTOR : 0;
    case 0x7E:
        *Write = Repeat != 0xF3;
        return Repeat == 0xF3 ? 8 : Prefix ? Word : 0;
    case 0xD6: *Write = TRUE; return Prefix ? 8 : 0;
    case 0xE7: return Prefix ? KI_VECTOR : 0;
    default: return 0;
    }
}

static BOOLEAN KiMoveVector(const KI_CARRY *Carry, UCHAR Opcode)
{
    BOOLEAN Write;
    const ULONG Bytes = KiVectorBytes(&Carry->Instruction, Opcode, &Write);
    UCHAR *Register = KiVectorRegister(Carry->Context, KiRegisterNumber(Carry)), Value[KI_VECTOR];
    const BOOLEAN Half = Opcode == 0x12 || Opcode == 0x16, High = Opcode == 0x16 || Opcode == 0x17;
    if (Bytes == 0)
        return FALSE;
    if (Write) {
        memcpy(Value, Register + (High ? 8 : 0), Bytes);
        return Carry->Memory(Carry->Address, Bytes, TRUE, Value) && KiDone(Carry, 0);
    }
    memset(Value, 0, sizeof(Value));
    if (!Carry->Memory(Carry->Address, Bytes, FALSE, Value))
        return FALSE;
    /* what is not loaded of a whole one is zero */
    memcpy(Register + (High ? 8 : 0), Value, Half ? 8 : KI_VECTOR);
    return KiDone(Carry, 0);
}

/* ---- strings --------------------------------------------------------------------------------- */

/* An element, where the routine answers for it or memory does. */
static BOOLEAN KiElement(
    const KI_CARRY *Carry, ULONG_PTR Address, ULONG Bytes, BOOLEAN Write, ULONG64 *Value)
{
    if (Carry->Memory(Address, Bytes, Write, Value))
        return TRUE;
    if (!host_mem_accessible((void *)Address, Write) ||
        !host_mem_accessible((void *)(Address + Bytes - 1), Write))
        return FALSE;
    memcpy(Write ? (void *)Address : (void *)Value,
        Write ? (const void *)Value : (const void *)Address, Bytes);
    return TRUE;
}

/*
 * movs, stos, lods: one element a trap. A repeated one stays on the instruction until rcx is zero,
 * as on a processor that takes an interrupt between elements. Memory that is missing on the other
 * side is refused before the element is read.
 */
static BOOLEAN KiString(const KI_CARRY *Carry, UCHAR Opcode, ULONG Bytes)
{
    CONTEXT *Context = Carry->Context;
    ULONG_PTR *Source = KiRegister(Context, KI_SI), *Target = KiRegister(Context, KI_DI),
              *Count = KiRegister(Context, KI_CX);
    const ULONG_PTR Step = Context->EFlags & EFLAGS_DIRECTION ? (ULONG_PTR)-(LONG_PTR)Bytes : Bytes;
    const BOOLEAN From = Opcode < 0xA8 || Opcode >= 0xAC, To = Opcode < 0xAC;
    ULONG64 Value = *KiRegister(Context, KI_AX);
    if (!Carry->Instruction.Repeat || *Count != 0) {
        if ((From && !KiElement(Carry, *Source, Bytes, FALSE, &Value)) ||
            (To && !KiElement(Carry, *Target, Bytes, TRUE, &Value)))
            return FALSE;
        if (!To)
            KiStoreRegister(Context, KI_AX, Bytes, Value);
        *Source += From ? Step : 0;
        *Target += To ? Step : 0;
        if (Carry->Instruction.Repeat && --*Count != 0)
            return TRUE;
    }
    KI_PC(Context) = (ULONG_PTR)Carry->Instruction.At;
    return TRUE;
}

/* ---- which it is ----------------------------------------------------------------------------- */

static BOOLEAN KiCarryTwoByte(KI_CARRY *Carry)
{
    const UCHAR Opcode = *Carry->Instruction.At++;
    const ULONG Register = KiRegisterNumber(Carry);
    ULONG64 Value;
    if ((Opcode & 0xF0) == 0x90) /* set… */
        return KiMoveOut(Carry, KiCondition(Carry->Context->EFlags, Opcode), 1, 0);
    if ((Opcode & 0xF0) == 0x40) { /* cmov…: memory is read in any case */
        if (!KiLoad(Carry, Carry->Word, &Value))
            return FALSE;
        KiPut(Carry, Register, Carry->Word,
            KiCondition(Carry->Context->EFlags, Opcode) ? Value
                                                        : KiGet(Carry, Register, Carry->Word));
        return KiDone(Carry, 0);
    }
    switch (Opcode) {
    case 0xB6: case 0xBE: return KiMoveIn(Carry, 1, Carry->Word, Opcode == 0xBE);
    case 0xB7: case 0xBF: return KiMoveIn(Carry, 2, Carry->Word, Opcode == 0xBF);
    case 0xBA: return KiBit(Carry);
    /* movnti */
    case 0xC3: return KiMoveOut(Carry, KiGet(Carry, Register, Carry->Word), Carry->Word, 0);
    default: return KiMoveVector(Carry, Opcode);
    }
}

static BOOLEAN KiCarryOneByte(KI_CARRY *Carry, UCHAR Opcode)
{
    const ULONG Bytes = Opcode & 1 ? Carry->Word : 1;
    const ULONG Register = KiRegisterNumber(Carry);
    if (Opcode < 0x40 && (Opcode & 7) <= 1)
        return KiChange(
            Carry, (enum KI_OPERATION)(Opcode >> 3), KiGet(Carry, Register, Bytes), Bytes, 0);
    if (Opcode < 0x40 && (Opcode & 7) <= 3)
        return KiCombine(Carry, (enum KI_OPERATION)(Opcode >> 3), Bytes);
    switch (Opcode) {
    case 0x63: return sizeof(ULONG_PTR) == 8 && KiMoveIn(Carry, 4, Carry->Word, TRUE);
    case 0x80: case 0x81: case 0x83: {
        ULONG Immediate = Opcode == 0x81 ? KiImmediateBytes(Bytes) : 1;
        return KiChange(Carry, (enum KI_OPERATION)(*Carry->Instruction.At >> 3 & 7),
            KiImmediate(Carry, Immediate), Bytes, Immediate);
    }
    case 0x84: case 0x85: return KiTest(Carry, KiGet(Carry, Register, Bytes), Bytes, 0);
    case 0x86: case 0x87: return KiExchange(Carry, Bytes);
    case 0x88: case 0x89: return KiMoveOut(Carry, KiGet(Carry, Register, Bytes), Bytes, 0);
    case 0x8A: case 0x8B: return KiMoveIn(Carry, Bytes, Bytes, FALSE);
    case 0xA0: case 0xA1: case 0xA2: case 0xA3: return KiMoveAbsolute(Carry, Bytes, Opcode >= 0xA2);
    case 0xA4:
    case 0xA5:
    case 0xAA:
    case 0xAB:
    case 0xAC:
    case 0xAD: return KiString(Carry, Opcode, Bytes);
    case 0xC6:
    case 0xC7:
        return KiMoveOut(
            Carry, KiImmediate(Carry, KiImmediateBytes(Bytes)), Bytes, KiImmediateBytes(Bytes));
    case 0xF6: case 0xF7: return KiUnary(Carry, Bytes);
    case 0xFE: case 0xFF: return KiIncrement(Carry, Bytes);
    default: return FALSE;
    }
}

BOOLEAN KiCarryOut(CONTEXT *Context, KI_MEMORY Memory)
{
    KI_CARRY Carry = {.Context = Context, .Memory = Memory};
    KI_OPERAND Operand;
    KiDecodePrefixes(Context, &Carry.Instruction);
    const UCHAR Opcode = *Carry.Instruction.At++;
    if (!KiMemoryOperand(Context, &Operand))
        return FALSE;
    Carry.Address = Operand.Address;
    Carry.Word = Carry.Instruction.Rex & 8 ? 8 : Carry.Instruction.OperandSize16 ? 2 : 4;
    return Opcode == 0x0F ? KiCarryTwoByte(&Carry) : KiCarryOneByte(&Carry, Opcode);
}
