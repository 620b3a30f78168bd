/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * wcscat - appends terminated text.
 */
#include "ktest.h"

/* The import itself: the compiler has ideas of its own about the name. */
extern WCHAR *(__cdecl *const Function)(WCHAR *To, const WCHAR *From) __asm__(KTEST_IMPORT(wcscat));

TEST(wcscat, AppendsAtTheTerminator)
{
    WCHAR Buffer[8] = L"ab";

    CHECK_PTR(Function(Buffer, L"cd"), Buffer);
    CHECK_EQ(RtlCompareMemory(Buffer, L"abcd", sizeof(L"abcd")), sizeof(L"abcd"));
}
