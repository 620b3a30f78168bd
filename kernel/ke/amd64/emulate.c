/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Instructions ring 3 may not execute, carried out for drivers: port I/O, CR8 (the IRQL), control, debug and model-specific
 * registers, interrupt flag, cache control; and loads from the shared user data page, whose fixed address no Linux process
 * can map. Runs on the signal stack. What is not known here becomes the exception it is on a processor.
 */
#include <string.h>

#include "ke/kep.h"

BOOLEAN (*KePortAccess)(USHORT Port, UCHAR SizeBytes, BOOLEAN Write, ULONG *Value);

typedef struct KI_INSTRUCTION {
    const UCHAR *At;       /* next byte to decode */
    BOOLEAN OperandSize16; /* 66 */
    BOOLEAN Repeat;        /* F2 or F3 */
    UCHAR Rex;
    UCHAR ModRm;
} KI_INSTRUCTION;

static ULONG64 *KiRegister(CONTEXT *Context, ULONG Number)
{
    return &(&Context->Rax)[Number];
}

static void KiDecodePrefixes(const CONTEXT *Context, KI_INSTRUCTION *Instruction)
{
    memset(Instruction, 0, sizeof(*Instruction));
    Instruction->At = (const UCHAR *)Context->Rip;
    for (;; Instruction->At++) {
        UCHAR Byte = *Instruction->At;
        if (Byte == 0x66)
            Instruction->OperandSize16 = TRUE;
        else if (Byte == 0xF2 || Byte == 0xF3)
            Instruction->Repeat = TRUE;
        else if (Byte != 0x2E && Byte != 0x36 && Byte != 0x3E && Byte != 0x26 && Byte != 0x64 && Byte != 0x65 && Byte != 0x67)
            break;
    }
    if ((*Instruction->At & 0xF0) == 0x40)
        Instruction->Rex = *Instruction->At++;
}

static void KiStoreRegister(CONTEXT *Context, ULONG Number, ULONG SizeBytes, ULONG64 Value)
{
    ULONG64 *Register = KiRegister(Context, Number);
    if (SizeBytes == 8)
        *Register = Value;
    else if (SizeBytes == 4)
        *Register = (ULONG)Value; /* a 32-bit result clears the upper half */
    else
        memcpy(Register, &Value, SizeBytes);
}

/* ---- ports ---------------------------------------------------------------------------------------------------------- */

static void KiPort(USHORT Port, UCHAR SizeBytes, BOOLEAN Write, ULONG *Value)
{
    /* Nothing answers on an empty bus: reads float high, writes are lost. */
    if (KePortAccess == NULL || !KePortAccess(Port, SizeBytes, Write, Value)) {
        if (!Write)
            *Value = SizeBytes == 4 ? 0xFFFFFFFFu : (1u << SizeBytes * 8) - 1;
    }
}

static void KiPortRegister(CONTEXT *Context, USHORT Port, UCHAR SizeBytes, BOOLEAN Write)
{
    ULONG Value = (ULONG)Context->Rax;
    if (Write && SizeBytes < 4)
        Value &= (1u << SizeBytes * 8) - 1;
    KiPort(Port, SizeBytes, Write, &Value);
    if (!Write)
        KiStoreRegister(Context, 0, SizeBytes, Value);
}

/*
 * One element of ins/outs a trap: a repeated one stays on the instruction until rcx is zero, as a processor that takes an
 * interrupt between elements. The memory operand is touched here, so a bad one is a fault of this code: it is checked first.
 */
