/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * _vsnprintf - formats text from an argument list into so many characters.
 */
#include "ktest.h"

/* The import itself: the compiler has ideas of its own about the name. */
extern int (__cdecl *const Function)(CHAR *Buffer, SIZE_T Count, const CHAR *Format,
                                     va_list Arguments)
    __asm__(KTEST_IMPORT(_vsnprintf));

static int Print(CHAR *Buffer, SIZE_T Count, const CHAR *Format, ...)
{
    va_list Arguments;
    int Result;

    va_start(Arguments, Format);
    Result = Function(Buffer, Count, Format, Arguments);
    va_end(Arguments);
    return Result;
}

TEST(_vsnprintf, TakesItsArguments)
{
    CHAR Buffer[32];

    CHECK_EQ(Print(Buffer, 32, "%d %s %I64x %c", 1, "two", 0x300000000LL, '4'), 17);
    CHECK_EQ(RtlCompareMemory(Buffer, "1 two 300000000 4", sizeof("1 two 300000000 4")),
             sizeof("1 two 300000000 4"));
}

TEST(_vsnprintf, WhatDoesNotFitIsCut)
{
    CHAR Buffer[] = "zzzzz";

    CHECK_EQ(Print(Buffer, 3, "abc"), 3);
    CHECK_EQ(RtlCompareMemory(Buffer, "abczz", sizeof(Buffer)), sizeof(Buffer));
    CHECK_EQ(Print(Buffer, 3, "%s", "defg"), (ULONG64)-1);
    CHECK_EQ(RtlCompareMemory(Buffer, "defzz", sizeof(Buffer)), sizeof(Buffer));
}
