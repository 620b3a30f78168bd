/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * SeSystemDefaultDacl - a list that lets SYSTEM do everything.
 */
#include "se_test.h"

TEST(SeSystemDefaultDacl, LetsSystemIn)
{
    PACL *Variable = (PACL *)KtestExport(L"SeSystemDefaultDacl");
    BOOLEAN Found = FALSE;
    ULONG Index;
    PVOID Ace;

    if (!CHECK(Variable != NULL && *Variable != NULL))
        return;
    for (Index = 0; NT_SUCCESS(RtlGetAce(*Variable, Index, &Ace)); Index++)
        Found |= ((PACE_HEADER)Ace)->AceType == ACCESS_ALLOWED_ACE_TYPE &&
                 RtlEqualSid(&((PACCESS_ALLOWED_ACE)Ace)->SidStart, SE_TEST_SYSTEM);
    CHECK(Found);
}
