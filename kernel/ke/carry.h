/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Carrying out instructions on what is no memory, for the files of kernel/ke that handle page
 * faults. */
#pragma once

#include "ke/decode.h"

/* Reads or writes 1, 2, 4, 8 or 16 bytes at Address. FALSE: it does not answer there, or not for
 * that. */
typedef BOOLEAN (*KI_MEMORY)(ULONG_PTR Address, ULONG SizeBytes, BOOLEAN Write, void *Value);

/* The instruction at Context's program counter. FALSE: it is not known here, or Memory refused;
 * nothing has changed. */
BOOLEAN KiCarryOut(CONTEXT *Context, KI_MEMORY Memory);
