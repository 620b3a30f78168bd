/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What the files of kd share, and the kernel's exports about printing and debuggers.
 */
#pragma once

#include "kd/kd.h"
#include "rtl/rtl.h"

/* What one call prints at most, as on Windows: what is more is cut, with a line end at the end. */
#define KDP_CALL_BYTES 512

/*
 * Text of a driver, code page 1252 or UTF-8, with any number of line ends. Source: a name, copied.
 */
void KdpPrint(const char *Source, const char *Text, SIZE_T Length);
/* Who is at a return address: "driver" of driver.sys, "kernel" for everything else. */
void KdpNameCaller(ULONG_PTR Address, char *Name, SIZE_T Size);
/* Every component shows everything, and nobody listens. */
void KdpResetFilter(void);

typedef void NTAPI DEBUG_PRINT_CALLBACK(STRING *Output, ULONG ComponentId, ULONG Level);

extern BOOLEAN KdDebuggerEnabled, KdDebuggerNotPresent, KdEnteredDebugger;

ULONG NTAPIV DbgPrint(const char *Format, ...);
ULONG NTAPIV DbgPrintEx(ULONG ComponentId, ULONG Level, const char *Format, ...);
ULONG NTAPIV DbgPrintReturnControlC(const char *Format, ...);
ULONG NTAPI vDbgPrintEx(ULONG ComponentId, ULONG Level, const char *Format, NT_VA_LIST Arguments);
ULONG NTAPI vDbgPrintExWithPrefix(
    const char *Prefix, ULONG ComponentId, ULONG Level, const char *Format, NT_VA_LIST Arguments);
NTSTATUS NTAPI DbgQueryDebugFilterState(ULONG ComponentId, ULONG Level);
NTSTATUS NTAPI DbgSetDebugFilterState(ULONG ComponentId, ULONG Level, BOOLEAN State);
NTSTATUS NTAPI DbgSetDebugPrintCallback(DEBUG_PRINT_CALLBACK *Callback, BOOLEAN Enable);

void NTAPI DbgBreakPoint(void);
void NTAPI DbgBreakPointWithStatus(ULONG Status);
ULONG NTAPI DbgPrompt(const char *Prompt, char *Response, ULONG MaximumResponseLength);
void NTAPI RtlAssert(void *FailedAssertion, void *FileName, ULONG LineNumber, char *Message);
NTSTATUS NTAPI KdDisableDebugger(void);
NTSTATUS NTAPI KdEnableDebugger(void);
BOOLEAN NTAPI KdRefreshDebuggerNotPresent(void);
BOOLEAN NTAPI KdPollBreakIn(void);
NTSTATUS NTAPI KdChangeOption(ULONG Option, ULONG InBufferBytes, void *InBuffer,
    ULONG OutBufferBytes, void *OutBuffer, ULONG *OutBufferNeeded);
NTSTATUS NTAPI KdSystemDebugControl(ULONG Command, void *InputBuffer, ULONG InputBufferLength,
    void *OutputBuffer, ULONG OutputBufferLength, ULONG *ReturnLength,
    KPROCESSOR_MODE PreviousMode);
