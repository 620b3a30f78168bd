/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What drivers ask of a kernel debugger, and get from a machine without one: nobody answers, and a
 * breakpoint is an exception that somebody handles or that stops the machine. (gdb attached to the
 * process sees it first.)
 */
#include "kd/kdp.h"

#include <stdio.h>
#include <string.h>

BOOLEAN KdDebuggerEnabled = FALSE;
BOOLEAN KdDebuggerNotPresent = TRUE;
BOOLEAN KdEnteredDebugger = FALSE;

/*
 * DbgBreakPoint, DbgBreakPointWithStatus - raise STATUS_BREAKPOINT at the caller.
 *
 * Status:  for a debugger.
 * IRQL:    any
 * Source:  DOC wdm/DbgBreakPoint, DbgBreakPointWithStatus
 */
void NTAPI DbgBreakPoint(void)
{
    __asm__ volatile("int3");
}

void NTAPI DbgBreakPointWithStatus(ULONG Status)
{
    __asm__ volatile("int3" : : "c"(Status));
}

/*
 * DbgPrompt - print a question and read the answer.
 *
 * IRQL:    <= DIRQL
 * Returns: characters of the answer: none, Response becomes empty.
 * Source:  DOC ntddk/DbgPrompt
 */
ULONG NTAPI DbgPrompt(const char *Prompt, char *Response, ULONG MaximumResponseLength)
{
    char Source[64];

    KdpNameCaller((ULONG_PTR)__builtin_return_address(0), Source, sizeof(Source));
    KdpPrint(Source, Prompt, strnlen(Prompt, KDP_CALL_BYTES));
    KdpPrint(Source, "\n", 1);
    if (MaximumResponseLength != 0)
        Response[0] = '\0';
    return 0;
}

/*
 * RtlAssert - print a failed assertion and break.
 *
 * Message: optional.
 * IRQL:    any
 * Source:  DOC wdm/ASSERT; that it breaks without asking INF
 */
void NTAPI RtlAssert(void *FailedAssertion, void *FileName, ULONG LineNumber, char *Message)
{
    char Source[64];
    char Text[KDP_CALL_BYTES];

    KdpNameCaller((ULONG_PTR)__builtin_return_address(0), Source, sizeof(Source));
    snprintf(Text, sizeof(Text), "*** Assertion failed: %s%s%s\n*** Source File: %s, line %u\n",
        Message != NULL ? Message : "", Message != NULL ? ": " : "", (const char *)FailedAssertion,
        (const char *)FileName, LineNumber);
    KdpPrint(Source, Text, strlen(Text));
    KdFlush();
    __asm__ volatile("int3");
}

/*
 * KdDisableDebugger, KdEnableDebugger, KdChangeOption, KdSystemDebugControl - ask something of the
 * debugger that is not there.
 *
 * IRQL:    any; KdChangeOption PASSIVE_LEVEL
 * Returns: DEBUGGER_INACTIVE.
 * Source:  DOC ntddk/KdDisableDebugger, KdEnableDebugger, KdChangeOption; KdSystemDebugControl INF
 */
NTSTATUS NTAPI KdDisableDebugger(void)
{
    return STATUS_DEBUGGER_INACTIVE;
}

NTSTATUS NTAPI KdEnableDebugger(void)
{
    return STATUS_DEBUGGER_INACTIVE;
}

NTSTATUS NTAPI KdChangeOption(ULONG Option, ULONG InBufferBytes, void *InBuffer,
    ULONG OutBufferBytes, void *OutBuffer, ULONG *OutBufferNeeded)
{
    (void)Option;
    (void)InBufferBytes;
    (void)InBuffer;
    (void)OutBufferBytes;
    (void)OutBuffer;
    (void)OutBufferNeeded;
    return STATUS_DEBUGGER_INACTIVE;
}

NTSTATUS NTAPI KdSystemDebugControl(ULONG Command, void *InputBuffer, ULONG InputBufferLength,
    void *OutputBuffer, ULONG OutputBufferLength, ULONG *ReturnLength, KPROCESSOR_MODE PreviousMode)
{
    (void)Command;
    (void)InputBuffer;
    (void)InputBufferLength;
    (void)OutputBuffer;
    (void)OutputBufferLength;
    (void)ReturnLength;
    (void)PreviousMode;
    return STATUS_DEBUGGER_INACTIVE;
}

/*
 * KdRefreshDebuggerNotPresent - whether no debugger answers; KdPollBreakIn - whether one wants to
 * break.
 *
 * IRQL:    any
 * Source:  DOC ntddk/KdRefreshDebuggerNotPresent; KdPollBreakIn INF
 */
BOOLEAN NTAPI KdRefreshDebuggerNotPresent(void)
{
    return TRUE;
}

BOOLEAN NTAPI KdPollBreakIn(void)
{
    return FALSE;
}
