/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * towlower - the lower case of a wide letter.
 */
#include "ktest.h"

/* The import itself: the compiler has ideas of its own about the name. */
extern WCHAR (__cdecl *const Function)(WCHAR Character) __asm__(KTEST_IMPORT(towlower));

TEST(towlower, ChangesLettersOnly)
{
    CHECK_EQ(Function('A'), 'a');
    CHECK_EQ(Function('a'), 'a');
    CHECK_EQ(Function('1'), '1');
}
