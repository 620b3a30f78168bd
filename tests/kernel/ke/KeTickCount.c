/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeTickCount - the variable 32-bit drivers read instead of the routine; x64 Windows need not have
 * it.
 */
#include "ktest.h"

TEST(KeTickCount, IsTheTickCount)
{
    const volatile KSYSTEM_TIME *Variable = KtestExport(L"KeTickCount");
    LARGE_INTEGER Before, After;
    ULONG64 Count;

    if (Variable == NULL) {
        skip("not exported here");
        return;
    }
    KeQueryTickCount(&Before);
    Count = (ULONG64)Variable->High1Time << 32 | Variable->LowPart;
    KeQueryTickCount(&After);
    CHECK((ULONG64)Before.QuadPart <= Count && Count <= (ULONG64)After.QuadPart);
}
