/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * NtGlobalFlag - what gflags sets; RtlGetNtGlobalFlags says the same.
 */
#include "kvariable.h"

IMPORT_VARIABLE(ULONG, NtGlobalFlag);

typedef ULONG(NTAPI *GET_FLAGS)(VOID);

TEST(NtGlobalFlag, IsWhatTheRoutineReturns)
{
    GET_FLAGS GetFlags = (GET_FLAGS)KtestExport(L"RtlGetNtGlobalFlags");
    volatile ULONG Flags = IMPORTED(NtGlobalFlag);

    if (GetFlags == NULL)
        skip("RtlGetNtGlobalFlags is not exported here");
    else
        CHECK_EQ(GetFlags(), Flags);
}
