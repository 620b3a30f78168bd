/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsGetProcessSessionIdEx - a session, or all ones for none.
 */
#include "pstest.h"

TEST(PsGetProcessSessionIdEx, IsASessionOrNone)
{
    LATER(PsGetProcessSessionIdEx, ULONG, PEPROCESS Process)

    ULONG Session = PsGetProcessSessionIdEx(PsGetCurrentProcess());
    CHECK(Session == 0 || Session == MAXULONG);
}
