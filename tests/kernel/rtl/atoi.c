/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * atoi - the decimal number text starts with.
 */
#include "ktest.h"

/* The import itself: the compiler has ideas of its own about the name. */
extern int (__cdecl *const Function)(const CHAR *Text) __asm__(KTEST_IMPORT(atoi));

TEST(atoi, ReadsWhiteSpaceSignAndDigits)
{
    CHECK_EQ(Function("42"), 42);
    CHECK_EQ(Function(" \t-12x"), (ULONG64)-12);
    CHECK_EQ(Function("+7"), 7);
    CHECK_EQ(Function("x"), 0);
    CHECK_EQ(Function(""), 0);
    CHECK_EQ(Function("2147483647"), 2147483647);
}
