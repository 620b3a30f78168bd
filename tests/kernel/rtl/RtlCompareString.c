/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlCompareString - orders two strings of the ANSI code page.
 */
#include "ktest.h"

static LONG Compare(PCSZ First, PCSZ Second, BOOLEAN CaseInsensitive)
{
    STRING String1;
    STRING String2;

    RtlInitString(&String1, First);
    RtlInitString(&String2, Second);
    return RtlCompareString(&String1, &String2, CaseInsensitive);
}

TEST(RtlCompareString, OrdersByCharacters)
{
    CHECK_EQ(Compare("abc", "abc", FALSE), 0);
    CHECK(Compare("abc", "abd", FALSE) < 0);
    CHECK(Compare("abd", "abc", FALSE) > 0);
}

TEST(RtlCompareString, ABeginningComesFirst)
{
    CHECK(Compare("ab", "abc", FALSE) < 0);
    CHECK(Compare("abc", "ab", FALSE) > 0);
    CHECK(Compare("", "a", FALSE) < 0);
    CHECK_EQ(Compare("", "", FALSE), 0);
}

TEST(RtlCompareString, CaseCountsUnlessAsked)
{
    CHECK(Compare("a", "B", FALSE) > 0);
    CHECK(Compare("a", "B", TRUE) < 0);
    CHECK_EQ(Compare("aBc", "AbC", TRUE), 0);
}
