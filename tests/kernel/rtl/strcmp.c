/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * strcmp - orders two texts.
 */
#include "ktest.h"

/* The import itself: the compiler has ideas of its own about the name. */
extern int(__cdecl *const Function)(const CHAR *First, const CHAR *Second) __asm__(
    KTEST_IMPORT(strcmp));

TEST(strcmp, OrdersByCharacters)
{
    CHECK_EQ(Function("abc", "abc"), 0);
    CHECK(Function("abc", "abd") < 0);
    CHECK(Function("abd", "abc") > 0);
    CHECK(Function("ab", "abc") < 0);
    CHECK(Function("a", "B") > 0);
    CHECK(Function("\xFF", "a") > 0);
}
