/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * wcsncmp - orders the beginnings of two texts.
 */
#include "ktest.h"

/* The import itself: the compiler has ideas of its own about the name. */
extern int (__cdecl *const Function)(const WCHAR *First, const WCHAR *Second, SIZE_T Count)
    __asm__(KTEST_IMPORT(wcsncmp));

TEST(wcsncmp, LooksAtSoManyCharacters)
{
    CHECK_EQ(Function(L"abc", L"abd", 2), 0);
    CHECK(Function(L"abc", L"abd", 3) < 0);
    CHECK_EQ(Function(L"abc", L"x", 0), 0);
    CHECK_EQ(Function(L"ab\0c", L"ab\0d", 4), 0);
    CHECK(Function(L"ab", L"abc", 9) < 0);
}
