/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* An instruction's prefixes and the registers it names, for the files that carry out trapped
 * instructions. */
#pragma once

#include <string.h>

#include "ke/kep.h"

#define KI_LONGEST_INSTRUCTION 15 /* bytes; a longer one is none */

#define KI_PREFIX_SS 0x36
#define KI_PREFIX_FS 0x64
#define KI_PREFIX_GS 0x65

typedef struct KI_INSTRUCTION {
    const UCHAR *At;       /* next byte to decode */
    BOOLEAN OperandSize16; /* 66 */
    UCHAR Repeat;          /* F2 or F3, 0: neither */
    UCHAR Segment;         /* the last segment prefix, 0: none */
    UCHAR Rex;             /* 0 on i386 */
} KI_INSTRUCTION;

/* By its number in instructions: rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8 … r15. */
#if defined(__x86_64__)
static inline ULONG_PTR *KiRegister(CONTEXT *Context, ULONG Number)
{
    return &(&Context->Rax)[Number];
}
#else
static inline ULONG_PTR *KiRegister(CONTEXT *Context, ULONG Number)
{
    ULONG *const Register[8] = {&Context->Eax, &Context->Ecx, &Context->Edx, &Context->Ebx,
        &Context->Esp, &Context->Ebp, &Context->Esi, &Context->Edi};
    return (ULONG_PTR *)Register[Number & 7];
}
#endif

/* The numbers of those that instructions name without saying so. */
#define KI_AX 0
#define KI_CX 1
#define KI_DX 2
#define KI_SI 6
#define KI_DI 7

/* So many prefixes that no instruction can follow are left as they are: the last one is the opcode
 * then, which is none. */
static inline void KiDecodePrefixes(const CONTEXT *Context, KI_INSTRUCTION *Instruction)
{
    memset(Instruction, 0, sizeof(*Instruction));
    Instruction->At = (const UCHAR *)KI_PC(Context);
    for (ULONG Count = 1; Count < KI_LONGEST_INSTRUCTION; Count++, Instruction->At++) {
        UCHAR Byte = *Instruction->At;
        if (Byte == 0x66)
            Instruction->OperandSize16 = TRUE;
        else if (Byte == 0xF2 || Byte == 0xF3)
            Instruction->Repeat = Byte;
        else if (Byte == 0x2E || Byte == KI_PREFIX_SS || Byte == 0x3E || Byte == 0x26 ||
            Byte == KI_PREFIX_FS || Byte == KI_PREFIX_GS)
            Instruction->Segment = Byte;
        else if (Byte != 0x67 && Byte != 0xF0)
            break;
    }
#if defined(__x86_64__)
    if ((*Instruction->At & 0xF0) == 0x40)
        Instruction->Rex = *Instruction->At++;
#endif
}

/* The register in the middle of the ModRM byte. */
static inline ULONG KiModRmRegister(const KI_INSTRUCTION *Instruction, UCHAR ModRm)
{
    return (ModRm >> 3 & 7u) | (Instruction->Rex & 4u) << 1;
}

static inline void KiStoreRegister(CONTEXT *Context, ULONG Number, ULONG SizeBytes, ULONG64 Value)
{
    ULONG_PTR *Register = KiRegister(Context, Number);
    if (SizeBytes == 8)
        *Register = (ULONG_PTR)Value;
    else if (SizeBytes == 4)
        *Register = (ULONG)Value; /* a 32-bit result clears the upper half */
    else
        memcpy(Register, &Value, SizeBytes);
}

/* Behind the memory operand of a ModRM byte at At (SIB, displacement). */
static inline const UCHAR *KiSkipOperand(const UCHAR *At)
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
