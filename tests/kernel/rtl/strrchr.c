/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * strrchr - the last occurrence of a character.
 */
#include "ktest.h"

/* The import itself: the compiler has ideas of its own about the name. */
extern CHAR *(__cdecl *const Function)(const CHAR *Text, int Character) __asm__(
    KTEST_IMPORT(strrchr));

TEST(strrchr, FindsTheLast)
{
    static const CHAR Text[] = "abcb";

    CHECK_PTR(Function(Text, 'b'), Text + 3);
    CHECK_PTR(Function(Text, 'a'), Text);
    CHECK_PTR(Function(Text, 0), Text + 4);
    CHECK_PTR(Function(Text, 'x'), NULL);
}
