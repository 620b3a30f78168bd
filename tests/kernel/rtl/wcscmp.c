/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * wcscmp - orders two texts.
 */
#include "ktest.h"

/* The import itself: the compiler has ideas of its own about the name. */
extern int (__cdecl *const Function)(const WCHAR *First, const WCHAR *Second)
    __asm__(KTEST_IMPORT(wcscmp));

TEST(wcscmp, OrdersByCharacters)
{
    CHECK_EQ(Function(L"abc", L"abc"), 0);
    CHECK(Function(L"abc", L"abd") < 0);
    CHECK(Function(L"abd", L"abc") > 0);
    CHECK(Function(L"ab", L"abc") < 0);
    CHECK(Function(L"a", L"B") > 0);
    CHECK(Function(L"\xFF", L"a") > 0);
}
