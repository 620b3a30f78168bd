/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * MmBadPointer - a pointer to nothing, ever (Windows 7 and later).
 */
#include "ktest.h"

TEST(MmBadPointer, PointsToNothing)
{
    PVOID *BadPointer = KtestExport(L"MmBadPointer");

    if (BadPointer == NULL) {
        skip("Windows 7 and later");
        return;
    }
    CHECK(*BadPointer != NULL);
    CHECK(!MmIsAddressValid(*BadPointer));
}
