/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * strncmp - orders the beginnings of two texts.
 */
#include "ktest.h"

/* The import itself: the compiler has ideas of its own about the name. */
extern int (__cdecl *const Function)(const CHAR *First, const CHAR *Second, SIZE_T Count)
    __asm__(KTEST_IMPORT(strncmp));

TEST(strncmp, LooksAtSoManyCharacters)
{
    CHECK_EQ(Function("abc", "abd", 2), 0);
    CHECK(Function("abc", "abd", 3) < 0);
    CHECK_EQ(Function("abc", "x", 0), 0);
    CHECK_EQ(Function("ab\0c", "ab\0d", 4), 0);
    CHECK(Function("ab", "abc", 9) < 0);
}
