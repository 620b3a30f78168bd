/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * strlen - characters before the terminator.
 */
#include "ktest.h"

/* The import itself: the compiler has ideas of its own about the name. */
extern SIZE_T (__cdecl *const Function)(const CHAR *Text) __asm__(KTEST_IMPORT(strlen));

TEST(strlen, CountsCharacters)
{
    CHECK_EQ(Function(""), 0);
    CHECK_EQ(Function("a"), 1);
    CHECK_EQ(Function("abc\0def"), 3);
}
