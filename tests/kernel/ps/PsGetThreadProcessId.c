/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsGetThreadProcessId - the identifier of a thread's process.
 */
#include "pstest.h"

TEST(PsGetThreadProcessId, IsTheProcesssId)
{
    CHECK_PTR(PsGetThreadProcessId(PsGetCurrentThread()),
              PsGetProcessId(PsGetThreadProcess(PsGetCurrentThread())));
}
