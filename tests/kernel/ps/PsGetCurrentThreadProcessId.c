/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsGetCurrentThreadProcessId - its identifier.
 */
#include "pstest.h"

TEST(PsGetCurrentThreadProcessId, AgreesWithTheProcess)
{
    CHECK_PTR(PsGetCurrentThreadProcessId(), PsGetProcessId(PsGetCurrentThreadProcess()));
}
