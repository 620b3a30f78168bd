/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * strchr - the first occurrence of a character.
 */
#include "ktest.h"

/* The import itself: the compiler has ideas of its own about the name. */
extern CHAR *(__cdecl *const Function)(const CHAR *Text, int Character) __asm__(
    KTEST_IMPORT(strchr));

TEST(strchr, FindsTheFirst)
{
    static const CHAR Text[] = "abcb";

    CHECK_PTR(Function(Text, 'b'), Text + 1);
    CHECK_PTR(Function(Text, 0), Text + 4);
    CHECK_PTR(Function(Text, 'x'), NULL);
}
