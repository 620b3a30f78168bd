/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Where in memory an instruction reads or writes, and how many bytes: for faults of which the
 * processor tells neither, as misaligned accesses. Knows what compilers make of C, vectors
 * included; nothing of EVEX and of 16-bit addresses.
 */
#include "ke/decode.h"
#include "ke/operand.h"

#define KI_SP_REGISTER 4
#define KI_BP_REGISTER 5

/* An instruction being looked at: the bytes of an operand are decided first, then where it is. */
typedef struct KI_ACCESS {
    KI_INSTRUCTION Instruction; /* At: the ModRM byte, once the opcode is read */
    ULONG Word;                 /* operand size by prefixes: 2, 4, 8 */
    UCHAR Vex;                  /* 0: none; else the size of its vectors */
    UCHAR ImmediateBytes;       /* behind the operand: counts in addresses relative to the next
                                   instruction */
} KI_ACCESS;

static const ULONG KiPointer = sizeof(ULONG_PTR);

/* ---- where ----------------------------------------------------------------------------------- */

static ULONG_PTR KiSegmentBase(const KI_INSTRUCTION *Instruction)
{
#if defined(__x86_64__)
    return Instruction->Segment == KI_PREFIX_GS ? (ULONG_PTR)KeGetPcr() : 0;
#else
    return Instruction->Segment == KI_PREFIX_FS ? (ULONG_PTR)KeGetPcr() : 0;
#endif
}

static ULONG_PTR KiValue(const CONTEXT *Context, ULONG Number)
{
    CONTEXT *Registers = (CONTEXT *)(ULONG_PTR)Context;
    return *KiRegister(Registers, Number);
}

static LONG KiDisplacement(const UCHAR *At, ULONG Bytes)
{
    LONG Value = 0;
    if (Bytes == 1)
        return (signed char)*At;
    memcpy(&Value, At, Bytes);
    return Value;
}

/* FALSE: the operand is a register. */
static BOOLEAN KiModRmAddress(const CONTEXT *Context, const KI_ACCESS *Access, KI_OPERAND *Operand)
{
    const UCHAR *At = Access->Instruction.At;
    UCHAR ModRm = *At++, Mode = ModRm >> 6, Base = ModRm & 7;
    ULONG Extension = Access->Instruction.Rex;
    ULONG DisplacementBytes = Mode == 1 ? 1 : Mode == 2 ? 4 : 0;
    ULONG_PTR Place = 0;
    LONG BaseRegister = -1, IndexRegister = -1;

    if (Mode == 3)
        return FALSE;
    if (Base == 4) {
        UCHAR Sib = *At++;
        ULONG Index = (Sib >> 3 & 7u) | (Extension & 2) << 2;
        if (Index != KI_SP_REGISTER)
            IndexRegister = (LONG)Index;
        if ((Sib & 7) == 5 && Mode == 0)
            DisplacementBytes = 4;
        else
            BaseRegister = (LONG)((Sib & 7u) | (Extension & 1) << 3);
        Place = IndexRegister >= 0 ? KiValue(Context, Index) << (Sib >> 6) : 0;
    } else if (Base == 5 && Mode == 0) {
        DisplacementBytes = 4;
#if defined(__x86_64__)
        Place = (ULONG_PTR)At + 4 + Access->ImmediateBytes;
#endif
    } else {
        BaseRegister = (LONG)(Base | (Extension & 1) << 3);
    }
    if (BaseRegister >= 0)
        Place += KiValue(Context, (ULONG)BaseRegister);
    if (DisplacementBytes != 0)
        Place += (ULONG_PTR)(LONG_PTR)KiDisplacement(At, DisplacementBytes);
    Operand->Address = Place + KiSegmentBase(&Access->Instruction);
    Operand->Constant = BaseRegister < 0 && IndexRegister < 0;
    Operand->Frame = (BaseRegister == KI_SP_REGISTER || BaseRegister == KI_BP_REGISTER) &&
        IndexRegister < 0;
    return TRUE;
}

static BOOLEAN KiAtModRm(const CONTEXT *Context, const KI_ACCESS *Access, ULONG SizeBytes,
    BOOLEAN Write, KI_OPERAND *Operand)
{
    *Operand = (KI_OPERAND){.SizeBytes = SizeBytes, .Write = Write};
    return KiModRmAddress(Context, Access, Operand);
}

static BOOLEAN KiAt(ULONG_PTR Address, ULONG SizeBytes, BOOLEAN Write, KI_OPERAND *Operand)
{
    *Operand = (KI_OPERAND){.Address = Address, .SizeBytes = SizeBytes, .Write = Write};
    return TRUE;
}

