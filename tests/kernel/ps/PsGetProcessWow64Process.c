/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsGetProcessWow64Process - NULL for a 64-bit process.
 */
#include "pstest.h"

TEST(PsGetProcessWow64Process, IsNullForSystem)
{
    CHECK_PTR(PsGetProcessWow64Process(PsGetCurrentProcess()), NULL);
}
