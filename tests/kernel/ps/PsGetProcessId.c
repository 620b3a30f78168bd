/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsGetProcessId - what PsGetCurrentProcessId says of the current one.
 */
#include "kvariable.h"

IMPORT_VARIABLE(PEPROCESS, PsInitialSystemProcess);

TEST(PsGetProcessId, IsTheIdOfTheProcess)
{
    CHECK_PTR(PsGetProcessId(PsGetCurrentProcess()), PsGetCurrentProcessId());
    CHECK_PTR(PsGetProcessId(IMPORTED(PsInitialSystemProcess)), PsGetCurrentProcessId());
}
