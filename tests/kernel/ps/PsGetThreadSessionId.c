/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsGetThreadSessionId - the session of a thread's process.
 */
#include "pstest.h"

TEST(PsGetThreadSessionId, AgreesWithTheProcess)
{
    CHECK_EQ(PsGetThreadSessionId(PsGetCurrentThread()),
             PsGetProcessSessionId(PsGetThreadProcess(PsGetCurrentThread())));
}
