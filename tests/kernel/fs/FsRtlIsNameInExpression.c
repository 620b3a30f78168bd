/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * FsRtlIsNameInExpression, FsRtlDoesNameContainWildCards.
 */
#include "fs_test.h"

static BOOLEAN Matches(const WCHAR *Expression, const WCHAR *Name, BOOLEAN IgnoreCase)
{
    UNICODE_STRING Pattern, Text;

    RtlInitUnicodeString(&Pattern, Expression);
    RtlInitUnicodeString(&Text, Name);
    return FsRtlIsNameInExpression(&Pattern, &Text, IgnoreCase, NULL);
}

TEST(FsRtlIsNameInExpression, Stars)
{
    CHECK(Matches(L"*", L"anything", FALSE));
    CHECK(Matches(L"*", L"a.b.c", FALSE));
    CHECK(Matches(L"*.txt", L"a.txt", FALSE));
    CHECK(Matches(L"*.txt", L"a.b.txt", FALSE));
    CHECK(!Matches(L"*.txt", L"a.txt2", FALSE));
    CHECK(Matches(L"a*b*c", L"aXbYc", FALSE));
    CHECK(Matches(L"a*b*c", L"abc", FALSE));
    CHECK(!Matches(L"a*b*c", L"acb", FALSE));
    CHECK(!Matches(L"*.", L"ab", FALSE));
}

TEST(FsRtlIsNameInExpression, QuestionMarks)
{
    CHECK(Matches(L"a?c", L"abc", FALSE));
    CHECK(Matches(L"???", L"a.c", FALSE));
    CHECK(!Matches(L"a?", L"a", FALSE));
    CHECK(!Matches(L"?", L"ab", FALSE));
}

TEST(FsRtlIsNameInExpression, Case)
{
    CHECK(Matches(L"*.TXT", L"a.txt", TRUE));
    CHECK(!Matches(L"*.TXT", L"a.txt", FALSE));
    CHECK(Matches(L"ABC", L"aBc", TRUE));
}

TEST(FsRtlIsNameInExpression, WhatDosMeant)
{
    CHECK(Matches(L"A>>", L"A", FALSE));
    CHECK(Matches(L"A>>", L"ABC", FALSE));
    CHECK(!Matches(L"A>>", L"ABCD", FALSE));
    CHECK(Matches(L"A>>.B", L"A.B", FALSE));
    CHECK(Matches(L"<.TXT", L"A.B.TXT", FALSE));
    CHECK(Matches(L"AB\"", L"AB", FALSE));
    CHECK(Matches(L"AB\"C", L"AB.C", FALSE));
    CHECK(!Matches(L"A>C.B", L"AC.B", FALSE));
    CHECK(!Matches(L"\"AB", L"AB", FALSE));
    CHECK(!Matches(L"AB.\"C", L"AB.C", FALSE));
    CHECK(Matches(L"AB.C\"", L"AB.C", FALSE));
}

/* It may take the last dot, and nothing behind that. */
TEST(FsRtlIsNameInExpression, ADosStarEndsWithTheLastDot)
{
    CHECK(Matches(L"AB<EXE", L"ABCD.EXE", FALSE));
    CHECK(Matches(L"AB<EXE", L"AB.EXE", FALSE));
    CHECK(Matches(L"AB<EXE", L"ABCDEXE", FALSE));
    CHECK(Matches(L"A.B<EXE", L"A.BCD.EXE", FALSE));
    CHECK(!Matches(L"A<B.EXE", L"A.BCD.EXE", FALSE));
    CHECK(!Matches(L"F<", L"FILE.TXT", FALSE));
    CHECK(Matches(L"FI<<<", L"FILE", FALSE));
    CHECK(Matches(L"<<<.<", L".", FALSE));
    CHECK(Matches(L"F0_<\"*", L"F0_001.TXT", FALSE));
    CHECK(Matches(L"F0_<\"*", L"F0_", FALSE));
    CHECK(!Matches(L"F0_<\"*", L".", FALSE));
}

TEST(FsRtlIsNameInExpression, NothingIsNoName)
{
    CHECK(Matches(L"", L"", FALSE));
    CHECK(!Matches(L"*", L"", FALSE));
    CHECK(!Matches(L"", L"A", FALSE));
    CHECK(!Matches(L"*?", L"", FALSE));
}

TEST(FsRtlDoesNameContainWildCards, AnyOfTheFive)
{
    static const struct {
        const WCHAR *Name;
        BOOLEAN Wild;
    } Cases[] = {{L"a*", TRUE}, {L"?", TRUE}, {L"<", TRUE}, {L"a>b", TRUE}, {L"a\"", TRUE},
        {L"a.b", FALSE}, {L"", FALSE}};
    UNICODE_STRING Text;

    for (ULONG Index = 0; Index < sizeof(Cases) / sizeof(Cases[0]); Index++) {
        RtlInitUnicodeString(&Text, Cases[Index].Name);
        CHECK_EQ(FsRtlDoesNameContainWildCards(&Text), Cases[Index].Wild);
    }
}
