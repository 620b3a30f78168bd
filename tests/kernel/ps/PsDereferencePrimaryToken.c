/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsDereferencePrimaryToken - lets go of what PsReferencePrimaryToken gave.
 */
#include "pstest.h"

TEST(PsDereferencePrimaryToken, MayBeDoneManyTimes)
{
    ULONG Index;

    for (Index = 0; Index < 100; Index++)
        PsDereferencePrimaryToken(PsReferencePrimaryToken(PsGetCurrentProcess()));
    CHECK(PsReferencePrimaryToken(PsGetCurrentProcess()) != NULL);
    PsDereferencePrimaryToken(PsReferencePrimaryToken(PsGetCurrentProcess()));
    PsDereferencePrimaryToken(PsReferencePrimaryToken(PsGetCurrentProcess()));
}
