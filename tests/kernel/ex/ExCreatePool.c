/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ExCreatePool, ExSecurePoolUpdate - secure pools, where virtualization-based security is off.
 */
#include "ktest.h"

TEST(ExCreatePool, NotWithoutVirtualization)
{
    NTSTATUS(NTAPI * Create)
    (ULONG Flags, ULONG_PTR Tag, PVOID Parameters, PHANDLE Pool) = (PVOID)KtestExport(
        L"ExCreatePool");
    VOID(NTAPI * Destroy)(HANDLE Pool) = (PVOID)KtestExport(L"ExDestroyPool");
    ULONG(NTAPI * Validate)
    (HANDLE Pool, ULONG Tag, PVOID Allocation, ULONG_PTR Cookie) = (PVOID)KtestExport(
        L"ExSecurePoolValidate");
    HANDLE Pool = NULL;

    if (Create == NULL) {
        skip("new in Windows 10, version 2004");
    } else if (NT_SUCCESS(Create(1, 'tseT', NULL, &Pool))) {
        Destroy(Pool); /* a Windows that has it */
    } else {
        CHECK_PTR(Pool, NULL);
        CHECK_EQ(Validate(NULL, 'tseT', &Pool, 0), 0);
    }
}
