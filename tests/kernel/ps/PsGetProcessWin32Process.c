/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsGetProcessWin32Process - the System process has no windows.
 */
#include "pstest.h"

TEST(PsGetProcessWin32Process, IsNullForSystem)
{
    CHECK_PTR(PsGetProcessWin32Process(PsGetCurrentProcess()), NULL);
}