static BOOLEAN KiPortString(CONTEXT *Context, const KI_INSTRUCTION *Instruction, UCHAR SizeBytes, BOOLEAN Write)
{
    ULONG64 *Pointer = Write ? &Context->Rsi : &Context->Rdi;
    ULONG Value = 0;
    if (Instruction->Repeat && Context->Rcx == 0)
        return TRUE;
    if (!host_mem_accessible((void *)*Pointer, !Write) || !host_mem_accessible((void *)(*Pointer + SizeBytes - 1), !Write))
        return FALSE;
    if (Write)
        memcpy(&Value, (void *)*Pointer, SizeBytes);
    KiPort((USHORT)Context->Rdx, SizeBytes, Write, &Value);
    if (!Write)
        memcpy((void *)*Pointer, &Value, SizeBytes);
    *Pointer += Context->EFlags & 0x400 ? (ULONG64)-(LONG64)SizeBytes : SizeBytes;
    return TRUE;
}

static BOOLEAN KiEmulatePort(CONTEXT *Context, KI_INSTRUCTION *Instruction, UCHAR Opcode)
{
    UCHAR SizeBytes = (Opcode & 1) == 0 ? 1 : Instruction->OperandSize16 ? 2 : 4;
    BOOLEAN Write = (Opcode & 2) != 0;
    if ((Opcode & 0xFC) == 0x6C) {
        if (!KiPortString(Context, Instruction, SizeBytes, Write))
            return FALSE;
        if (Instruction->Repeat && Context->Rcx != 0 && --Context->Rcx != 0)
            return TRUE;
    } else {
        USHORT Port = Opcode & 8 ? (USHORT)Context->Rdx : *Instruction->At++;
        KiPortRegister(Context, Port, SizeBytes, Write);
    }
    Context->Rip = (ULONG64)Instruction->At;
    return TRUE;
}

/* ---- registers ------------------------------------------------------------------------------------------------------- */

static ULONG64 KiReadControl(ULONG Number)
{
    switch (Number) {
    case 0: return 0x80050033;        /* PE MP ET NE WP AM PG: what x64 Windows runs with */
    case 3: return 0x1AA000;
    case 4: return 0x6F8;             /* DE PSE PAE MCE PGE PCE OSFXSR OSXMMEXCPT */
    case 8: return KiGetIrql();
    default: return 0;
    }
}

static BOOLEAN KiEmulateControl(CONTEXT *Context, KI_INSTRUCTION *Instruction, BOOLEAN Write)
{
    UCHAR ModRm = *Instruction->At++;
    ULONG Control = (ModRm >> 3 & 7u) | (Instruction->Rex & 4u) << 1;
    ULONG General = (ModRm & 7u) | (Instruction->Rex & 1u) << 3;
    if (!Write) {
        *KiRegister(Context, General) = KiReadControl(Control);
    } else if (Control == 8) {
        if (*KiRegister(Context, General) > HIGH_LEVEL)
            return FALSE;
        KiSetIrql((KIRQL)*KiRegister(Context, General));
    } else {
        return FALSE; /* no driver may change paging or protection here */
    }
    Context->Rip = (ULONG64)Instruction->At;
    return TRUE;
}

static BOOLEAN KiReadModelSpecific(ULONG Number, ULONG64 *Value)
{
    switch (Number) {
    case 0x10: *Value = __builtin_ia32_rdtsc(); return TRUE;
    case 0x1B: *Value = 0xFEE00900; return TRUE;               /* local APIC enabled, bootstrap processor */
    case 0xC0000080: *Value = 0xD01; return TRUE;               /* EFER: SCE LME LMA NXE */
    case 0xC0000101: *Value = (ULONG64)KeGetPcr(); return TRUE; /* GS base */
    case 0xC0000100: case 0xC0000102: *Value = 0; return TRUE;
    default: return FALSE;
    }
}

