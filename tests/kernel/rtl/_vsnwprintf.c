/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * _vsnwprintf - formats text from an argument list into so many characters.
 */
#include "ktest.h"

/* The import itself: the compiler has ideas of its own about the name. */
extern int (__cdecl *const Function)(WCHAR *Buffer, SIZE_T Count, const WCHAR *Format,
                                     va_list Arguments)
    __asm__(KTEST_IMPORT(_vsnwprintf));

static int Print(WCHAR *Buffer, SIZE_T Count, const WCHAR *Format, ...)
{
    va_list Arguments;
    int Result;

    va_start(Arguments, Format);
    Result = Function(Buffer, Count, Format, Arguments);
    va_end(Arguments);
    return Result;
}

TEST(_vsnwprintf, TakesItsArguments)
{
    WCHAR Buffer[32];

    CHECK_EQ(Print(Buffer, 32, L"%d %s %I64x %c", 1, L"two", 0x300000000LL, '4'), 17);
    CHECK_EQ(RtlCompareMemory(Buffer, L"1 two 300000000 4", sizeof(L"1 two 300000000 4")),
             sizeof(L"1 two 300000000 4"));
}

TEST(_vsnwprintf, WhatDoesNotFitIsCut)
{
    WCHAR Buffer[] = L"zzzzz";

    CHECK_EQ(Print(Buffer, 3, L"abc"), 3);
    CHECK_EQ(RtlCompareMemory(Buffer, L"abczz", sizeof(Buffer)), sizeof(Buffer));
    CHECK_EQ(Print(Buffer, 3, L"%s", L"defg"), (ULONG64)-1);
    CHECK_EQ(RtlCompareMemory(Buffer, L"defzz", sizeof(Buffer)), sizeof(Buffer));
}
