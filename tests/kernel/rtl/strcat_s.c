/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * strcat_s and others of the C library's that check sizes, and smaller ones without tests of their
 * own.
 */
#include "ktest.h"

#define BAD   22 /* EINVAL */
#define RANGE 34 /* ERANGE */

/* Finds the export; the test ends where this Windows has none. */
#define FIND(Name)                                            \
    if ((Function = (PVOID)KtestExport(L## #Name)) == NULL) { \
        skip("this Windows has no " #Name);                   \
        return;                                               \
    }

static BOOLEAN Same(const char *A, const char *B)
{
    while (*A != 0 && *A == *B)
        A++, B++;
    return *A == *B;
}

static BOOLEAN SameW(const WCHAR *A, const WCHAR *B)
{
    while (*A != 0 && *A == *B)
        A++, B++;
    return *A == *B;
}

TEST(strcat_s, ChecksTheRoom)
{
    int(__cdecl * Function)(char *, SIZE_T, const char *);
    char Text[6] = "ab";

    FIND(strcat_s)
    CHECK_EQ(Function(Text, 6, "cde"), 0);
    CHECK(Same(Text, "abcde"));
    CHECK_EQ(Function(Text, 6, "f"), RANGE);
    CHECK_EQ(Text[0], 0);
    CHECK_EQ(Function(NULL, 6, "f"), BAD);
    CHECK_EQ(Function(Text, 0, "f"), BAD);
}

TEST(strncat_s, AppendsSoMany)
{
    int(__cdecl * Function)(char *, SIZE_T, const char *, SIZE_T);
    char Text[6] = "ab";

    FIND(strncat_s)
    CHECK_EQ(Function(Text, 6, "cdefgh", 3), 0);
    CHECK(Same(Text, "abcde"));
    CHECK_EQ(Function(Text, 6, "fg", 2), RANGE);
    CHECK_EQ(Text[0], 0);
}

TEST(strncpy_s, CopiesSoMany)
{
    int(__cdecl * Function)(char *, SIZE_T, const char *, SIZE_T);
    char Text[6] = "zz";

    FIND(strncpy_s)
    CHECK_EQ(Function(Text, 6, "abcdefgh", 5), 0);
    CHECK(Same(Text, "abcde"));
    CHECK_EQ(Function(Text, 6, "abcdefgh", 6), RANGE);
    CHECK_EQ(Text[0], 0);
    CHECK_EQ(Function(Text, 0, "a", 1), BAD);
}

TEST(wcscat_s, ChecksTheRoom)
{
    int(__cdecl * Function)(WCHAR *, SIZE_T, const WCHAR *);
    WCHAR Text[6] = L"ab";

    FIND(wcscat_s)
    CHECK_EQ(Function(Text, 6, L"cde"), 0);
    CHECK(SameW(Text, L"abcde"));
    CHECK_EQ(Function(Text, 6, L"f"), RANGE);
    CHECK_EQ(Text[0], 0);
    CHECK_EQ(Function(NULL, 6, L"f"), BAD);
}

TEST(wcsncat_s, AppendsSoMany)
{
    int(__cdecl * Function)(WCHAR *, SIZE_T, const WCHAR *, SIZE_T);
    WCHAR Text[6] = L"ab";

    FIND(wcsncat_s)
    CHECK_EQ(Function(Text, 6, L"cdefgh", 3), 0);
    CHECK(SameW(Text, L"abcde"));
    CHECK_EQ(Function(Text, 6, L"fg", 2), RANGE);
}

TEST(wcsncpy_s, CopiesSoMany)
{
    int(__cdecl * Function)(WCHAR *, SIZE_T, const WCHAR *, SIZE_T);
    WCHAR Text[6] = L"zz";

    FIND(wcsncpy_s)
    CHECK_EQ(Function(Text, 6, L"abcdefgh", 5), 0);
    CHECK(SameW(Text, L"abcde"));
    CHECK_EQ(Function(Text, 6, L"abcdefgh", 6), RANGE);
    CHECK_EQ(Text[0], 0);
}

TEST(memmove_s, ChecksTheRoom)
{
    int(__cdecl * Function)(void *, SIZE_T, const void *, SIZE_T);
    char Text[6] = "abcde";

    FIND(memmove_s)
    CHECK_EQ(Function(Text + 1, 4, Text, 4), 0);
    CHECK(Same(Text, "aabcd"));
    CHECK_EQ(Function(Text, 3, "xyzw", 4), RANGE);
    CHECK_EQ(Text[0], 'a');
    CHECK_EQ(Function(NULL, 3, "x", 1), BAD);
    CHECK_EQ(Function(NULL, 3, "x", 0), 0);
}

TEST(strnlen, StopsAtTheLimit)
{
    SIZE_T(__cdecl * Function)(const char *, SIZE_T);

    FIND(strnlen)
    CHECK_EQ(Function("abc", 10), 3);
    CHECK_EQ(Function("abc", 2), 2);
    CHECK_EQ(Function("abc", 0), 0);
}

TEST(wcsnlen, StopsAtTheLimit)
{
    SIZE_T(__cdecl * Function)(const WCHAR *, SIZE_T);

    FIND(wcsnlen)
    CHECK_EQ(Function(L"abc", 10), 3);
    CHECK_EQ(Function(L"abc", 2), 2);
}

TEST(strspn, CountsWhatIsInTheSet)
{
    SIZE_T(__cdecl * Function)(const char *, const char *);

    FIND(strspn)
    CHECK_EQ(Function("aabbc", "ab"), 4);
    CHECK_EQ(Function("xab", "ab"), 0);
    CHECK_EQ(Function("ab", "ab"), 2);
}

TEST(wcsspn, CountsWhatIsInTheSet)
{
    SIZE_T(__cdecl * Function)(const WCHAR *, const WCHAR *);

    FIND(wcsspn)
    CHECK_EQ(Function(L"aabbc", L"ab"), 4);
    CHECK_EQ(Function(L"xab", L"ab"), 0);
}

TEST(wcscspn, CountsWhatIsNotInTheSet)
{
    SIZE_T(__cdecl * Function)(const WCHAR *, const WCHAR *);

    FIND(wcscspn)
    CHECK_EQ(Function(L"xyab", L"ab"), 2);
    CHECK_EQ(Function(L"xy", L"ab"), 2);
}

TEST(strtok_s, KeepsItsPlaceWithTheCaller)
{
    char *(__cdecl * Function)(char *, const char *, char **);
    char Text[] = "a,,b c";
    char *Place = NULL;

    FIND(strtok_s)
    CHECK(Same(Function(Text, ", ", &Place), "a"));
    CHECK(Same(Function(NULL, ", ", &Place), "b"));
    CHECK(Same(Function(NULL, ", ", &Place), "c"));
    CHECK_PTR(Function(NULL, ", ", &Place), NULL);
}

TEST(wcslwr, LowersLetters)
{
    WCHAR *(__cdecl * Function)(WCHAR *);
    WCHAR Text[] = L"AbC1";

    FIND(wcslwr)
    CHECK_PTR(Function(Text), Text);
    CHECK(SameW(Text, L"abc1"));
}

TEST(strlwr, LowersLetters)
{
    char *(__cdecl * Function)(char *);
    char Text[] = "AbC1";

    FIND(strlwr)
    CHECK_PTR(Function(Text), Text);
    CHECK(Same(Text, "abc1"));
}

TEST(_strrev, TurnsTheTextRound)
{
    char *(__cdecl * Function)(char *);
    char Text[] = "abc";

    FIND(_strrev)
    CHECK(Same(Function(Text), "cba"));
}

TEST(_wcsrev, TurnsTheTextRound)
{
    WCHAR *(__cdecl * Function)(WCHAR *);
    WCHAR Text[] = L"abcd";

    FIND(_wcsrev)
    CHECK(SameW(Function(Text), L"dcba"));
}

TEST(_strset, FillsTheText)
{
    char *(__cdecl * Function)(char *, int);
    char Text[] = "abc";

    FIND(_strset)
    CHECK(Same(Function(Text, 'x'), "xxx"));
}

TEST(_strnset, FillsSoMany)
{
    char *(__cdecl * Function)(char *, int, SIZE_T);
    char Text[] = "abc";

    FIND(_strnset)
    CHECK(Same(Function(Text, 'x', 2), "xxc"));
    CHECK(Same(Function(Text, 'y', 9), "yyy"));
}

TEST(_wcsnset, FillsSoMany)
{
    WCHAR *(__cdecl * Function)(WCHAR *, WCHAR, SIZE_T);
    WCHAR Text[] = L"abc";

    FIND(_wcsnset)
    CHECK(SameW(Function(Text, L'x', 2), L"xxc"));
}

TEST(wcstoul, ReadsNumbers)
{
    ULONG(__cdecl * Function)(const WCHAR *, WCHAR **, int);
    const WCHAR Text[] = L" 0x1Fz";
    WCHAR *End = NULL;

    FIND(wcstoul)
    CHECK_EQ(Function(Text, &End, 0), 0x1F);
    CHECK_PTR(End, Text + 5);
    CHECK_EQ(Function(L"17", NULL, 8), 15);
    CHECK_EQ(Function(L"99999999999", NULL, 10), 0xFFFFFFFF);
}

TEST(atol, ReadsNumbers)
{
    LONG(__cdecl * Function)(const char *);

    FIND(atol)
    CHECK_EQ((ULONG)Function(" -12x"), (ULONG)-12);
    CHECK_EQ(Function("x"), 0);
}

TEST(_wtoi, ReadsNumbers)
{
    int(__cdecl * Function)(const WCHAR *);

    FIND(_wtoi)
    CHECK_EQ((ULONG)Function(L" -12x"), (ULONG)-12);
}

TEST(_wtol, ReadsNumbers)
{
    LONG(__cdecl * Function)(const WCHAR *);

    FIND(_wtol)
    CHECK_EQ(Function(L"34"), 34);
}

TEST(_itow, WritesNumbers)
{
    WCHAR *(__cdecl * Function)(int, WCHAR *, int);
    WCHAR Text[40];

    FIND(_itow)
    CHECK(SameW(Function(-10, Text, 10), L"-10"));
    CHECK(SameW(Function(255, Text, 16), L"ff"));
}

static VOID Narrow32(int(__cdecl *Function)(LONG, char *, SIZE_T, int))
{
    char Text[12];

    CHECK_EQ(Function(255, Text, 12, 16), 0);
    CHECK(Same(Text, "ff"));
    CHECK_EQ(Function(12345, Text, 5, 10), RANGE);
    CHECK_EQ(Text[0], 0);
    CHECK_EQ(Function(1, NULL, 5, 10), BAD);
    CHECK_EQ(Function(1, Text, 12, 1), BAD);
}

TEST(_itoa_s, ChecksTheRoom)
{
    int(__cdecl * Function)(LONG, char *, SIZE_T, int);

    FIND(_itoa_s)
    Narrow32(Function);
}

TEST(_ltoa_s, ChecksTheRoom)
{
    int(__cdecl * Function)(LONG, char *, SIZE_T, int);

    FIND(_ltoa_s)
    Narrow32(Function);
}

TEST(_ultoa_s, ChecksTheRoom)
{
    int(__cdecl * Function)(LONG, char *, SIZE_T, int);

    FIND(_ultoa_s)
    Narrow32(Function);
}

static VOID Wide32(int(__cdecl *Function)(LONG, WCHAR *, SIZE_T, int))
{
    WCHAR Text[12];

    CHECK_EQ(Function(255, Text, 12, 16), 0);
    CHECK(SameW(Text, L"ff"));
    CHECK_EQ(Function(12345, Text, 5, 10), RANGE);
    CHECK_EQ(Text[0], 0);
    CHECK_EQ(Function(1, NULL, 5, 10), BAD);
}

TEST(_itow_s, ChecksTheRoom)
{
    int(__cdecl * Function)(LONG, WCHAR *, SIZE_T, int);

    FIND(_itow_s)
    Wide32(Function);
}

TEST(_ltow_s, ChecksTheRoom)
{
    int(__cdecl * Function)(LONG, WCHAR *, SIZE_T, int);

    FIND(_ltow_s)
    Wide32(Function);
}

TEST(_ultow_s, ChecksTheRoom)
{
    int(__cdecl * Function)(LONG, WCHAR *, SIZE_T, int);

    FIND(_ultow_s)
    Wide32(Function);
}

TEST(isdigit, KnowsDigits)
{
    int(__cdecl * Function)(int);

    FIND(isdigit)
    CHECK(Function('5'));
    CHECK(!Function('a'));
}

TEST(isxdigit, KnowsHexDigits)
{
    int(__cdecl * Function)(int);

    FIND(isxdigit)
    CHECK(Function('F'));
    CHECK(!Function('g'));
}

TEST(islower, KnowsSmallLetters)
{
    int(__cdecl * Function)(int);

    FIND(islower)
    CHECK(Function('a'));
    CHECK(!Function('A'));
}

TEST(isupper, KnowsCapitals)
{
    int(__cdecl * Function)(int);

    FIND(isupper)
    CHECK(Function('A'));
    CHECK(!Function('a'));
}

TEST(isspace, KnowsSpaces)
{
    int(__cdecl * Function)(int);

    FIND(isspace)
    CHECK(Function('\t'));
    CHECK(!Function('x'));
}

TEST(isprint, KnowsWhatCanBePrinted)
{
    int(__cdecl * Function)(int);

    FIND(isprint)
    CHECK(Function(' '));
    CHECK(!Function('\n'));
}

static int __cdecl Order(const void *A, const void *B)
{
    return *(const int *)A - *(const int *)B;
}

TEST(bsearch, FindsByHalving)
{
    static const int Numbers[] = {1, 3, 5, 7, 9};
    void *(__cdecl * Function)(
        const void *, const void *, SIZE_T, SIZE_T, int(__cdecl *)(const void *, const void *));
    int Key = 7;

    FIND(bsearch)
    CHECK_PTR(Function(&Key, Numbers, 5, sizeof(int), Order), &Numbers[3]);
    Key = 4;
    CHECK_PTR(Function(&Key, Numbers, 5, sizeof(int), Order), NULL);
}

TEST(mbtowc, ConvertsOneCharacter)
{
    int(__cdecl * Function)(WCHAR *, const char *, SIZE_T);
    WCHAR Character = 0;

    FIND(mbtowc)
    CHECK_EQ(Function(&Character, "a", 1), 1);
    CHECK_EQ(Character, L'a');
    CHECK_EQ(Function(&Character, NULL, 1), 0);
}

TEST(wctomb, ConvertsOneCharacter)
{
    int(__cdecl * Function)(char *, WCHAR);
    char Character = 0;

    FIND(wctomb)
    CHECK_EQ(Function(&Character, L'a'), 1);
    CHECK_EQ(Character, 'a');
}

TEST(_snprintf_s, ChecksTheRoom)
{
    int(__cdecl * Function)(char *, SIZE_T, SIZE_T, const char *, ...);
    char Text[6] = "zz";

    FIND(_snprintf_s)
    CHECK_EQ(Function(Text, 6, 5, "%d", 123), 3);
    CHECK(Same(Text, "123"));
    CHECK_EQ((ULONG)Function(Text, 6, (SIZE_T)-1, "%d", 1234567), (ULONG)-1); /* _TRUNCATE */
    CHECK(Same(Text, "12345"));
}