/* ---- how much: opcodes of one byte ----------------------------------------------------------- */

static BOOLEAN KiPushes(UCHAR Opcode)
{
    return (Opcode & 0xF8) == 0x50 || Opcode == 0x68 || Opcode == 0x6A || Opcode == 0xE8 ||
        Opcode == 0x9C;
}

/* What instructions name without a ModRM byte. */
static BOOLEAN KiImplied(
    const CONTEXT *Context, const KI_ACCESS *Access, UCHAR Opcode, KI_OPERAND *Operand)
{
    ULONG Bytes = Opcode & 1 ? Access->Word : 1;
    ULONG_PTR Source = KiValue(Context, KI_SI), Target = KiValue(Context, KI_DI), Immediate;
    ULONG_PTR Stack = KiValue(Context, KI_SP_REGISTER);

    if (KiPushes(Opcode))
        return KiAt(Stack - KiPointer, KiPointer, TRUE, Operand);
    if ((Opcode & 0xF8) == 0x58 || Opcode == 0xC3 || Opcode == 0xC2 || Opcode == 0x9D)
        return KiAt(Stack, KiPointer, FALSE, Operand);
    switch (Opcode) {
    case 0xA0: case 0xA1: case 0xA2: case 0xA3:
        memcpy(&Immediate, Access->Instruction.At, sizeof(Immediate));
        Operand->Constant = KiAt(
            Immediate + KiSegmentBase(&Access->Instruction), Bytes, Opcode >= 0xA2, Operand);
        return TRUE;
    case 0xA4: case 0xA5: case 0xA6: case 0xA7:
        if (Source % Bytes != 0)
            return KiAt(Source, Bytes, FALSE, Operand);
        return KiAt(Target, Bytes, Opcode <= 0xA5, Operand);
    case 0xAA: case 0xAB: return KiAt(Target, Bytes, TRUE, Operand);
    case 0xAC: case 0xAD: return KiAt(Source, Bytes, FALSE, Operand);
    case 0xAE: case 0xAF: return KiAt(Target, Bytes, FALSE, Operand);
    case 0xC9: return KiAt(KiValue(Context, KI_BP_REGISTER), KiPointer, FALSE, Operand);
    default: return FALSE;
    }
}

/* x87, by the low three bits of the opcode and the register field of ModRM: bytes, 0: no plain
 * number. */
static const UCHAR KiFloatBytes[8][8] = {
    {4, 4, 4, 4, 4, 4, 4, 4},
    {4, 0, 4, 4, 0, 2, 0, 2},
    {4, 4, 4, 4, 4, 4, 4, 4},
    {4, 4, 4, 4, 0, 10, 0, 10},
    {8, 8, 8, 8, 8, 8, 8, 8},
    {8, 8, 8, 8, 0, 0, 0, 2},
    {2, 2, 2, 2, 2, 2, 2, 2},
    {2, 2, 2, 2, 10, 8, 10, 8},
};

static BOOLEAN KiFloat(
    const CONTEXT *Context, const KI_ACCESS *Access, UCHAR Opcode, KI_OPERAND *Operand)
{
    ULONG Register = *Access->Instruction.At >> 3 & 7;
    BOOLEAN Stores = Opcode & 1 ? Register >= 1 && Register != 4 && Register != 5 : FALSE;
    return KiAtModRm(Context, Access, KiFloatBytes[Opcode & 7][Register], Stores, Operand);
}

/* Opcodes with a register field that says what is done: which of the eight write their operand, and
 * how long immediates are. */
static BOOLEAN KiGroup(
    const CONTEXT *Context, KI_ACCESS *Access, UCHAR Opcode, ULONG Bytes, KI_OPERAND *Operand)
{
    ULONG Register = *Access->Instruction.At >> 3 & 7;
    UCHAR Immediate = (UCHAR)(Bytes > 4 ? 4 : Bytes);
    BOOLEAN Write = TRUE;

    switch (Opcode) {
    case 0x80: case 0x81: case 0x83:
        Access->ImmediateBytes = Opcode == 0x81 ? Immediate : 1;
        Write = Register != 7;
        break;
    case 0xC0: case 0xC1: Access->ImmediateBytes = 1; break;
    case 0xC6: case 0xC7: Access->ImmediateBytes = Immediate; break;
    case 0xF6: case 0xF7:
        Access->ImmediateBytes = Register <= 1 ? Immediate : 0;
        Write = Register == 2 || Register == 3;
        break;
    default: /* FE, FF: inc, dec; call, jmp and push of a pointer */
        Write = Register <= 1;
        if (Register >= 2)
            Bytes = KiPointer;
        break;
    }
    return KiAtModRm(Context, Access, Bytes, Write, Operand);
}

