/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlAnsiStringToUnicodeSize, RtlOemStringToUnicodeSize, RtlxOemStringToUnicodeSize,
 * RtlUnicodeStringToAnsiSize, RtlUnicodeStringToOemSize, RtlxUnicodeStringToOemSize - bytes a
 * string takes in the other form, with the zero at its end.
 */
#include "ktest.h"

/* The headers have macros of some of these names. */
typedef ULONG(NTAPI *OF_ANSI)(PANSI_STRING String);
typedef ULONG(NTAPI *OF_UNICODE)(PUNICODE_STRING String);

static VOID CheckAnsi(const WCHAR *Export)
{
    OF_ANSI Size = (OF_ANSI)KtestExport(Export);
    ANSI_STRING String = {5, 6, "hello"}, Empty = {0, 0, NULL};

    if (Size == NULL) {
        skip("not exported by this Windows");
        return;
    }
    CHECK_EQ(Size(&String), 6 * sizeof(WCHAR));
    CHECK_EQ(Size(&Empty), sizeof(WCHAR));
}

static VOID CheckUnicode(const WCHAR *Export)
{
    OF_UNICODE Size = (OF_UNICODE)KtestExport(Export);
    UNICODE_STRING String = {10, 12, L"hello"}, Empty = {0, 0, NULL};

    if (Size == NULL) {
        skip("not exported by this Windows");
        return;
    }
    CHECK_EQ(Size(&String), 6);
    CHECK_EQ(Size(&Empty), 1);
}

TEST(RtlAnsiStringToUnicodeSize, CountsTheEnd)
{
    CheckAnsi(L"RtlAnsiStringToUnicodeSize");
}

TEST(RtlOemStringToUnicodeSize, CountsTheEnd)
{
    CheckAnsi(L"RtlOemStringToUnicodeSize");
}

TEST(RtlxOemStringToUnicodeSize, CountsTheEnd)
{
    CheckAnsi(L"RtlxOemStringToUnicodeSize");
}

TEST(RtlUnicodeStringToAnsiSize, CountsTheEnd)
{
    CheckUnicode(L"RtlUnicodeStringToAnsiSize");
}

TEST(RtlUnicodeStringToOemSize, CountsTheEnd)
{
    CheckUnicode(L"RtlUnicodeStringToOemSize");
}

TEST(RtlxUnicodeStringToOemSize, CountsTheEnd)
{
    CheckUnicode(L"RtlxUnicodeStringToOemSize");
}
