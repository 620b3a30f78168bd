/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsIsSystemProcess - TRUE for the System process.
 */
#include "pstest.h"

TEST(PsIsSystemProcess, IsTrueForSystem)
{
    LATER(PsIsSystemProcess, BOOLEAN, PEPROCESS Process)

    CHECK(PsIsSystemProcess(PsGetCurrentProcess()));
}
