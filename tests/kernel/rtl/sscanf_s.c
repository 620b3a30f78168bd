/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * sscanf_s, swscanf_s, _snscanf_s, _snwscanf_s - read fields out of text; since Windows Vista.
 */
#include "ktest.h"

typedef int(__cdecl *NARROW)(const CHAR *Text, const CHAR *Format, ...);
typedef int(__cdecl *WIDE)(const WCHAR *Text, const WCHAR *Format, ...);
typedef int(__cdecl *NARROW_COUNTED)(const CHAR *Text, SIZE_T Length, const CHAR *Format, ...);
typedef int(__cdecl *WIDE_COUNTED)(const WCHAR *Text, SIZE_T Length, const WCHAR *Format, ...);

static PVOID Find(const WCHAR *Name)
{
    PVOID Export = KtestExport(Name);

    if (Export == NULL)
        skip("newer than this Windows");
    return Export;
}

static BOOLEAN Same(const VOID *One, const VOID *Other, SIZE_T Bytes)
{
    return RtlCompareMemory(One, Other, Bytes) == Bytes;
}

TEST(sscanf_s, ReadsNumbers)
{
    NARROW Scan = (NARROW)Find(L"sscanf_s");
    int A = 0, B = 0, C = 0;
    unsigned D = 0;

    if (Scan == NULL)
        return;
    CHECK_EQ(Scan("12 -34\t+56 4000000000", "%d%d %d %u", &A, &B, &C, &D), 4);
    CHECK_EQ(A, 12);
    CHECK_EQ(B, -34);
    CHECK_EQ(C, 56);
    CHECK_EQ(D, 4000000000u);
    CHECK_EQ(Scan("ff 0x1F 17 0x10", "%x %X %o %i", &A, &B, &C, &D), 4);
    CHECK_EQ(A, 0xFF);
    CHECK_EQ(B, 0x1F);
    CHECK_EQ(C, 15);
    CHECK_EQ(D, 16);
    CHECK_EQ(Scan("010 10", "%i %i", &A, &B), 2);
    CHECK_EQ(A, 8);
    CHECK_EQ(B, 10);
}

TEST(sscanf_s, SizesOfNumbers)
{
    NARROW Scan = (NARROW)Find(L"sscanf_s");
    SHORT Short[2] = {0, 0x7777};
    LONGLONG Long = 0, Other = 0;
    PVOID Pointer = NULL;

    if (Scan == NULL)
        return;
    CHECK_EQ(Scan("-2 123456789abcdef -5", "%hd %I64x %lld", Short, &Long, &Other), 3);
    CHECK_EQ(Short[0], (SHORT)-2);
    CHECK_EQ(Short[1], 0x7777);
    CHECK_EQ(Long, 0x123456789ABCDEFLL);
    CHECK_EQ(Other, -5LL);
    CHECK_EQ(Scan("00ABCDEF", "%p", &Pointer), 1);
    CHECK_PTR(Pointer, 0xABCDEF);
}

TEST(sscanf_s, StopsWhereTextAndFormatDiffer)
{
    NARROW Scan = (NARROW)Find(L"sscanf_s");
    int A = 1, B = 2, At = 0;

    if (Scan == NULL)
        return;
    CHECK_EQ(Scan("12,34;56", "%d,%d:%d", &A, &B, &At), 2);
    CHECK_EQ(At, 0);
    CHECK_EQ(Scan("x", "%d", &A), 0);
    CHECK_EQ(A, 12);
    CHECK_EQ(Scan("", "%d", &A), -1);
    CHECK_EQ(Scan("  ", "%d", &A), -1);
    CHECK_EQ(Scan("5%6", "%d%%%d%n", &A, &B, &At), 2);
    CHECK_EQ(B, 6);
    CHECK_EQ(At, 3);
    CHECK_EQ(Scan("12345678", "%3d%*2d%2d", &A, &B), 2);
    CHECK_EQ(A, 123);
    CHECK_EQ(B, 67);
    CHECK_EQ(Scan("7", "%*d%d", &A), 0);
}

