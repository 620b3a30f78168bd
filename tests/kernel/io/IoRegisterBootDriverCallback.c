/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoRegisterBootDriverCallback - this driver is too late to be called; tests/e2e/sc_test.py has one
 * that is not.
 */
#include "ktest.h"

static VOID NTAPI NeverCalled(PVOID Context, ULONG Type, PVOID Information)
{
    UNREFERENCED_PARAMETER(Context);
    UNREFERENCED_PARAMETER(Type);
    UNREFERENCED_PARAMETER(Information);
    CHECK(FALSE);
}

TEST(IoRegisterBootDriverCallback, ComesAndGoes)
{
    PVOID(NTAPI * Register)(PVOID Routine, PVOID Context) =
        (PVOID)KtestExport(L"IoRegisterBootDriverCallback");
    VOID(NTAPI * Unregister)(PVOID Handle) = (PVOID)KtestExport(L"IoUnregisterBootDriverCallback");
    PVOID First, Second;

    if (Register == NULL || Unregister == NULL) {
        skip("new in Windows 8");
        return;
    }
    First = Register((PVOID)NeverCalled, NULL);
    Second = Register((PVOID)NeverCalled, &First);
    if (CHECK(First != NULL) && CHECK(Second != NULL)) {
        CHECK(First != Second);
        Unregister(First);
        Unregister(Second);
    }
}