static BOOLEAN KiOneByte(
    const CONTEXT *Context, KI_ACCESS *Access, UCHAR Opcode, KI_OPERAND *Operand)
{
    ULONG Bytes = Opcode & 1 ? Access->Word : 1;

    if (Opcode < 0x40 && (Opcode & 7) <= 3)
        return KiAtModRm(Context, Access, Bytes, !(Opcode & 2) && Opcode >> 3 != 7, Operand);
    if (Opcode >= 0xD8 && Opcode <= 0xDF)
        return KiFloat(Context, Access, Opcode, Operand);
    switch (Opcode) {
    case 0x63: return KiAtModRm(Context, Access, 4, FALSE, Operand);
    case 0x69: case 0x6B:
        Access->ImmediateBytes = Opcode == 0x6B ? 1 : (UCHAR)(Access->Word > 4 ? 4 : Access->Word);
        return KiAtModRm(Context, Access, Access->Word, FALSE, Operand);
    case 0x84:
    case 0x85:
    case 0x8A:
    case 0x8B: return KiAtModRm(Context, Access, Bytes, FALSE, Operand);
    case 0x86:
    case 0x87:
    case 0x88:
    case 0x89: return KiAtModRm(Context, Access, Bytes, TRUE, Operand);
    case 0x8C: case 0x8E: return KiAtModRm(Context, Access, 2, Opcode == 0x8C, Operand);
    case 0x8F: return KiAtModRm(Context, Access, KiPointer, TRUE, Operand);
    case 0xD0:
    case 0xD1:
    case 0xD2:
    case 0xD3: return KiAtModRm(Context, Access, Bytes, TRUE, Operand);
    case 0x80:
    case 0x81:
    case 0x83:
    case 0xC0:
    case 0xC1:
    case 0xC6:
    case 0xC7:
    case 0xF6:
    case 0xF7:
    case 0xFE:
    case 0xFF: return KiGroup(Context, Access, Opcode, Bytes, Operand);
    default: return KiImplied(Context, Access, Opcode, Operand);
    }
}

/* ---- how much: opcodes after 0F, and those of VEX -------------------------------------------- */

/* A whole vector, or the one number that the prefix says. */
static ULONG KiVector(const KI_ACCESS *Access)
{
    switch (Access->Instruction.Repeat) {
    case 0xF3: return 4;
    case 0xF2: return 8;
    default: return Access->Vex != 0 ? Access->Vex : 16;
    }
}

/* Integers in vectors: MMX registers have half the size. */
static ULONG KiPacked(const KI_ACCESS *Access)
{
    if (Access->Vex != 0)
        return Access->Vex;
    return Access->Instruction.OperandSize16 || Access->Instruction.Repeat != 0 ? 16 : 8;
}

static BOOLEAN KiMoveVector(
    const CONTEXT *Context, const KI_ACCESS *Access, UCHAR Opcode, KI_OPERAND *Operand)
{
    ULONG Word = Access->Instruction.Rex & 8 ? 8 : 4;
    switch (Opcode) {
    case 0x10:
    case 0x11: return KiAtModRm(Context, Access, KiVector(Access), Opcode == 0x11, Operand);
    case 0x12:
    case 0x13:
    case 0x16:
    case 0x17: return KiAtModRm(Context, Access, 8, Opcode & 1, Operand);
    case 0x28:
    case 0x29:
    case 0x2B: return KiAtModRm(Context, Access, KiVector(Access), Opcode != 0x28, Operand);
    case 0x2A:
        return KiAtModRm(
            Context, Access, Access->Instruction.Repeat != 0 ? Word : 8, FALSE, Operand);
    case 0x2C:
    case 0x2D:
        return KiAtModRm(
            Context, Access, Access->Instruction.Repeat == 0xF3 ? 4 : 8, FALSE, Operand);
    case 0x2E:
    case 0x2F:
        return KiAtModRm(
            Context, Access, Access->Instruction.OperandSize16 ? 8 : 4, FALSE, Operand);
    case 0x6E: return KiAtModRm(Context, Access, Word, FALSE, Operand);
    case 0x7E:
        return Access->Instruction.Repeat == 0xF3 ? KiAtModRm(Context, Access, 8, FALSE, Operand)
                                                  : KiAtModRm(Context, Access, Word, TRUE, Operand);
    case 0x6F:
    case 0x7F:
    case 0xE7: return KiAtModRm(Context, Access, KiPacked(Access), Opcode != 0x6F, Operand);
    case 0xD6: return KiAtModRm(Context, Access, 8, TRUE, Operand);
    default:
        if (Opcode >= 0x51 && Opcode <= 0x5F)
            return KiAtModRm(Context, Access, KiVector(Access), FALSE, Operand);
        return KiAtModRm(Context, Access, KiPacked(Access), FALSE, Operand);
    }
}

