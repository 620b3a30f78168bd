/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * sprintf - formats text.
 */
#include "ktest.h"

/* The import itself: the compiler has ideas of its own about the name. */
extern int (__cdecl *const Function)(CHAR *Buffer, const CHAR *Format, ...)
    __asm__(KTEST_IMPORT(sprintf));

#define CHECK_PRINTS(Expected, ...)                                                                \
    do {                                                                                           \
        CHAR Buffer[100];                                                                          \
        CHECK_EQ(Function(Buffer, __VA_ARGS__), sizeof(Expected) / sizeof(Buffer[0]) - 1);         \
        CHECK_EQ(RtlCompareMemory(Buffer, Expected, sizeof(Expected)), sizeof(Expected));          \
    } while (0)

TEST(sprintf, Integers)
{
    CHECK_PRINTS("42 -42 42", "%d %i %u", 42, -42, 42);
    CHECK_PRINTS("2a 2A 52", "%x %X %o", 42, 42, 42);
    CHECK_PRINTS("   42|42   |00042|  042", "%5d|%-5d|%05d|%5.3d", 42, 42, 42, 42);
    CHECK_PRINTS("+42 0x2a", "%+d %#x", 42, 42);
    CHECK_PRINTS("   42|42   |", "%*d|%-*d|", 5, 42, 5, 42);
}

TEST(sprintf, SizesOfIntegers)
{
    CHECK_PRINTS("123456789abcdef -1", "%I64x %I64d", 0x123456789ABCDEFLL, -1LL);
    CHECK_PRINTS("123456789abcdef 7", "%llx %ld", 0x123456789ABCDEFLL, 7L);
    CHECK_PRINTS("ffff -1", "%hx %hd", 0x1FFFF, 0xFFFF);
}

TEST(sprintf, Pointers)
{
#if defined(_WIN64)
    CHECK_PRINTS("0000000000ABCDEF", "%p", (PVOID)0xABCDEF);
#else
    CHECK_PRINTS("00ABCDEF", "%p", (PVOID)0xABCDEF);
#endif
}

TEST(sprintf, TextOfBothWidths)
{
    CHECK_PRINTS("abc|  abc|abc  |ab", "%s|%5s|%-5s|%.2s", "abc", "abc", "abc",
                 "abc");
    CHECK_PRINTS("abc abc abc", "%ls %ws %hs", L"abc", L"abc", "abc");
    CHECK_PRINTS("x%", "%c%%", 'x');
    CHECK_PRINTS("(null)", "%s", NULL);
}

TEST(sprintf, CountedStrings)
{
    KTEST_STRING(Wide, L"wide");
    STRING Narrow;

    RtlInitString(&Narrow, "narrow");
    CHECK_PRINTS("wide narrow", "%wZ %Z", &Wide, &Narrow);
}
