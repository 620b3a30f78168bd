/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * toupper - the upper case of a letter.
 */
#include "ktest.h"

/* The import itself: the compiler has ideas of its own about the name. */
extern int (__cdecl *const Function)(int Character) __asm__(KTEST_IMPORT(toupper));

TEST(toupper, ChangesLettersOnly)
{
    CHECK_EQ(Function('a'), 'A');
    CHECK_EQ(Function('A'), 'A');
    CHECK_EQ(Function('1'), '1');
    CHECK_EQ(Function('@'), '@');
    CHECK_EQ(Function('{'), '{');
}