static BOOLEAN KiEmulateTwoByte(CONTEXT *Context, KI_INSTRUCTION *Instruction)
{
    ULONG64 Value;
    switch (*Instruction->At++) {
    case 0x20: return KiEmulateControl(Context, Instruction, FALSE);
    case 0x22: return KiEmulateControl(Context, Instruction, TRUE);
    case 0x21: /* debug registers read as unused */
        *KiRegister(Context, (*Instruction->At & 7u) | (Instruction->Rex & 1u) << 3) =
            (*Instruction->At >> 3 & 7) == 6 ? 0xFFFF0FF0 : (*Instruction->At >> 3 & 7) == 7 ? 0x400 : 0;
        Instruction->At++;
        break;
    case 0x23: Instruction->At++; break;
    case 0x08: case 0x09: break; /* invd, wbinvd */
    case 0x32:
        if (!KiReadModelSpecific((ULONG)Context->Rcx, &Value))
            return FALSE;
        Context->Rax = (ULONG)Value;
        Context->Rdx = Value >> 32;
        break;
    default: return FALSE;
    }
    Context->Rip = (ULONG64)Instruction->At;
    return TRUE;
}

BOOLEAN KiEmulateInstruction(CONTEXT *Context)
{
    KI_INSTRUCTION Instruction;
    KiDecodePrefixes(Context, &Instruction);
    UCHAR Opcode = *Instruction.At++;
    switch (Opcode) {
    case 0x0F: return KiEmulateTwoByte(Context, &Instruction);
    case 0x6C: case 0x6D: case 0x6E: case 0x6F:
    case 0xE4: case 0xE5: case 0xE6: case 0xE7:
    case 0xEC: case 0xED: case 0xEE: case 0xEF: return KiEmulatePort(Context, &Instruction, Opcode);
    case 0xFA: /* cli, sti: interrupts reach no driver code in the middle anyway */
    case 0xFB:
    case 0xF4: /* hlt */
        Context->Rip = (ULONG64)Instruction.At;
        return TRUE;
    default: return FALSE;
    }
}

/* ---- shared user data ------------------------------------------------------------------------------------------------ */

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

static ULONG64 KiSignExtend(ULONG64 Value, ULONG SizeBytes)
{
    ULONG Shift = 64 - SizeBytes * 8;
    return (ULONG64)((LONG64)(Value << Shift) >> Shift);
}

static void KiSetFlags(CONTEXT *Context, ULONG64 Left, ULONG64 Right, ULONG64 Result, ULONG SizeBytes, BOOLEAN Subtract)
{
    ULONG64 Sign = (ULONG64)1 << (SizeBytes * 8 - 1);
    ULONG64 Mask = Sign | (Sign - 1);
    ULONG Flags = Context->EFlags & ~0x8D5u; /* OF SF ZF AF PF CF */
    if (Subtract) {
        Flags |= (Left & Mask) < (Right & Mask) ? 1u : 0u;
        Flags |= (Left ^ Right) & (Left ^ Result) & Sign ? 0x800u : 0u;
        Flags |= (Left ^ Right ^ Result) & 0x10 ? 0x10u : 0u;
    }
    Flags |= (Result & Mask) == 0 ? 0x40u : 0u;
    Flags |= Result & Sign ? 0x80u : 0u;
    Flags |= __builtin_parity((unsigned)Result & 0xFF) ? 0u : 4u;
    Context->EFlags = Flags;
}

static ULONG64 KiTruncate(ULONG64 Value, ULONG SizeBytes)
{
    return SizeBytes == 8 ? Value : Value & (((ULONG64)1 << SizeBytes * 8) - 1);
}

static ULONG64 KiLoadShared(ULONG_PTR Address, ULONG SizeBytes)
{
    ULONG64 Value = 0;
    KiReadSharedData(Address & (PAGE_SIZE - 1), &Value, SizeBytes);
    return Value;
}

