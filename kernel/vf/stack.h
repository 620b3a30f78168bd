/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Where something was done, as all of kernel/vf remembers it. */
#pragma once

#include "nt/ntdef.h"

#define VFP_STACK_FRAMES 12u

/* Innermost first: return addresses, or before them the instruction where that is known. */
typedef struct VFP_STACK {
    ULONG Count;
    ULONG_PTR Frame[VFP_STACK_FRAMES];
} VFP_STACK;
