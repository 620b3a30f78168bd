/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsIsProcessBeingDebugged - nobody debugs the System process.
 */
#include "pstest.h"

TEST(PsIsProcessBeingDebugged, IsFalseForSystem)
{
    CHECK(!PsIsProcessBeingDebugged(PsGetCurrentProcess()));
}
