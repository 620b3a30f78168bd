/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * wcschr - the first occurrence of a character.
 */
#include "ktest.h"

/* The import itself: the compiler has ideas of its own about the name. */
extern WCHAR *(__cdecl *const Function)(const WCHAR *Text, WCHAR Character) __asm__(
    KTEST_IMPORT(wcschr));

TEST(wcschr, FindsTheFirst)
{
    static const WCHAR Text[] = L"abcb";

    CHECK_PTR(Function(Text, 'b'), Text + 1);
    CHECK_PTR(Function(Text, 0), Text + 4);
    CHECK_PTR(Function(Text, 'x'), NULL);
}
