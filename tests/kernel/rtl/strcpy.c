/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * strcpy - copies terminated text.
 */
#include "ktest.h"

/* The import itself: the compiler has ideas of its own about the name. */
extern CHAR *(__cdecl *const Function)(CHAR *To, const CHAR *From) __asm__(KTEST_IMPORT(strcpy));

TEST(strcpy, CopiesWithTerminator)
{
    CHAR Buffer[] = "zzzzz";

    CHECK_PTR(Function(Buffer, "abc"), Buffer);
    CHECK_EQ(RtlCompareMemory(Buffer, "abc\0z", sizeof(Buffer)), sizeof(Buffer));
}
