/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * _stricmp - orders two texts as if in lower case.
 */
#include "ktest.h"

/* The import itself: the compiler has ideas of its own about the name. */
extern int (__cdecl *const Function)(const CHAR *First, const CHAR *Second)
    __asm__(KTEST_IMPORT(_stricmp));

TEST(_stricmp, IgnoresCase)
{
    CHECK_EQ(Function("aBc", "AbC"), 0);
    CHECK(Function("a", "B") < 0);
    CHECK(Function("ab", "AB1") < 0);
    CHECK(Function("_", "A") < 0);
}
