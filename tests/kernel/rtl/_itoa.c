/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * _itoa - a number as text; only decimal numbers are signed.
 */
#include "ktest.h"

/* The import itself: the compiler has ideas of its own about the name. */
extern CHAR *(__cdecl *const Function)(int Value, CHAR *Text, int Radix) __asm__(
    KTEST_IMPORT(_itoa));

TEST(_itoa, WritesEveryRadix)
{
    CHAR Text[40];

    CHECK_PTR(Function(-42, Text, 10), Text);
    CHECK_EQ(RtlCompareMemory(Text, "-42", 4), 4);
    Function(-1, Text, 16);
    CHECK_EQ(RtlCompareMemory(Text, "ffffffff", 9), 9);
    Function(35, Text, 36);
    CHECK_EQ(RtlCompareMemory(Text, "z", 2), 2);
    Function(0, Text, 2);
    CHECK_EQ(RtlCompareMemory(Text, "0", 2), 2);
}
