/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * wcscpy - copies terminated text.
 */
#include "ktest.h"

/* The import itself: the compiler has ideas of its own about the name. */
extern WCHAR *(__cdecl *const Function)(WCHAR *To, const WCHAR *From) __asm__(KTEST_IMPORT(wcscpy));

TEST(wcscpy, CopiesWithTerminator)
{
    WCHAR Buffer[] = L"zzzzz";

    CHECK_PTR(Function(Buffer, L"abc"), Buffer);
    CHECK_EQ(RtlCompareMemory(Buffer, L"abc\0z", sizeof(Buffer)), sizeof(Buffer));
}
