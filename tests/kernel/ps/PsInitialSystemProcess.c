/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsInitialSystemProcess - the process drivers are loaded in.
 */
#include "kthread.h"
#include "kvariable.h"

IMPORT_VARIABLE(PEPROCESS, PsInitialSystemProcess);

TEST(PsInitialSystemProcess, IsTheCurrentProcessOfDriverEntry)
{
    CHECK(IMPORTED(PsInitialSystemProcess) != NULL);
    CHECK_PTR(IMPORTED(PsInitialSystemProcess), PsGetCurrentProcess());
}

TEST(PsInitialSystemProcess, HasNotEnded)
{
    CHECK_STATUS(KtestPoll(IMPORTED(PsInitialSystemProcess)), STATUS_TIMEOUT);
}
