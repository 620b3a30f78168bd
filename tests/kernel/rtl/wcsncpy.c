/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * wcsncpy - copies a number of characters, zeros behind short text.
 */
#include "ktest.h"

/* The import itself: the compiler has ideas of its own about the name. */
extern WCHAR *(__cdecl *const Function)(WCHAR *To, const WCHAR *From, SIZE_T Count)
    __asm__(KTEST_IMPORT(wcsncpy));

TEST(wcsncpy, FillsUpWithZeros)
{
    WCHAR Buffer[] = L"zzzzz";

    CHECK_PTR(Function(Buffer, L"ab", 4), Buffer);
    CHECK_EQ(RtlCompareMemory(Buffer, L"ab\0\0z", sizeof(Buffer)), sizeof(Buffer));
}

TEST(wcsncpy, DoesNotTerminateLongText)
{
    WCHAR Buffer[] = L"zzzzz";

    Function(Buffer, L"abcdef", 3);
    CHECK_EQ(RtlCompareMemory(Buffer, L"abczz", sizeof(Buffer)), sizeof(Buffer));
}
