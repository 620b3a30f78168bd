/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsReferencePrimaryToken - the process's token, with a reference.
 */
#include "pstest.h"

TEST(PsReferencePrimaryToken, GivesAToken)
{
    PVOID Token = PsReferencePrimaryToken(PsGetCurrentProcess());

    if (!CHECK(Token != NULL))
        return;
    CHECK_PTR(PsReferencePrimaryToken(PsGetCurrentProcess()), Token);
    PsDereferencePrimaryToken(Token);
    PsDereferencePrimaryToken(Token);
}
