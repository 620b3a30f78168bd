/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsGetProcessPeb - the System process has none.
 */
#include "pstest.h"

TEST(PsGetProcessPeb, IsNullForSystem)
{
    CHECK_PTR(PsGetProcessPeb(PsGetCurrentProcess()), NULL);
}
