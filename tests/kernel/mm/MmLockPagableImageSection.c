/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * MmLockPagableImageSection - MmLockPagableDataSection by another name.
 */
#include "ktest.h"

typedef PVOID(NTAPI *LOCK)(PVOID Address);

static VOID NTAPI Pageable(VOID)
{
}

TEST(MmLockPagableImageSection, GivesAHandle)
{
    LOCK Lock = (LOCK)KtestExport(L"MmLockPagableImageSection");
    PVOID Handle;

    if (Lock == NULL) {
        skip("this Windows has no such export");
        return;
    }
    Handle = Lock((PVOID)(ULONG_PTR)Pageable);
    if (!CHECK(Handle != NULL))
        return;
    CHECK_PTR(MmLockPagableDataSection((PVOID)(ULONG_PTR)Pageable), Handle);
    MmUnlockPagableImageSection(Handle);
    MmUnlockPagableImageSection(Handle);
    Pageable();
}
