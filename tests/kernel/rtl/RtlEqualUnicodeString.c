/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlEqualUnicodeString - whether two strings are the same, with or without case.
 */
#include "ktest.h"

TEST(RtlEqualUnicodeString, SameCharactersAreEqual)
{
    KTEST_STRING(Left, L"Hello");
    KTEST_STRING(Right, L"Hello");

    CHECK_EQ(RtlEqualUnicodeString(&Left, &Right, FALSE), TRUE);
    CHECK_EQ(RtlEqualUnicodeString(&Left, &Right, TRUE), TRUE);
}

TEST(RtlEqualUnicodeString, OtherCharactersAreNot)
{
    KTEST_STRING(Left, L"Hello");
    KTEST_STRING(Right, L"Hellp");

    CHECK_EQ(RtlEqualUnicodeString(&Left, &Right, FALSE), FALSE);
    CHECK_EQ(RtlEqualUnicodeString(&Left, &Right, TRUE), FALSE);
}

TEST(RtlEqualUnicodeString, LengthCounts)
{
    KTEST_STRING(Left, L"Hello");
    KTEST_STRING(Right, L"Hello!");
    UNICODE_STRING Empty = {0, 0, NULL};

    CHECK_EQ(RtlEqualUnicodeString(&Left, &Right, FALSE), FALSE);
    CHECK_EQ(RtlEqualUnicodeString(&Left, &Empty, FALSE), FALSE);
    CHECK_EQ(RtlEqualUnicodeString(&Empty, &Empty, TRUE), TRUE);
}

TEST(RtlEqualUnicodeString, CaseCountsOnlyIfAsked)
{
    KTEST_STRING(Left, L"\x00C4pfel \x0416 \x03A9");  /* Ä, Cyrillic Zhe, Omega */
    KTEST_STRING(Right, L"\x00E4PFEL \x0436 \x03C9"); /* the same in lower case */

    CHECK_EQ(RtlEqualUnicodeString(&Left, &Right, FALSE), FALSE);
    CHECK_EQ(RtlEqualUnicodeString(&Left, &Right, TRUE), TRUE);
}
