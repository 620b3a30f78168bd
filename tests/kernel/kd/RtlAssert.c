/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlAssert - what ASSERT comes to: without a debugger the breakpoint is an exception.
 */
#include "ktest.h"

NTSYSAPI VOID NTAPI RtlAssert(PVOID Assertion, PVOID File, ULONG Line, PCHAR Message);

TEST_FORBIDDEN(RtlAssert, Breaks)
{
    volatile BOOLEAN Broke = FALSE;

    if (KD_DEBUGGER_ENABLED) {
        skip("the debugger would ask");
        return;
    }
    __try {
        RtlAssert("One == Two", "ktest.c", 12, "a test of RtlAssert");
    } __except (GetExceptionCode() == STATUS_BREAKPOINT) {
        Broke = TRUE;
    }
    CHECK(Broke);
}
