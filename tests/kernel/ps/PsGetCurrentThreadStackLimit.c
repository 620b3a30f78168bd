/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsGetCurrentThreadStackLimit - the lowest address of the stack the caller is on.
 */
#include "pstest.h"

TEST(PsGetCurrentThreadStackLimit, IsBelowALocal)
{
    ULONG Local;

    CHECK((ULONG_PTR)PsGetCurrentThreadStackLimit() < (ULONG_PTR)&Local);
    CHECK((ULONG_PTR)&Local - (ULONG_PTR)PsGetCurrentThreadStackLimit() < 0x100000);
}
