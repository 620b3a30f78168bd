/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * wcsstr - the first occurrence of a text.
 */
#include "ktest.h"

/* The import itself: the compiler has ideas of its own about the name. */
extern WCHAR *(__cdecl *const Function)(const WCHAR *Text, const WCHAR *Wanted)
    __asm__(KTEST_IMPORT(wcsstr));

TEST(wcsstr, FindsTheFirst)
{
    static const WCHAR Text[] = L"aabaabb";

    CHECK_PTR(Function(Text, L"aabb"), Text + 3);
    CHECK_PTR(Function(Text, L"aab"), Text);
    CHECK_PTR(Function(Text, L"aabbb"), NULL);
    CHECK_PTR(Function(Text, L""), Text);
}
