/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * wcsrchr - the last occurrence of a character.
 */
#include "ktest.h"

/* The import itself: the compiler has ideas of its own about the name. */
extern WCHAR *(__cdecl *const Function)(const WCHAR *Text, WCHAR Character)
    __asm__(KTEST_IMPORT(wcsrchr));

TEST(wcsrchr, FindsTheLast)
{
    static const WCHAR Text[] = L"abcb";

    CHECK_PTR(Function(Text, 'b'), Text + 3);
    CHECK_PTR(Function(Text, 'a'), Text);
    CHECK_PTR(Function(Text, 0), Text + 4);
    CHECK_PTR(Function(Text, 'x'), NULL);
}
