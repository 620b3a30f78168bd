/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsIsProtectedProcessLight - FALSE for the System process, which is fully protected.
 */
#include "pstest.h"

TEST(PsIsProtectedProcessLight, IsFalseForSystem)
{
    LATER(PsIsProtectedProcessLight, BOOLEAN, PEPROCESS Process)

    CHECK(!PsIsProtectedProcessLight(PsGetCurrentProcess()));
}
