/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsGetCurrentProcessWow64Process - the same of the current process.
 */
#include "pstest.h"

TEST(PsGetCurrentProcessWow64Process, IsNullForSystem)
{
    CHECK_PTR(PsGetCurrentProcessWow64Process(), NULL);
}
