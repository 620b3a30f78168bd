/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsGetThreadId - the identifier PsGetCurrentThreadId gives.
 */
#include "pstest.h"

TEST(PsGetThreadId, IsTheThreadsOwn)
{
    CHECK_PTR(PsGetThreadId(PsGetCurrentThread()), PsGetCurrentThreadId());
}
