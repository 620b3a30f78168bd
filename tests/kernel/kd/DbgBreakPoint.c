/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * DbgBreakPoint, DbgBreakPointWithStatus - a breakpoint is an exception where no debugger is;
 * DbgPrintReturnControlC, KdEnteredDebugger - nobody is at a debugger. _purecall - a pure virtual
 * function raises.
 */
#include "ktest.h"

typedef VOID(NTAPI *BREAK)(VOID);
typedef VOID(NTAPI *BREAK_WITH)(ULONG Status);
typedef ULONG(__cdecl *PRINT)(PCCH Format, ...);
typedef int(__cdecl *PURE_CALL)(VOID);

/* With a debugger it would stop there. */
static BOOLEAN NobodyDebugs(VOID)
{
    PBOOLEAN Enabled = KtestExport(L"KdDebuggerEnabled");

    if (Enabled == NULL || !*Enabled)
        return TRUE;
    skip("a debugger is attached");
    return FALSE;
}

TEST(DbgBreakPoint, IsAnExceptionWithoutADebugger)
{
    BREAK Break = (BREAK)KtestExport(L"DbgBreakPoint");
    volatile NTSTATUS Code = STATUS_SUCCESS;

    if (!NobodyDebugs() || !CHECK(Break != NULL))
        return;
    __try {
        Break();
    } __except (Code = (NTSTATUS)GetExceptionCode(), EXCEPTION_EXECUTE_HANDLER) {
    }
    CHECK_STATUS(Code, STATUS_BREAKPOINT);
}

TEST(DbgBreakPointWithStatus, IsAnExceptionWithoutADebugger)
{
    BREAK_WITH Break = (BREAK_WITH)KtestExport(L"DbgBreakPointWithStatus");
    volatile NTSTATUS Code = STATUS_SUCCESS;

    if (!NobodyDebugs() || !CHECK(Break != NULL))
        return;
    __try {
        Break(1);
    } __except (Code = (NTSTATUS)GetExceptionCode(), EXCEPTION_EXECUTE_HANDLER) {
    }
    CHECK_STATUS(Code, STATUS_BREAKPOINT);
}

TEST(DbgPrintReturnControlC, NobodyPressesIt)
{
    PRINT Print = (PRINT)KtestExport(L"DbgPrintReturnControlC");

    if (CHECK(Print != NULL))
        CHECK_EQ(Print("# line %d\n", 1), FALSE);
}

TEST(KdEnteredDebugger, NobodyIsThere)
{
    PBOOLEAN Entered = KtestExport(L"KdEnteredDebugger");

    if (Entered == NULL)
        skip("not exported by this Windows");
    else
        CHECK_EQ(*Entered, FALSE);
}

TEST(_purecall, Raises)
{
    PURE_CALL Pure = (PURE_CALL)KtestExport(L"_purecall");
    volatile NTSTATUS Code = STATUS_SUCCESS;

    if (!CHECK(Pure != NULL))
        return;
    __try {
        Pure();
    } __except (Code = (NTSTATUS)GetExceptionCode(), EXCEPTION_EXECUTE_HANDLER) {
    }
    CHECK_STATUS(Code, STATUS_NOT_IMPLEMENTED);
}
