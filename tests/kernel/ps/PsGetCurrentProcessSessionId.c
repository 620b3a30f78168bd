/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsGetCurrentProcessSessionId - the session of the current process.
 */
#include "pstest.h"

TEST(PsGetCurrentProcessSessionId, AgreesWithTheProcess)
{
    CHECK_EQ(PsGetCurrentProcessSessionId(), PsGetProcessSessionId(PsGetCurrentProcess()));
}
