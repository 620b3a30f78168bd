/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsGetCurrentProcessId - 4 in the System process since Windows XP, 8 before.
 */
#include "ktest.h"

TEST(PsGetCurrentProcessId, IsTheSystemProcessInDriverEntry)
{
    ULONG_PTR Id = (ULONG_PTR)PsGetCurrentProcessId();

    CHECK(Id == 4 || Id == 8);
}
