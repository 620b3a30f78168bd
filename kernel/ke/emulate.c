/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Instructions ring 3 may not execute, carried out for drivers: port I/O, CR8 (the IRQL), control,
 * debug and model-specific registers, interrupt flag, cache control. Runs on the signal stack. What
 * is not known here becomes the exception it is on a processor.
 */
#include "ke/decode.h"
#include "ke/servicetable.h"

void (*KeIrqlRaised)(KIRQL Irql);
BOOLEAN (*KePortAccess)(USHORT Port, UCHAR SizeBytes, BOOLEAN Write, ULONG *Value);

/* ---- ports ----------------------------------------------------------------------------------- */

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
    ULONG Value = (ULONG)*KiRegister(Context, KI_AX);
    if (Write && SizeBytes < 4)
        Value &= (1u << SizeBytes * 8) - 1;
    KiPort(Port, SizeBytes, Write, &Value);
    if (!Write)
        KiStoreRegister(Context, KI_AX, SizeBytes, Value);
}

/*
 * One element of ins/outs a trap: a repeated one stays on the instruction until rcx is zero, as a
 * processor that takes an interrupt between elements. The memory operand is touched here, so a bad
 * one is a fault of this code: it is checked first.
 */
static BOOLEAN KiPortString(
    CONTEXT *Context, const KI_INSTRUCTION *Instruction, UCHAR SizeBytes, BOOLEAN Write)
{
    ULONG_PTR *Pointer = KiRegister(Context, Write ? KI_SI : KI_DI);
    ULONG Value = 0;
    if (Instruction->Repeat && *KiRegister(Context, KI_CX) == 0)
        return TRUE;
    if (!host_mem_accessible((void *)*Pointer, !Write) ||
        !host_mem_accessible((void *)(*Pointer + SizeBytes - 1), !Write))
        return FALSE;
    if (Write)
        memcpy(&Value, (void *)*Pointer, SizeBytes);
    KiPort((USHORT)*KiRegister(Context, KI_DX), SizeBytes, Write, &Value);
    if (!Write)
        memcpy((void *)*Pointer, &Value, SizeBytes);
    *Pointer += Context->EFlags & 0x400 ? (ULONG_PTR)-(LONG_PTR)SizeBytes : SizeBytes;
    return TRUE;
}

static BOOLEAN KiEmulatePort(CONTEXT *Context, KI_INSTRUCTION *Instruction, UCHAR Opcode)
{
    UCHAR SizeBytes = (Opcode & 1) == 0 ? 1 : Instruction->OperandSize16 ? 2 : 4;
    BOOLEAN Write = (Opcode & 2) != 0;
    if ((Opcode & 0xFC) == 0x6C) {
        if (!KiPortString(Context, Instruction, SizeBytes, Write))
            return FALSE;
        ULONG_PTR *Count = KiRegister(Context, KI_CX);
        if (Instruction->Repeat && *Count != 0 && --*Count != 0)
            return TRUE;
    } else {
        USHORT Port = Opcode & 8 ? (USHORT)*KiRegister(Context, KI_DX) : *Instruction->At++;
        KiPortRegister(Context, Port, SizeBytes, Write);
    }
    KI_PC(Context) = (ULONG_PTR)Instruction->At;
    return TRUE;
}

/* ---- registers ------------------------------------------------------------------------------- */

static ULONG_PTR KiReadControl(ULONG Number)
{
    switch (Number) {
    case 0: return 0x80050033;        /* PE MP ET NE WP AM PG: what Windows runs with */
    case 3: return 0x1AA000;
    case 4: return 0x6F8;             /* DE PSE PAE MCE PGE PCE OSFXSR OSXMMEXCPT */
    case 8: return KiGetIrql();
    default: return 0;
    }
}

#define KI_WRITE_PROTECT ((ULONG_PTR)0x10000) /* of CR0 */

static BOOLEAN KiEmulateControl(CONTEXT *Context, KI_INSTRUCTION *Instruction, BOOLEAN Write)
{
    UCHAR ModRm = *Instruction->At++;
    ULONG Control = KiModRmRegister(Instruction, ModRm);
    ULONG General = (ModRm & 7u) | (Instruction->Rex & 1u) << 3;
    if (!Write) {
        *KiRegister(Context, General) = KiReadControl(Control);
    } else if (Control == 8) {
        if (*KiRegister(Context, General) > HIGH_LEVEL)
            return FALSE;
        if (KeIrqlRaised != NULL && *KiRegister(Context, General) > KiGetIrql())
            KeIrqlRaised((KIRQL)*KiRegister(Context, General));
        KiSetIrql((KIRQL)*KiRegister(Context, General));
    } else if (Control != 0 ||
        ((*KiRegister(Context, General) ^ KiReadControl(0)) & ~KI_WRITE_PROTECT) != 0) {
        return FALSE; /* no driver may change paging here */
    } /* write protection goes with pages: a driver that lifts it finds what it may write to
         writable, and nothing else */
    KI_PC(Context) = (ULONG_PTR)Instruction->At;
    return TRUE;
}

