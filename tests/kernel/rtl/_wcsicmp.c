/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * _wcsicmp - orders two texts as if in lower case.
 */
#include "ktest.h"

/* The import itself: the compiler has ideas of its own about the name. */
extern int (__cdecl *const Function)(const WCHAR *First, const WCHAR *Second)
    __asm__(KTEST_IMPORT(_wcsicmp));

TEST(_wcsicmp, IgnoresCase)
{
    CHECK_EQ(Function(L"aBc", L"AbC"), 0);
    CHECK(Function(L"a", L"B") < 0);
    CHECK(Function(L"ab", L"AB1") < 0);
    CHECK(Function(L"_", L"A") < 0);
}
