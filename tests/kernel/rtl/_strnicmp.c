/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * _strnicmp - orders the beginnings of two texts as if in lower case.
 */
#include "ktest.h"

/* The import itself: the compiler has ideas of its own about the name. */
extern int (__cdecl *const Function)(const CHAR *First, const CHAR *Second, SIZE_T Count)
    __asm__(KTEST_IMPORT(_strnicmp));

TEST(_strnicmp, LooksAtSoManyCharacters)
{
    CHECK_EQ(Function("ABx", "aby", 2), 0);
    CHECK(Function("ABx", "aby", 3) < 0);
    CHECK_EQ(Function("a", "b", 0), 0);
    CHECK_EQ(Function("ab\0c", "AB\0d", 4), 0);
}