#if defined(__x86_64__)
#define KI_EFER 0xD01u /* SCE LME LMA NXE */
#else
#define KI_EFER 0x800u /* NXE */
#endif

static BOOLEAN KiReadModelSpecific(ULONG Number, ULONG64 *Value)
{
    switch (Number) {
    case 0x10: *Value = __builtin_ia32_rdtsc(); return TRUE;
    case 0x1B: *Value = 0xFEE00900; return TRUE; /* local APIC enabled, bootstrap processor */
    case 0xC0000080: *Value = KI_EFER; return TRUE;
#if defined(__x86_64__)
    case 0xC0000101: *Value = (ULONG64)KeGetPcr(); return TRUE; /* GS base */
    case 0xC0000100: case 0xC0000102: *Value = 0; return TRUE;
#endif
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
        *KiRegister(Context,
            (*Instruction->At & 7u) |
                (Instruction->Rex & 1u) << 3) = (*Instruction->At >> 3 & 7) == 6 ? 0xFFFF0FF0
            : (*Instruction->At >> 3 & 7) == 7                                   ? 0x400
                                                                                 : 0;
        Instruction->At++;
        break;
    case 0x23: Instruction->At++; break;
    case 0x08: case 0x09: break; /* invd, wbinvd */
    case 0x32:
        if (!KiReadModelSpecific((ULONG)*KiRegister(Context, KI_CX), &Value))
            return FALSE;
        *KiRegister(Context, KI_AX) = (ULONG)Value;
        *KiRegister(Context, KI_DX) = (ULONG_PTR)(Value >> 32);
        break;
    default: return FALSE;
    }
    KI_PC(Context) = (ULONG_PTR)Instruction->At;
    return TRUE;
}

/* Whether a processor takes an instruction with so many prefixes: a longer one than it knows is an
 * exception. */
static BOOLEAN KiIsShortEnough(const CONTEXT *Context, const KI_INSTRUCTION *Instruction)
{
    const UCHAR *At = Instruction->At;
    const ULONG Bytes = *At == 0x0F ? ((At[1] & 0xFC) == 0x20 ? 3 : 2)
        : (*At & 0xFC) == 0xE4      ? 2
                                    : 1;
    return (ULONG_PTR)At - KI_PC(Context) + Bytes <= KI_LONGEST_INSTRUCTION;
}

#if defined(__i386__)
/* The first port an instruction that begins behind its prefixes accesses; FALSE: it is none. */
static BOOLEAN KiPortOf(CONTEXT *Context, const KI_INSTRUCTION *Instruction, USHORT *Port)
{
    const UCHAR Opcode = *Instruction->At;
    const BOOLEAN Named = (Opcode & 0xFC) == 0xE4;
    if (!Named && (Opcode & 0xFC) != 0xEC && (Opcode & 0xFC) != 0x6C)
        return FALSE;
    *Port = Named ? Instruction->At[1] : (USHORT)*KiRegister(Context, KI_DX);
    return TRUE;
}

BOOLEAN KiEmulateProgramPort(CONTEXT *Context)
{
    KI_INSTRUCTION Instruction;
    USHORT Port;
    KiDecodePrefixes(Context, &Instruction);
    if (!KiIsShortEnough(Context, &Instruction) || !KiPortOf(Context, &Instruction, &Port))
        return FALSE;
    const UCHAR Opcode = *Instruction.At++;
    const UCHAR SizeBytes = (Opcode & 1) == 0 ? 1 : Instruction.OperandSize16 ? 2 : 4;
    return KiMayAccessPort(Port, SizeBytes) && KiEmulatePort(Context, &Instruction, Opcode);
}
#endif

BOOLEAN KiEmulateInstruction(CONTEXT *Context)
{
    KI_INSTRUCTION Instruction;
    KiDecodePrefixes(Context, &Instruction);
    if (!KiIsShortEnough(Context, &Instruction))
        return FALSE;
    UCHAR Opcode = *Instruction.At++;
    switch (Opcode) {
    case 0x0F: return KiEmulateTwoByte(Context, &Instruction);
    case 0x6C: case 0x6D: case 0x6E: case 0x6F:
    case 0xE4: case 0xE5: case 0xE6: case 0xE7:
    case 0xEC: case 0xED: case 0xEE: case 0xEF: return KiEmulatePort(Context, &Instruction, Opcode);
    case 0xFA: /* cli, sti: interrupts reach no driver code in the middle anyway */
    case 0xFB:
    case 0xF4: /* hlt */
        KI_PC(Context) = (ULONG_PTR)Instruction.At;
        return TRUE;
    default: return FALSE;
    }
}
