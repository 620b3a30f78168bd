/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * strncat - appends a number of characters and a terminator.
 */
#include "ktest.h"

/* The import itself: the compiler has ideas of its own about the name. */
extern CHAR *(__cdecl *const Function)(CHAR *To, const CHAR *From, SIZE_T Count)
    __asm__(KTEST_IMPORT(strncat));

TEST(strncat, AlwaysTerminates)
{
    CHAR Buffer[] = "ab\0zzzz";

    CHECK_PTR(Function(Buffer, "cdef", 2), Buffer);
    CHECK_EQ(RtlCompareMemory(Buffer, "abcd\0zz", sizeof(Buffer)), sizeof(Buffer));
    Function(Buffer, "e", 9);
    CHECK_EQ(RtlCompareMemory(Buffer, "abcde\0z", sizeof(Buffer)), sizeof(Buffer));
}
