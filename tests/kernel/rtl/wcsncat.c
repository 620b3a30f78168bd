/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * wcsncat - appends a number of characters and a terminator.
 */
#include "ktest.h"

/* The import itself: the compiler has ideas of its own about the name. */
extern WCHAR *(__cdecl *const Function)(WCHAR *To, const WCHAR *From, SIZE_T Count)
    __asm__(KTEST_IMPORT(wcsncat));

TEST(wcsncat, AlwaysTerminates)
{
    WCHAR Buffer[] = L"ab\0zzzz";

    CHECK_PTR(Function(Buffer, L"cdef", 2), Buffer);
    CHECK_EQ(RtlCompareMemory(Buffer, L"abcd\0zz", sizeof(Buffer)), sizeof(Buffer));
    Function(Buffer, L"e", 9);
    CHECK_EQ(RtlCompareMemory(Buffer, L"abcde\0z", sizeof(Buffer)), sizeof(Buffer));
}