/* After 0F, and without a ModRM byte, or with one that names registers alone: system calls and
 * registers, jumps, cpuid, bswap. */
static BOOLEAN KiHasNoMemory(UCHAR Opcode)
{
    return (Opcode >= 0x05 && Opcode <= 0x0B) || (Opcode >= 0x20 && Opcode <= 0x23) ||
        (Opcode >= 0x30 && Opcode <= 0x37) || Opcode == 0x77 || (Opcode & 0xF0) == 0x80 ||
        Opcode == 0xA2 || (Opcode & 0xF8) == 0xC8;
}

static BOOLEAN KiTwoByte(
    const CONTEXT *Context, KI_ACCESS *Access, UCHAR Opcode, KI_OPERAND *Operand)
{
    ULONG Word = Access->Word, Bytes = Opcode & 1 ? Word : 1;
    ULONG Register = *Access->Instruction.At >> 3 & 7;

    if (Access->Vex == 0 && KiHasNoMemory(Opcode))
        return FALSE;
    if (Access->Vex == 0 && (Opcode & 0xF0) == 0x40)
        return KiAtModRm(Context, Access, Word, FALSE, Operand);
    if (Access->Vex == 0 && (Opcode & 0xF0) == 0x90)
        return KiAtModRm(Context, Access, 1, TRUE, Operand);
    switch (Opcode) {
    case 0xA0:
    case 0xA8: return KiAt(KiValue(Context, KI_SP_REGISTER) - KiPointer, KiPointer, TRUE, Operand);
    case 0xA1: case 0xA9: return KiAt(KiValue(Context, KI_SP_REGISTER), KiPointer, FALSE, Operand);
    case 0xA3: return KiAtModRm(Context, Access, Word, FALSE, Operand);
    case 0xBA:
        Access->ImmediateBytes = 1;
        return KiAtModRm(Context, Access, Word, Register != 4, Operand);
    case 0xA4:
    case 0xAC: Access->ImmediateBytes = 1; return KiAtModRm(Context, Access, Word, TRUE, Operand);
    case 0xA5:
    case 0xAB:
    case 0xAD:
    case 0xB3:
    case 0xBB:
    case 0xC3: return KiAtModRm(Context, Access, Word, TRUE, Operand);
    case 0xAF:
    case 0xB8:
    case 0xBC:
    case 0xBD: return KiAtModRm(Context, Access, Word, FALSE, Operand);
    case 0xB0:
    case 0xB1:
    case 0xC0:
    case 0xC1: return KiAtModRm(Context, Access, Bytes, TRUE, Operand);
    case 0xB6: case 0xBE: return KiAtModRm(Context, Access, 1, FALSE, Operand);
    case 0xB7: case 0xBF: return KiAtModRm(Context, Access, 2, FALSE, Operand);
    case 0xC7:
        return KiAtModRm(Context, Access, Access->Instruction.Rex & 8 ? 16 : 8, TRUE, Operand);
    case 0xAE:
        return KiAtModRm(
            Context, Access, Register == 2 || Register == 3 ? 4 : 0, Register == 3, Operand);
    case 0xC2: case 0xC6:
        Access->ImmediateBytes = 1;
        return KiAtModRm(Context, Access, KiVector(Access), FALSE, Operand);
    case 0x70: case 0xC4:
        Access->ImmediateBytes = 1;
        return KiAtModRm(Context, Access, Opcode == 0xC4 ? 2 : KiPacked(Access), FALSE, Operand);
    default: return KiMoveVector(Context, Access, Opcode, Operand);
    }
}

/* Three-byte opcodes: movbe, and vectors. */
static BOOLEAN KiThreeByte(
    const CONTEXT *Context, KI_ACCESS *Access, UCHAR Map, UCHAR Opcode, KI_OPERAND *Operand)
{
    if (Map == 0x38 && Access->Vex == 0 && (Opcode == 0xF0 || Opcode == 0xF1))
        return KiAtModRm(Context, Access, Access->Word, Opcode == 0xF1, Operand);
    Access->ImmediateBytes = Map == 0x3A;
    return KiAtModRm(Context, Access, KiPacked(Access), FALSE, Operand);
}

