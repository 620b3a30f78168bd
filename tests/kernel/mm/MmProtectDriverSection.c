/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * MmProtectDriverSection - needs virtual secure mode.
 */
#include "ktest.h"

typedef NTSTATUS(NTAPI *PROTECT)(PVOID Address, SIZE_T Size, ULONG Flags);

static ULONG Data = 5; /* in a section of its own on no Windows: not protected where it could be */

TEST(MmProtectDriverSection, RefusesSizesAndFlags)
{
    PROTECT Protect = (PROTECT)KtestExport(L"MmProtectDriverSection");

    if (Protect == NULL) {
        skip("new in Windows 10, version 2004");
        return;
    }
    CHECK_STATUS(Protect(&Data, 4, 0), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Protect(&Data, 0, 0x80), STATUS_INVALID_PARAMETER);
}

/* Code is refused where there is a secure mode, everything where there is none. */
TEST(MmProtectDriverSection, RefusesCode)
{
    PROTECT Protect = (PROTECT)KtestExport(L"MmProtectDriverSection");
    NTSTATUS Status;

    if (Protect == NULL) {
        skip("new in Windows 10, version 2004");
        return;
    }
    Status = Protect((PVOID)(ULONG_PTR)KtestExport, 0, 1);
    CHECK(Status == STATUS_INVALID_DEVICE_STATE || Status == STATUS_INVALID_PAGE_PROTECTION ||
          Status == STATUS_NOT_SUPPORTED);
    Data = 6; /* and can still be written to */
}
