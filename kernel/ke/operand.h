/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Memory operands of instructions, for the files of kernel/ke that report faults. */
#pragma once

#include "ke/kep.h"

typedef struct KI_OPERAND {
    ULONG_PTR Address;
    ULONG SizeBytes; /* 0: not known, or no single number */
    BOOLEAN Write;
    BOOLEAN Constant; /* the instruction itself holds the address, absolute or as a distance from
                         itself */
    BOOLEAN Frame;    /* it is a constant distance from the stack or frame pointer */
} KI_OPERAND;

/*
 * The memory operand of the instruction at Context's program counter, which has been fetched;
 * registers as before it. Of two operands the one that is misaligned. FALSE: it has none, or none
 * that can be told.
 */
BOOLEAN KiMemoryOperand(const CONTEXT *Context, KI_OPERAND *Operand);

/* As before, but both where there are two (movs, cmps): how many. Atomic: the instruction is
 * locked. */
ULONG KiMemoryOperands(const CONTEXT *Context, KI_OPERAND Operand[2], BOOLEAN *Atomic);
/* Whether it is a call, which pushes the address behind it. */
BOOLEAN KiIsCall(const CONTEXT *Context);
