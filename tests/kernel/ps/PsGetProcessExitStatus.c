/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsGetProcessExitStatus - STATUS_PENDING while the process runs.
 */
#include "pstest.h"

TEST(PsGetProcessExitStatus, IsPendingWhileItRuns)
{
    CHECK_STATUS(PsGetProcessExitStatus(PsGetCurrentProcess()), STATUS_PENDING);
}
