/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsGetThreadCreateTime - when the thread was made.
 */
#include "pstest.h"

TEST(PsGetThreadCreateTime, IsInThePast)
{
    LARGE_INTEGER Now;
    LATER(PsGetThreadCreateTime, LONGLONG, PETHREAD Thread)

    LONGLONG Created = PsGetThreadCreateTime(PsGetCurrentThread());
    KeQuerySystemTime(&Now);
    CHECK(Created > 0);
    CHECK(Created <= Now.QuadPart);
}
