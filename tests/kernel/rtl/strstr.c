/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * strstr - the first occurrence of a text.
 */
#include "ktest.h"

/* The import itself: the compiler has ideas of its own about the name. */
extern CHAR *(__cdecl *const Function)(const CHAR *Text, const CHAR *Wanted)
    __asm__(KTEST_IMPORT(strstr));

TEST(strstr, FindsTheFirst)
{
    static const CHAR Text[] = "aabaabb";

    CHECK_PTR(Function(Text, "aabb"), Text + 3);
    CHECK_PTR(Function(Text, "aab"), Text);
    CHECK_PTR(Function(Text, "aabbb"), NULL);
    CHECK_PTR(Function(Text, ""), Text);
}
