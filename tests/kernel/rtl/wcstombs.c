/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * wcstombs - wide text to the code page; ASCII is in all of them.
 */
#include "ktest.h"

/* The import itself: the compiler has ideas of its own about the name. */
extern SIZE_T (__cdecl *const Function)(CHAR *To, const WCHAR *From, SIZE_T Count)
    __asm__(KTEST_IMPORT(wcstombs));

TEST(wcstombs, ConvertsUpToACount)
{
    CHAR Buffer[] = "zzzzz";

    CHECK_EQ(Function(Buffer, L"abc", 5), 3);
    CHECK_EQ(RtlCompareMemory(Buffer, "abc\0z", sizeof(Buffer)), sizeof(Buffer));
    CHECK_EQ(Function(Buffer, L"def", 2), 2);
    CHECK_EQ(RtlCompareMemory(Buffer, "dec", 3), 3);
}
