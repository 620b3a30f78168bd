/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * wcslen - characters before the terminator.
 */
#include "ktest.h"

/* The import itself: the compiler has ideas of its own about the name. */
extern SIZE_T (__cdecl *const Function)(const WCHAR *Text) __asm__(KTEST_IMPORT(wcslen));

TEST(wcslen, CountsCharacters)
{
    CHECK_EQ(Function(L""), 0);
    CHECK_EQ(Function(L"a"), 1);
    CHECK_EQ(Function(L"abc\0def"), 3);
}
