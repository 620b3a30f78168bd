/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * strcat - appends terminated text.
 */
#include "ktest.h"

/* The import itself: the compiler has ideas of its own about the name. */
extern CHAR *(__cdecl *const Function)(CHAR *To, const CHAR *From) __asm__(KTEST_IMPORT(strcat));

TEST(strcat, AppendsAtTheTerminator)
{
    CHAR Buffer[8] = "ab";

    CHECK_PTR(Function(Buffer, "cd"), Buffer);
    CHECK_EQ(RtlCompareMemory(Buffer, "abcd", sizeof("abcd")), sizeof("abcd"));
}
