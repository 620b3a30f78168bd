/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsGetCurrentThreadProcess - the process of the current thread.
 */
#include "pstest.h"

TEST(PsGetCurrentThreadProcess, AgreesWithPsGetThreadProcess)
{
    CHECK_PTR(PsGetCurrentThreadProcess(), PsGetThreadProcess(PsGetCurrentThread()));
}
