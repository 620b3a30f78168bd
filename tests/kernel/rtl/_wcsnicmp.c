/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * _wcsnicmp - orders the beginnings of two texts as if in lower case.
 */
#include "ktest.h"

/* The import itself: the compiler has ideas of its own about the name. */
extern int (__cdecl *const Function)(const WCHAR *First, const WCHAR *Second, SIZE_T Count)
    __asm__(KTEST_IMPORT(_wcsnicmp));

TEST(_wcsnicmp, LooksAtSoManyCharacters)
{
    CHECK_EQ(Function(L"ABx", L"aby", 2), 0);
    CHECK(Function(L"ABx", L"aby", 3) < 0);
    CHECK_EQ(Function(L"a", L"b", 0), 0);
    CHECK_EQ(Function(L"ab\0c", L"AB\0d", 4), 0);
}
