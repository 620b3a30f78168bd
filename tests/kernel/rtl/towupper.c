/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * towupper - the upper case of a wide letter.
 */
#include "ktest.h"

/* The import itself: the compiler has ideas of its own about the name. */
extern WCHAR (__cdecl *const Function)(WCHAR Character) __asm__(KTEST_IMPORT(towupper));

TEST(towupper, ChangesLettersOnly)
{
    CHECK_EQ(Function('a'), 'A');
    CHECK_EQ(Function('A'), 'A');
    CHECK_EQ(Function('1'), '1');
}