/* From the VEX prefix at At to what the prefixes it stands for would have said. FALSE: it is
 * none. */
static BOOLEAN KiDecodeVex(KI_ACCESS *Access, UCHAR *Map)
{
    static const UCHAR Repeat[4] = {0, 0, 0xF3, 0xF2};
    const UCHAR *At = Access->Instruction.At;
    UCHAR Last = At[0] == 0xC5 ? At[1] : At[2];

    if ((At[0] != 0xC4 && At[0] != 0xC5) || (KiPointer == 4 && At[1] < 0xC0))
        return FALSE;
    Access->Vex = Last & 4 ? 32 : 16;
    Access->Instruction.OperandSize16 = (Last & 3) == 1;
    Access->Instruction.Repeat = Repeat[Last & 3];
    *Map = At[0] == 0xC5 ? 1 : At[1] & 0x1F;
    Access->Instruction.Rex = At[0] == 0xC5 ? 0
                                            : (UCHAR)((UCHAR)~At[1] >> 5 | (Last & 0x80 ? 8 : 0));
    Access->Instruction.At += At[0] == 0xC5 ? 2 : 3;
    return TRUE;
}

BOOLEAN KiMemoryOperand(const CONTEXT *Context, KI_OPERAND *Operand)
{
    KI_ACCESS Access = {0};
    UCHAR Map = 0;

    KiDecodePrefixes(Context, &Access.Instruction);
    if (KiDecodeVex(&Access, &Map)) {
        UCHAR Opcode = *Access.Instruction.At++;
        Access.Word = Access.Instruction.Rex & 8 ? 8 : 4;
        return Map == 1 ? KiTwoByte(Context, &Access, Opcode, Operand)
                        : KiThreeByte(Context, &Access, Map == 2 ? 0x38 : 0x3A, Opcode, Operand);
    }
    Access.Word = Access.Instruction.Rex & 8 ? 8 : Access.Instruction.OperandSize16 ? 2 : 4;
    UCHAR Opcode = *Access.Instruction.At++;
    if (Opcode != 0x0F)
        return KiOneByte(Context, &Access, Opcode, Operand);
    Opcode = *Access.Instruction.At++;
    if (Opcode != 0x38 && Opcode != 0x3A)
        return KiTwoByte(Context, &Access, Opcode, Operand);
    UCHAR Third = *Access.Instruction.At++;
    return KiThreeByte(Context, &Access, Opcode, Third, Operand);
}

static BOOLEAN KiIsLocked(const KI_INSTRUCTION *Instruction, const UCHAR *Start)
{
    const UCHAR Opcode = *Instruction->At;
    for (; Start < Instruction->At; Start++) {
        if (*Start == 0xF0)
            return TRUE;
    }
    return Opcode == 0x86 || Opcode == 0x87; /* xchg with memory always is */
}

ULONG KiMemoryOperands(const CONTEXT *Context, KI_OPERAND Operand[2], BOOLEAN *Atomic)
{
    KI_INSTRUCTION Instruction;
    KiDecodePrefixes(Context, &Instruction);
    const UCHAR Opcode = *Instruction.At;
    *Atomic = KiIsLocked(&Instruction, (const UCHAR *)KI_PC(Context));
    if (Opcode >= 0xA4 && Opcode <= 0xA7) {
        const ULONG Bytes = !(Opcode & 1) ? 1
            : Instruction.Rex & 8         ? 8
            : Instruction.OperandSize16   ? 2
                                          : 4;
        if (Instruction.Repeat != 0 && KiValue(Context, KI_CX) == 0)
            return 0;
        KiAt(KiValue(Context, KI_SI), Bytes, FALSE, &Operand[0]);
        KiAt(KiValue(Context, KI_DI), Bytes, Opcode <= 0xA5, &Operand[1]);
        return 2;
    }
    if (Opcode >= 0xAA && Opcode <= 0xAF && Instruction.Repeat != 0 && KiValue(Context, KI_CX) == 0)
        return 0;
    if (Opcode == 0x8D ||
        (Opcode == 0x0F &&
            (Instruction.At[1] == 0x1F || Instruction.At[1] == 0x18 || Instruction.At[1] == 0x0D)))
        return 0; /* lea, nop, prefetches */
    return KiMemoryOperand(Context, Operand) ? 1 : 0;
}

BOOLEAN KiIsCall(const CONTEXT *Context)
{
    KI_INSTRUCTION Instruction;
    KiDecodePrefixes(Context, &Instruction);
    return *Instruction.At == 0xE8 ||
        (*Instruction.At == 0xFF && (Instruction.At[1] >> 3 & 7) == 2);
}
