/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsGetCurrentThreadStackBase - the end of the stack the caller is on.
 */
#include "pstest.h"

TEST(PsGetCurrentThreadStackBase, IsAboveALocal)
{
    ULONG Local;

    CHECK((ULONG_PTR)PsGetCurrentThreadStackBase() > (ULONG_PTR)&Local);
    CHECK((ULONG_PTR)PsGetCurrentThreadStackBase() - (ULONG_PTR)&Local < 0x100000);
}
