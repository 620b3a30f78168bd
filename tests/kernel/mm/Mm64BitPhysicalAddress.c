/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Mm64BitPhysicalAddress - x64 has more than 32 bits of physical address.
 */
#include "ktest.h"

TEST(Mm64BitPhysicalAddress, IsTrueOnX64)
{
    const BOOLEAN *Variable = KtestExport(L"Mm64BitPhysicalAddress");

    if (Variable == NULL)
        skip("not exported here");
    else
        CHECK_EQ(*Variable, TRUE);
}
