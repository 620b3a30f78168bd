/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsGetProcessExitTime - zero while the current process runs.
 */
#include "pstest.h"

TEST(PsGetProcessExitTime, IsZeroWhileItRuns)
{
    CHECK_EQ(PsGetProcessExitTime().QuadPart, 0);
}