TEST(sscanf_s, ReadsTextIntoBuffersWithSizes)
{
    NARROW Scan = (NARROW)Find(L"sscanf_s");
    CHAR One[8], Two[8];
    WCHAR Wide[8];

    if (Scan == NULL)
        return;
    CHECK_EQ(Scan("  abc\tdefg", "%s %s", One, 8u, Two, 8u), 2);
    CHECK(Same(One, "abc", 4));
    CHECK(Same(Two, "defg", 5));
    CHECK_EQ(Scan("abcdef", "%3s%c%2c", One, 4u, Two, 1u, Two + 1, 2u), 3);
    CHECK(Same(One, "abc", 4));
    CHECK(Same(Two, "def", 3));
    CHECK_EQ(Scan("wide text", "%S %hs", Wide, 8u, One, 8u), 2);
    CHECK(Same(Wide, L"wide", 10));
    CHECK(Same(One, "text", 5));
    CHECK_EQ(Scan("wide", "%ls", Wide, 5u), 1);
    CHECK(Same(Wide, L"wide", 10));
}

TEST(sscanf_s, GivesNothingThatDoesNotFit)
{
    NARROW Scan = (NARROW)Find(L"sscanf_s");
    CHAR One[8] = "zzzzzzz", Two[8] = "zzzzzzz";
    int Number = 0;

    if (Scan == NULL)
        return;
    CHECK_EQ(Scan("5 abc 6", "%d %s %d", &Number, One, 3u, &Number), 1);
    CHECK_EQ(Number, 5);
    CHECK_EQ(One[0], 0);
    CHECK_EQ(One[3], 'z');
    CHECK_EQ(Scan("abc", "%s", One, 4u), 1);
    CHECK_EQ(Scan("ab", "%2c", Two, 1u), 0);
    CHECK_EQ(Two[1], 'z');
}

TEST(sscanf_s, TakesSetsOfCharacters)
{
    NARROW Scan = (NARROW)Find(L"sscanf_s");
    CHAR One[8], Two[8];

    if (Scan == NULL)
        return;
    CHECK_EQ(Scan("ab12-x", "%[a-z]%[^-]", One, 8u, Two, 8u), 2);
    CHECK(Same(One, "ab", 3));
    CHECK(Same(Two, "12", 3));
    CHECK_EQ(Scan("]]a", "%[]]%[^]]", One, 8u, Two, 8u), 2);
    CHECK(Same(One, "]]", 3));
    CHECK(Same(Two, "a", 2));
    CHECK_EQ(Scan(" ab", "%[a-z]", One, 8u), 0);
}

TEST(swscanf_s, IsTheSameForWideText)
{
    WIDE Scan = (WIDE)Find(L"swscanf_s");
    WCHAR Text[8];
    CHAR Narrow[8];
    int Number = 0;

    if (Scan == NULL)
        return;
    CHECK_EQ(Scan(L"42 abc def", L"%d %s %S", &Number, Text, 8u, Narrow, 8u), 3);
    CHECK_EQ(Number, 42);
    CHECK(Same(Text, L"abc", 8));
    CHECK(Same(Narrow, "def", 4));
    CHECK_EQ(Scan(L"abc", L"%s", Text, 3u), 0);
    CHECK_EQ(Text[0], 0);
    CHECK_EQ(Scan(L"", L"%d", &Number), -1);
}

TEST(_snscanf_s, LooksAtSoManyCharacters)
{
    NARROW_COUNTED Scan = (NARROW_COUNTED)Find(L"_snscanf_s");
    CHAR Text[8];
    int Number = 0;

    if (Scan == NULL)
        return;
    CHECK_EQ(Scan("123456", 3, "%d", &Number), 1);
    CHECK_EQ(Number, 123);
    CHECK_EQ(Scan("abcdef", 2, "%s", Text, 8u), 1);
    CHECK(Same(Text, "ab", 3));
    CHECK_EQ(Scan("12", 100, "%d", &Number), 1);
    CHECK_EQ(Number, 12);
}

TEST(_snwscanf_s, LooksAtSoManyCharacters)
{
    WIDE_COUNTED Scan = (WIDE_COUNTED)Find(L"_snwscanf_s");
    int Number = 0;

    if (Scan == NULL)
        return;
    CHECK_EQ(Scan(L"123456", 4, L"%x", &Number), 1);
    CHECK_EQ(Number, 0x1234);
}
