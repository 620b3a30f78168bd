/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlIsNameLegalDOS8Dot3 - is it a name of 8.3?
 */
#include "ktest.h"

NTSYSAPI BOOLEAN NTAPI RtlIsNameLegalDOS8Dot3(
    PUNICODE_STRING Name, POEM_STRING OemName, PBOOLEAN NameContainsSpaces);

static BOOLEAN Legal(const WCHAR *Text)
{
    UNICODE_STRING Name;

    RtlInitUnicodeString(&Name, Text);
    return RtlIsNameLegalDOS8Dot3(&Name, NULL, NULL);
}

TEST(RtlIsNameLegalDOS8Dot3, KnowsTheRules)
{
    CHECK(Legal(L"12345678.123"));
    CHECK(Legal(L"a"));
    CHECK(Legal(L"."));
    CHECK(Legal(L".."));
    CHECK(!Legal(L""));
    CHECK(!Legal(L"..."));
    CHECK(!Legal(L"123456789"));
    CHECK(!Legal(L"a.1234"));
    CHECK(!Legal(L"a.b.c"));
    CHECK(!Legal(L".a"));
    CHECK(!Legal(L"a."));
    CHECK(!Legal(L"a "));
    CHECK(!Legal(L"a+b"));
    CHECK(!Legal(L"a*b"));
    CHECK(!Legal(L"a\\b"));
    CHECK(!Legal(L"1234567890.123"));
}

TEST(RtlIsNameLegalDOS8Dot3, GivesTheOemName)
{
    KTEST_STRING(Name, L"a b.txt");
    CHAR Buffer[12];
    OEM_STRING Oem = {0, sizeof(Buffer), Buffer};
    BOOLEAN Spaces = FALSE;

    CHECK(RtlIsNameLegalDOS8Dot3(&Name, &Oem, &Spaces));
    CHECK(Spaces);
    CHECK_EQ(Oem.Length, 7);
    CHECK_EQ(RtlCompareMemory(Buffer, "A B.TXT", 7), 7);
    Name.Length = 2 * sizeof(WCHAR);
    NameBuffer[1] = L'b';
    CHECK(RtlIsNameLegalDOS8Dot3(&Name, &Oem, &Spaces));
    CHECK(!Spaces);
}
