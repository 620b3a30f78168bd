/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * swprintf - formats text.
 */
#include "ktest.h"

/* The import itself: the compiler has ideas of its own about the name. */
extern int (__cdecl *const Function)(WCHAR *Buffer, const WCHAR *Format, ...)
    __asm__(KTEST_IMPORT(swprintf));

#define CHECK_PRINTS(Expected, ...)                                                                \
    do {                                                                                           \
        WCHAR Buffer[100];                                                                         \
        CHECK_EQ(Function(Buffer, __VA_ARGS__), sizeof(Expected) / sizeof(Buffer[0]) - 1);         \
        CHECK_EQ(RtlCompareMemory(Buffer, Expected, sizeof(Expected)), sizeof(Expected));          \
    } while (0)

TEST(swprintf, Integers)
{
    CHECK_PRINTS(L"42 -42 42", L"%d %i %u", 42, -42, 42);
    CHECK_PRINTS(L"2a 2A 52", L"%x %X %o", 42, 42, 42);
    CHECK_PRINTS(L"   42|42   |00042|  042", L"%5d|%-5d|%05d|%5.3d", 42, 42, 42, 42);
    CHECK_PRINTS(L"+42 0x2a", L"%+d %#x", 42, 42);
    CHECK_PRINTS(L"   42|42   |", L"%*d|%-*d|", 5, 42, 5, 42);
}

TEST(swprintf, SizesOfIntegers)
{
    CHECK_PRINTS(L"123456789abcdef -1", L"%I64x %I64d", 0x123456789ABCDEFLL, -1LL);
    CHECK_PRINTS(L"123456789abcdef 7", L"%llx %ld", 0x123456789ABCDEFLL, 7L);
    CHECK_PRINTS(L"ffff -1", L"%hx %hd", 0x1FFFF, 0xFFFF);
}

TEST(swprintf, Pointers)
{
#if defined(_WIN64)
    CHECK_PRINTS(L"0000000000ABCDEF", L"%p", (PVOID)0xABCDEF);
#else
    CHECK_PRINTS(L"00ABCDEF", L"%p", (PVOID)0xABCDEF);
#endif
}

TEST(swprintf, TextOfBothWidths)
{
    CHECK_PRINTS(L"abc|  abc|abc  |ab", L"%s|%5s|%-5s|%.2s", L"abc", L"abc", L"abc",
                 L"abc");
    CHECK_PRINTS(L"abc abc abc", L"%ls %ws %hs", L"abc", L"abc", "abc");
    CHECK_PRINTS(L"x%", L"%c%%", 'x');
    CHECK_PRINTS(L"(null)", L"%s", NULL);
}

TEST(swprintf, CountedStrings)
{
    KTEST_STRING(Wide, L"wide");
    STRING Narrow;

    RtlInitString(&Narrow, "narrow");
    CHECK_PRINTS(L"wide narrow", L"%wZ %Z", &Wide, &Narrow);
}
