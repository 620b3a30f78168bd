/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * _CIcos, _CIsin, _CIsqrt - what Microsoft's compiler for x86 calls for functions of floating point
 * numbers: the argument and the result are on the processor's floating point stack. x86 only.
 */
#include "ktest.h"

#if defined(__i386__)

/* Whole thousandths of the result, rounded; the state of the thread's floating point registers is
 * kept. */
static LONG Thousandths(const WCHAR *Export, LONG Argument, LONG Divisor)
{
    PVOID Function = KtestExport(Export);
    KFLOATING_SAVE Save;
    LONG Result = 0, Factor = 1000;

    if (!CHECK(Function != NULL) || !CHECK(NT_SUCCESS(KeSaveFloatingPointState(&Save))))
        return 0;
    __asm__ volatile("fildl %[argument]\n\tfidivl %[divisor]\n\tcall *%[function]\n\tfimull "
                     "%[factor]\n\tfistpl %[result]"
                     : [result] "=m"(Result)
                     : [argument] "m"(Argument), [divisor] "m"(Divisor), [factor] "m"(Factor),
                     [function] "S"(Function)
                     : "eax", "ecx", "edx", "memory", "cc");
    KeRestoreFloatingPointState(&Save);
    return Result;
}

TEST(_CIcos, IsTheCosine)
{
    CHECK_EQ(Thousandths(L"_CIcos", 0, 1), 1000);
    CHECK_EQ(Thousandths(L"_CIcos", 1, 1), 540);
}

TEST(_CIsin, IsTheSine)
{
    CHECK_EQ(Thousandths(L"_CIsin", 0, 1), 0);
    CHECK_EQ(Thousandths(L"_CIsin", 1, 2), 479);
}

TEST(_CIsqrt, IsTheSquareRoot)
{
    CHECK_EQ(Thousandths(L"_CIsqrt", 2, 1), 1414);
    CHECK_EQ(Thousandths(L"_CIsqrt", 81, 1), 9000);
}

#endif
