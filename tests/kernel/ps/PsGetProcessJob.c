/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsGetProcessJob - the System process is in none.
 */
#include "pstest.h"

TEST(PsGetProcessJob, IsNullForSystem)
{
    CHECK_PTR(PsGetProcessJob(PsGetCurrentProcess()), NULL);
}
