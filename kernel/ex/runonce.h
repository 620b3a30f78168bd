/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Exports: initialisation that happens once. */
#pragma once

#include "ex/ex.h"

typedef struct EXP_RUN_ONCE { /* RTL_RUN_ONCE */
    PVOID Ptr;
} EXP_RUN_ONCE;

typedef ULONG NTAPI EXP_RUN_ONCE_INIT(EXP_RUN_ONCE *RunOnce, PVOID Parameter, PVOID *Context);

void NTAPI RtlRunOnceInitialize(EXP_RUN_ONCE *RunOnce);
NTSTATUS NTAPI RtlRunOnceBeginInitialize(EXP_RUN_ONCE *RunOnce, ULONG Flags, PVOID *Context);
NTSTATUS NTAPI RtlRunOnceComplete(EXP_RUN_ONCE *RunOnce, ULONG Flags, PVOID Context);
NTSTATUS NTAPI RtlRunOnceExecuteOnce(
    EXP_RUN_ONCE *RunOnce, EXP_RUN_ONCE_INIT *InitFn, PVOID Parameter, PVOID *Context);
