/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * mbstowcs - terminated text to wide characters; ASCII is in all code pages.
 */
#include "ktest.h"

/* The import itself: the compiler has ideas of its own about the name. */
extern SIZE_T (__cdecl *const Function)(WCHAR *To, const CHAR *From, SIZE_T Count)
    __asm__(KTEST_IMPORT(mbstowcs));

TEST(mbstowcs, ConvertsUpToACount)
{
    WCHAR Buffer[] = L"zzzzz";

    CHECK_EQ(Function(Buffer, "abc", 5), 3);
    CHECK_EQ(RtlCompareMemory(Buffer, L"abc\0z", sizeof(Buffer)), sizeof(Buffer));
    CHECK_EQ(Function(Buffer, "def", 2), 2);
    CHECK_EQ(RtlCompareMemory(Buffer, L"dec", 6), 6);
}
