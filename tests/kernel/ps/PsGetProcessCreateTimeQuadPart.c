/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsGetProcessCreateTimeQuadPart - when the process was created.
 */
#include "pstest.h"

TEST(PsGetProcessCreateTimeQuadPart, IsInThePast)
{
    LARGE_INTEGER Now;
    LONGLONG Created = PsGetProcessCreateTimeQuadPart(PsGetCurrentProcess());

    KeQuerySystemTime(&Now);
    CHECK(Created > 0);
    CHECK(Created <= Now.QuadPart);
}
