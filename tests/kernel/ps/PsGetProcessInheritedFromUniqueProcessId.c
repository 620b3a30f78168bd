/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsGetProcessInheritedFromUniqueProcessId - nobody created the System process.
 */
#include "pstest.h"

TEST(PsGetProcessInheritedFromUniqueProcessId, IsZeroForSystem)
{
    CHECK_PTR(PsGetProcessInheritedFromUniqueProcessId(PsGetCurrentProcess()), NULL);
}
