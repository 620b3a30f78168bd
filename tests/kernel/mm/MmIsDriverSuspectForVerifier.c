/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * MmIsDriverSuspectForVerifier - the driver is in the verifier's list.
 */
#include "ktest.h"

typedef ULONG(NTAPI *IS_SUSPECT)(PDRIVER_OBJECT Driver);

TEST(MmIsDriverSuspectForVerifier, ImpliesVerifying)
{
    IS_SUSPECT IsSuspect = (IS_SUSPECT)KtestExport(L"MmIsDriverSuspectForVerifier");

    if (IsSuspect == NULL) {
        skip("new in Windows 8");
        return;
    }
    /* This driver imports nothing from other drivers: it is looked at only when it was chosen. */
    CHECK_EQ(IsSuspect(KtestDriverObject) != 0, MmIsDriverVerifying(KtestDriverObject) != 0);
}
