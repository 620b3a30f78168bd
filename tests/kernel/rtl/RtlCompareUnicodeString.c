/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlCompareUnicodeString - order by code unit, or by the upper-case ones.
 */
#include "ktest.h"

/* The sign of the comparison. */
static LONG Order(PUNICODE_STRING Left, PUNICODE_STRING Right, BOOLEAN CaseInSensitive)
{
    LONG Result = RtlCompareUnicodeString(Left, Right, CaseInSensitive);

    return (Result > 0) - (Result < 0);
}

TEST(RtlCompareUnicodeString, EqualStringsAreZero)
{
    KTEST_STRING(Left, L"Hello");
    KTEST_STRING(Right, L"Hello");

    CHECK(Order(&Left, &Right, FALSE) == 0);
    CHECK(Order(&Left, &Right, TRUE) == 0);
    CHECK(Order(&Left, &Left, FALSE) == 0);
}

TEST(RtlCompareUnicodeString, TheFirstDifferenceDecides)
{
    KTEST_STRING(Left, L"abcz");
    KTEST_STRING(Right, L"abda");

    CHECK(Order(&Left, &Right, FALSE) == -1);
    CHECK(Order(&Right, &Left, FALSE) == 1);
}

TEST(RtlCompareUnicodeString, ThePrefixComesFirst)
{
    KTEST_STRING(Left, L"abc");
    KTEST_STRING(Right, L"abcd");
    UNICODE_STRING Empty = {0, 0, NULL};

    CHECK(Order(&Left, &Right, FALSE) == -1);
    CHECK(Order(&Right, &Left, FALSE) == 1);
    CHECK(Order(&Empty, &Left, FALSE) == -1);
    CHECK(Order(&Empty, &Empty, FALSE) == 0);
}

TEST(RtlCompareUnicodeString, CaseCountsOnlyIfAsked)
{
    KTEST_STRING(Left, L"HELLO");
    KTEST_STRING(Right, L"hello");

    CHECK(Order(&Left, &Right, FALSE) == -1);
    CHECK(Order(&Left, &Right, TRUE) == 0);
}

/* The underscore lies between upper- and lower-case letters: it tells which are compared. */
TEST(RtlCompareUnicodeString, IgnoringCaseComparesUpperCase)
{
    KTEST_STRING(Left, L"_");
    KTEST_STRING(Right, L"a");

    CHECK(Order(&Left, &Right, FALSE) == -1);
    CHECK(Order(&Left, &Right, TRUE) == 1);
}

TEST(RtlCompareUnicodeString, CodeUnitsAreUnsigned)
{
    KTEST_STRING(Left, L"a");
    KTEST_STRING(Right, L"\xFF5E");

    CHECK(Order(&Left, &Right, FALSE) == -1);
    CHECK(Order(&Left, &Right, TRUE) == -1);
}

TEST(RtlCompareUnicodeString, AnEmbeddedNullDoesNotEndIt)
{
    KTEST_STRING(Left, L"a\0b");
    KTEST_STRING(Right, L"a\0c");

    CHECK(Order(&Left, &Right, FALSE) == -1);
}
