/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlEqualString - whether two strings of the ANSI code page are the same.
 */
#include "ktest.h"

static BOOLEAN Equal(PCSZ First, PCSZ Second, BOOLEAN CaseInsensitive)
{
    STRING String1;
    STRING String2;

    RtlInitString(&String1, First);
    RtlInitString(&String2, Second);
    return RtlEqualString(&String1, &String2, CaseInsensitive);
}

TEST(RtlEqualString, ComparesLengthAndCharacters)
{
    CHECK(Equal("abc", "abc", FALSE));
    CHECK(!Equal("abc", "abd", FALSE));
    CHECK(!Equal("abc", "ab", FALSE));
    CHECK(Equal("", "", FALSE));
}

TEST(RtlEqualString, CaseCountsUnlessAsked)
{
    CHECK(!Equal("abc", "ABC", FALSE));
    CHECK(Equal("abc", "ABC", TRUE));
    CHECK(!Equal("abc", "ABD", TRUE));
}

TEST(RtlEqualString, TheUpperHalfHasNoCase)
{
    CHECK(Equal("\xE9", "\xE9", TRUE));
    CHECK(!Equal("\xE9", "\xC9", TRUE));
}
