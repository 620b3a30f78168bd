/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsGetProcessDebugPort - nobody debugs the System process.
 */
#include "pstest.h"

TEST(PsGetProcessDebugPort, IsNullForSystem)
{
    CHECK_PTR(PsGetProcessDebugPort(PsGetCurrentProcess()), NULL);
}
