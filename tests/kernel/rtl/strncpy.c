/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * strncpy - copies a number of characters, zeros behind short text.
 */
#include "ktest.h"

/* The import itself: the compiler has ideas of its own about the name. */
extern CHAR *(__cdecl *const Function)(CHAR *To, const CHAR *From, SIZE_T Count)
    __asm__(KTEST_IMPORT(strncpy));

TEST(strncpy, FillsUpWithZeros)
{
    CHAR Buffer[] = "zzzzz";

    CHECK_PTR(Function(Buffer, "ab", 4), Buffer);
    CHECK_EQ(RtlCompareMemory(Buffer, "ab\0\0z", sizeof(Buffer)), sizeof(Buffer));
}

TEST(strncpy, DoesNotTerminateLongText)
{
    CHAR Buffer[] = "zzzzz";

    Function(Buffer, "abcdef", 3);
    CHECK_EQ(RtlCompareMemory(Buffer, "abczz", sizeof(Buffer)), sizeof(Buffer));
}
