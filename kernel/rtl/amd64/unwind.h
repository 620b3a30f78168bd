/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Unwinding of x64 driver frames for ke. */
#pragma once

#include "nt/kpcr.h"
#include "nt/wdm.h"

/* The entry covering Rva in a sorted function table, or the one it refers to; NULL: a leaf
 * function. */
RUNTIME_FUNCTION *RtlpFindFunction(
    ULONG Rva, UCHAR *ImageBase, RUNTIME_FUNCTION *Table, ULONG Count);

/* A stack, of whose bytes alone something is read: codes and registers may lead anywhere. */
typedef struct RTLP_STACK {
    ULONG64 Low, High;
} RTLP_STACK;

/*
 * Replaces Context by the caller's. Establisher receives the frame's address, Handler and
 * HandlerData the language handler if the function has one of HandlerType and Rip is past the
 * prologue and not in an epilogue. Pointers: optional, see RtlVirtualUnwind. FALSE: unknown unwind
 * code, or something saved is not on Stack; Context is of no use then.
 */
BOOLEAN RtlpVirtualUnwind(ULONG HandlerType, UCHAR *ImageBase, RUNTIME_FUNCTION *Function,
    const RTLP_STACK *Stack, CONTEXT *Context, ULONG64 *Establisher, PEXCEPTION_ROUTINE *Handler,
    void **HandlerData, KNONVOLATILE_CONTEXT_POINTERS *Pointers);
