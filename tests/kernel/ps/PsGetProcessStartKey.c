/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsGetProcessStartKey - a number of one process alone.
 */
#include "ktest.h"

TEST(PsGetProcessStartKey, StaysTheSame)
{
    ULONG64(NTAPI * Get)(PEPROCESS Process) = (PVOID)KtestExport(L"PsGetProcessStartKey");

    if (Get == NULL) {
        skip("new in Windows 10, version 1703");
        return;
    }
    CHECK(Get(PsInitialSystemProcess) != 0);
    CHECK_EQ(Get(PsInitialSystemProcess), Get(PsInitialSystemProcess));
}
