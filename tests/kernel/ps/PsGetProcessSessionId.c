/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsGetProcessSessionId - the System process is in session 0.
 */
#include "pstest.h"

TEST(PsGetProcessSessionId, IsZeroForSystem)
{
    CHECK_EQ(PsGetProcessSessionId(PsGetCurrentProcess()), 0);
}
