/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsIsProtectedProcess - TRUE for the System process.
 */
#include "pstest.h"

TEST(PsIsProtectedProcess, IsTrueForSystem)
{
    LATER(PsIsProtectedProcess, BOOLEAN, PEPROCESS Process)

    CHECK(PsIsProtectedProcess(PsGetCurrentProcess()));
}
