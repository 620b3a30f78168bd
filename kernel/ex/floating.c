/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Floating point in drivers. On x64 the compiler's calling convention keeps what there is to keep;
 * on i386 x87 and SSE are the interrupted code's, and a driver saves them before it uses them.
 * KFLOATING_SAVE is too small for that: it holds a pool block's address.
 */
#include "ex/floating.h"

#if defined(__i386__)

#define EXP_FLOATING_TAG 0x746C4650u /* "PFlt" */
#define EXP_DEFAULT_MXCSR 0x1F80u

typedef struct EXP_FLOATING {
    UCHAR State[512] __attribute__((aligned(16))); /* FXSAVE */
    KFLOATING_SAVE *Owner;
} EXP_FLOATING;

_Static_assert(sizeof(EXP_FLOATING *) <= sizeof(((KFLOATING_SAVE *)0)->ControlWord),
    "its place in KFLOATING_SAVE");
_Static_assert(sizeof(EXP_HEADER) == 16, "pool blocks are aligned as FXSAVE needs it");

/*
 * KeSaveFloatingPointState - save the registers of x87 and SSE; they are then as a processor starts
 * with them.
 *
 * IRQL:    up to DISPATCH_LEVEL
 * Returns: SUCCESS; INSUFFICIENT_RESOURCES. Each call is matched by KeRestoreFloatingPointState, on
 * the same thread.
 * Source:  DOC wdm/KeSaveFloatingPointState; OBS tests/kernel/ex/KeSaveFloatingPointState.c
 */
NTSTATUS NTAPI KeSaveFloatingPointState(KFLOATING_SAVE *FloatSave)
{
    static const ULONG Default = EXP_DEFAULT_MXCSR;
    EXP_FLOATING *Saved = ExAllocatePoolWithTag(NonPagedPool, sizeof(*Saved), EXP_FLOATING_TAG);
    if (Saved == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Saved->Owner = FloatSave;
    __asm__ volatile("fxsave %0\n fninit\n ldmxcsr %1"
                     : "=m"(Saved->State)
                     : "m"(Default)
                     : "memory");
    FloatSave->ControlWord = (ULONG)(ULONG_PTR)Saved;
    return STATUS_SUCCESS;
}

/*
 * KeRestoreFloatingPointState - put them back. IRQL: that of the call that saved them.
 * Source: DOC wdm/KeRestoreFloatingPointState; OBS as above; INF what was saved elsewhere is a
 * bugcheck.
 */
NTSTATUS NTAPI KeRestoreFloatingPointState(KFLOATING_SAVE *FloatSave)
{
    EXP_FLOATING *Saved = (EXP_FLOATING *)(ULONG_PTR)FloatSave->ControlWord;
    if (Saved->Owner != FloatSave)
        KeBugCheckEx(BAD_POOL_CALLER, 0x99, (ULONG_PTR)FloatSave, (ULONG_PTR)Saved, 0);
    Saved->Owner = NULL;
    __asm__ volatile("fxrstor %0" : : "m"(Saved->State) : "memory");
    ExFreePoolWithTag(Saved, EXP_FLOATING_TAG);
    return STATUS_SUCCESS;
}

#else

/* KeSaveFloatingPointState - nothing on x64. IRQL: up to DISPATCH_LEVEL. Source: DOC wdm; OBS as on
 * i386. */
NTSTATUS NTAPI KeSaveFloatingPointState(KFLOATING_SAVE *FloatSave)
{
    (void)FloatSave;
    return STATUS_SUCCESS;
}

/* KeRestoreFloatingPointState - nothing on x64. IRQL: up to DISPATCH_LEVEL. Source: DOC wdm; OBS as
 * on i386. */
NTSTATUS NTAPI KeRestoreFloatingPointState(KFLOATING_SAVE *FloatSave)
{
    (void)FloatSave;
    return STATUS_SUCCESS;
}

#endif
