/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeNumberProcessors - at least the one the test runs on.
 */
#include "kvariable.h"

IMPORT_VARIABLE(CCHAR, KeNumberProcessors);

TEST(KeNumberProcessors, CountsThisOne)
{
    CHECK(IMPORTED(KeNumberProcessors) >= 1);
    CHECK((ULONG)IMPORTED(KeNumberProcessors) > KeGetCurrentProcessorNumber());
}
