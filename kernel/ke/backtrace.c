/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Stacks for drivers: the addresses execution will return to, from the caller outwards to the entry
 * into the kernel. Frames of the kernel itself are among them.
 */
#include "ke/kep.h"
#include "ke/seh.h"

#define KI_BACKTRACE_LIMIT 192 /* frames, skipped ones included */
#define KI_WALK_USER_STACK 1

/* Frames of the export's caller, the first Skip left out. Inlined, so that the export is the one
 * frame in between. */
static inline __attribute__((always_inline)) ULONG KiBacktrace(
    ULONG_PTR Skip, ULONG Limit, PVOID *Frames)
{
    ULONG_PTR List[KI_BACKTRACE_LIMIT];
    CONTEXT Context;
    ULONG Count, Copied = 0;

    if (Skip >= KI_BACKTRACE_LIMIT - 1)
        return 0;
    KiCaptureContext(&Context);
    Count = KiWalkStack(&Context, List, KI_BACKTRACE_LIMIT);
    for (ULONG Index = (ULONG)Skip + 1; Index < Count && Copied < Limit; Index++) {
        if (List[Index] == (ULONG_PTR)KiStackBoundary)
            break;
        Frames[Copied++] = (PVOID)List[Index];
    }
    return Copied;
}

/*
 * RtlCaptureStackBackTrace - return addresses on this thread's stack.
 *
 * FramesToSkip: from the caller's own on. BackTrace: room for FramesToCapture. BackTraceHash:
 *               optional: the sum of what was captured, to compare stacks by.
 * IRQL:    any
 * Returns: how many were captured.
 * Source:  DOC ntifs/RtlCaptureStackBackTrace
 */
USHORT NTAPI RtlCaptureStackBackTrace(
    ULONG FramesToSkip, ULONG FramesToCapture, PVOID *BackTrace, ULONG *BackTraceHash)
{
    ULONG Count = KiBacktrace(FramesToSkip, FramesToCapture, BackTrace);

    if (BackTraceHash != NULL) {
        *BackTraceHash = 0;
        for (ULONG Index = 0; Index < Count; Index++)
            *BackTraceHash += (ULONG)(ULONG_PTR)BackTrace[Index];
    }
    return (USHORT)Count;
}

/*
 * RtlWalkFrameChain - return addresses on this thread's stack.
 *
 * Callers: room for Count. Flags: bit 0: the stack in user mode; from bit 8 on how many frames to
 * skip.
 * IRQL:    any
 * Returns: how many were stored; 0 for the stack in user mode, which is the host's and has no
 * frames drivers know.
 * Source:  DOC ntifs/RtlWalkFrameChain
 */
ULONG NTAPI RtlWalkFrameChain(PVOID *Callers, ULONG Count, ULONG Flags)
{
    if (Flags & KI_WALK_USER_STACK)
        return 0;
    return KiBacktrace(Flags >> 8, Count, Callers);
}

/*
 * RtlGetCallersAddress - who called the caller, and who called that one; NULL where the stack ends.
 *
 * IRQL:    any
 * Source:  INF its name: undocumented
 */
void NTAPI RtlGetCallersAddress(PVOID *CallersAddress, PVOID *CallersCaller)
{
    PVOID Frames[2] = {NULL, NULL};

    KiBacktrace(1, 2, Frames);
    *CallersAddress = Frames[0];
    *CallersCaller = Frames[1];
}
