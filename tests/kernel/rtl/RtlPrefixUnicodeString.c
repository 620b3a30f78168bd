/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlPrefixUnicodeString - whether the first string begins the second.
 */
#include "ktest.h"

TEST(RtlPrefixUnicodeString, ABeginningIsAPrefix)
{
    KTEST_STRING(Prefix, L"\\Device\\");
    KTEST_STRING(Whole, L"\\Device\\Null");

    CHECK_EQ(RtlPrefixUnicodeString(&Prefix, &Whole, FALSE), TRUE);
    CHECK_EQ(RtlPrefixUnicodeString(&Whole, &Whole, FALSE), TRUE);
}

TEST(RtlPrefixUnicodeString, TheWholeIsNoPrefixOfItsBeginning)
{
    KTEST_STRING(Prefix, L"\\Device\\");
    KTEST_STRING(Whole, L"\\Device\\Null");

    CHECK_EQ(RtlPrefixUnicodeString(&Whole, &Prefix, FALSE), FALSE);
}

TEST(RtlPrefixUnicodeString, SomethingElseIsNone)
{
    KTEST_STRING(Prefix, L"\\Driver\\");
    KTEST_STRING(Whole, L"\\Device\\Null");

    CHECK_EQ(RtlPrefixUnicodeString(&Prefix, &Whole, FALSE), FALSE);
    CHECK_EQ(RtlPrefixUnicodeString(&Prefix, &Whole, TRUE), FALSE);
}

TEST(RtlPrefixUnicodeString, TheEmptyStringBeginsAll)
{
    UNICODE_STRING Empty = {0, 0, NULL};
    KTEST_STRING(Whole, L"a");

    CHECK_EQ(RtlPrefixUnicodeString(&Empty, &Whole, FALSE), TRUE);
    CHECK_EQ(RtlPrefixUnicodeString(&Empty, &Empty, TRUE), TRUE);
}

TEST(RtlPrefixUnicodeString, CaseCountsOnlyIfAsked)
{
    KTEST_STRING(Prefix, L"\\DEVICE\\");
    KTEST_STRING(Whole, L"\\Device\\Null");

    CHECK_EQ(RtlPrefixUnicodeString(&Prefix, &Whole, FALSE), FALSE);
    CHECK_EQ(RtlPrefixUnicodeString(&Prefix, &Whole, TRUE), TRUE);
}
