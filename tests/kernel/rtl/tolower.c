/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * tolower - the lower case of a letter.
 */
#include "ktest.h"

/* The import itself: the compiler has ideas of its own about the name. */
extern int (__cdecl *const Function)(int Character) __asm__(KTEST_IMPORT(tolower));

TEST(tolower, ChangesLettersOnly)
{
    CHECK_EQ(Function('A'), 'a');
    CHECK_EQ(Function('a'), 'a');
    CHECK_EQ(Function('1'), '1');
    CHECK_EQ(Function('@'), '@');
    CHECK_EQ(Function('{'), '{');
}
