/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsGetProcessExitProcessCalled - FALSE while the process runs.
 */
#include "pstest.h"

TEST(PsGetProcessExitProcessCalled, IsFalseForARunningProcess)
{
    CHECK(!PsGetProcessExitProcessCalled(PsGetCurrentProcess()));
}
