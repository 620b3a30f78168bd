/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsGetThreadProcess - the process a thread belongs to.
 */
#include "pstest.h"

TEST(PsGetThreadProcess, IsSystemForASystemThread)
{
    CHECK_PTR(PsGetThreadProcess(PsGetCurrentThread()), PsGetCurrentThreadProcess());
}
