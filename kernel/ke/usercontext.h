/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What a client's thread has in its registers outside the kernel. One that called a service comes
 * back with what a called function preserves, at the place it called from; all else it has lost. A
 * context that is set while it is in the kernel counts from its return on, with the service's
 * status where results are returned.
 */
#pragma once

#include "ke/ke.h"

enum KE_USER_REGISTER { /* r8 to r15 have their numbers */
    KE_USER_AX,
    KE_USER_CX,
    KE_USER_DX,
    KE_USER_BX,
    KE_USER_SP,
    KE_USER_BP,
    KE_USER_SI,
    KE_USER_DI,
    KE_USER_PC = 16,
    KE_USER_REGISTERS
};

#define KE_USER_FLOATING_BYTES 512

/* For threads of either word size, in either. */
typedef struct KE_USER_CONTEXT {
    ULONG64 Register[KE_USER_REGISTERS];
    ULONG Flags;
    ULONG Bits;                             /* 32 or 64: of the thread's code */
    UCHAR Floating[KE_USER_FLOATING_BYTES]; /* as FXSAVE stores it */
} KE_USER_CONTEXT;
_Static_assert(sizeof(KE_USER_CONTEXT) == 17 * 8 + 8 + 512, "the same for 32 and 64 bits");

/* The parts that Context->ContextFlags name, from one to the other. */
void KeUserToContext(const KE_USER_CONTEXT *User, CONTEXT *Context);
void KeContextToUser(const CONTEXT *Context, KE_USER_CONTEXT *User);
/* Where KiSaveJump was called, with the floating-point controls there are now. */
void KeJumpToUser(void *const *Jump, KE_USER_CONTEXT *User);
/* Goes on there, with Result in the register results are returned in. Context: not on the stack. */
void KeGoOnAt(CONTEXT *Context, NTSTATUS Result) __attribute__((noreturn));

/* Of the current thread, which is in the kernel and has come from outside. To set it, its
 * Tcb.UserContext must be there. */
void KeGetUserContext(KE_USER_CONTEXT *User);
void KeSetUserContext(const KE_USER_CONTEXT *User);

/* Called by a thread outside the kernel that was interrupted, at PASSIVE_LEVEL; TRUE: it has
 * changed the registers. Must not wait. NULL: nobody. */
extern BOOLEAN (*KeUserInterrupted)(CONTEXT *Context);
