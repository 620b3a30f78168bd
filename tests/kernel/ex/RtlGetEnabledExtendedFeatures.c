/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlGetEnabledExtendedFeatures - components of the processor's state.
 */
#include "ktest.h"

TEST(RtlGetEnabledExtendedFeatures, AnswersWhatWasAskedFor)
{
    ULONG64(NTAPI * Get)(ULONG64 Mask) = (PVOID)KtestExport(L"RtlGetEnabledExtendedFeatures");
    ULONG64 All;

    if (Get == NULL) {
        skip("new in Windows 7");
        return;
    }
    All = Get(~0ull);
    CHECK_EQ(Get(0), 0);
    CHECK_EQ(Get(3) & ~3ull, 0);
    CHECK_EQ(Get(All), All);
}
