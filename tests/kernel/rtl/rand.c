/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * rand - a number from 0 to 32767.
 */
#include "ktest.h"

/* The import itself: the compiler has ideas of its own about the name. */
extern int (__cdecl *const Function)(void) __asm__(KTEST_IMPORT(rand));

TEST(rand, NumbersAreInRange)
{
    ULONG Count;

    for (Count = 0; Count < 1000; Count++) {
        if (!CHECK((ULONG)Function() <= 32767))
            return;
    }
}
