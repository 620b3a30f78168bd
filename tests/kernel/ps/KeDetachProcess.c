/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeDetachProcess - does nothing for a thread that is not attached.
 */
#include "pstest.h"

TEST(KeDetachProcess, WithoutAttaching)
{
    PEPROCESS Before = PsGetCurrentProcess();
    LATER(KeDetachProcess, VOID, VOID)

    KeDetachProcess();
    CHECK_PTR(PsGetCurrentProcess(), Before);
}