/* cmp, test and the like: a register or immediate against the loaded value. */
static BOOLEAN KiCompareShared(CONTEXT *Context, const KI_INSTRUCTION *Instruction, UCHAR Opcode, ULONG_PTR Address, ULONG Size)
{
    const UCHAR *ModRm = Instruction->At;
    const UCHAR *After = KiSkipOperand(ModRm);
    ULONG Register = (*ModRm >> 3 & 7u) | (Instruction->Rex & 4u) << 1;
    ULONG64 Value, Other;
    LONG Immediate32 = 0;
    switch (Opcode) {
    case 0x38: case 0x39: case 0x3A: case 0x3B: case 0x84: case 0x85: {
        ULONG Bytes = Opcode & 1 ? Size : 1;
        if (Bytes == 1 && Instruction->Rex == 0 && Register >= 4)
            return FALSE; /* ah … bh */
        Value = KiLoadShared(Address, Bytes);
        Other = KiTruncate(*KiRegister(Context, Register), Bytes);
        if (Opcode >= 0x84)
            KiSetFlags(Context, 0, 0, Value & Other, Bytes, FALSE);
        else if (Opcode & 2)
            KiSetFlags(Context, Other, Value, Other - Value, Bytes, TRUE);
        else
            KiSetFlags(Context, Value, Other, Value - Other, Bytes, TRUE);
        break;
    }
    case 0x80: case 0x83: case 0x81: case 0xF6: case 0xF7: {
        ULONG Bytes = Opcode == 0x80 || Opcode == 0xF6 ? 1 : Size;
        ULONG ImmediateBytes = Opcode == 0x81 || Opcode == 0xF7 ? (Bytes == 8 ? 4 : Bytes) : 1;
        BOOLEAN Test = Opcode >= 0xF6;
        if ((*ModRm >> 3 & 7) != (Test ? 0 : 7))
            return FALSE;
        memcpy(&Immediate32, After, ImmediateBytes);
        Other = KiTruncate(KiSignExtend((ULONG64)(ULONG)Immediate32, ImmediateBytes), Bytes);
        After += ImmediateBytes;
        Value = KiLoadShared(Address, Bytes);
        if (Test)
            KiSetFlags(Context, 0, 0, Value & Other, Bytes, FALSE);
        else
            KiSetFlags(Context, Value, Other, Value - Other, Bytes, TRUE);
        break;
    }
    default: return FALSE;
    }
    Context->Rip = (ULONG64)After;
    return TRUE;
}

BOOLEAN KiEmulateSharedDataLoad(CONTEXT *Context, ULONG_PTR Address)
{
    KI_INSTRUCTION Instruction;
    KiDecodePrefixes(Context, &Instruction);
    UCHAR Opcode = *Instruction.At++;
    ULONG Size = Instruction.Rex & 8 ? 8 : Instruction.OperandSize16 ? 2 : 4;
    ULONG Load = Size;
    BOOLEAN Signed = FALSE;

    if (Opcode == 0xA0 || Opcode == 0xA1) { /* mov al/eax/rax, [absolute] */
        KiStoreRegister(Context, 0, Opcode == 0xA0 ? 1 : Size, KiLoadShared(Address, Opcode == 0xA0 ? 1 : Size));
        Context->Rip = (ULONG64)(Instruction.At + 8);
        return TRUE;
    }
    if (Opcode == 0x0F) {
        Opcode = *Instruction.At++;
        if (Opcode != 0xB6 && Opcode != 0xB7 && Opcode != 0xBE && Opcode != 0xBF)
            return FALSE;
        Load = Opcode & 1 ? 2 : 1;
        Signed = Opcode >= 0xBE;
    } else if (Opcode == 0x8A) {
        Load = Size = 1;
        if (Instruction.Rex == 0 && (*Instruction.At >> 3 & 7) >= 4)
            return FALSE; /* ah … bh */
    } else if (Opcode == 0x63) {
        Load = 4;
        Signed = TRUE;
    } else if (Opcode != 0x8B) {
        return KiCompareShared(Context, &Instruction, Opcode, Address, Size);
    }
    ULONG Register = (*Instruction.At >> 3 & 7u) | (Instruction.Rex & 4u) << 1;
    ULONG64 Value = KiLoadShared(Address, Load);
    KiStoreRegister(Context, Register, Size, Signed ? KiSignExtend(Value, Load) : Value);
    Context->Rip = (ULONG64)KiSkipOperand(Instruction.At);
    return TRUE;
}
