/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * _wcsupr - makes text upper case in place.
 */
#include "ktest.h"

/* The import itself: the compiler has ideas of its own about the name. */
extern WCHAR *(__cdecl *const Function)(WCHAR *Text) __asm__(KTEST_IMPORT(_wcsupr));

TEST(_wcsupr, ChangesLettersOnly)
{
    WCHAR Text[] = L"aB1`{z";

    CHECK_PTR(Function(Text), Text);
    CHECK_EQ(RtlCompareMemory(Text, L"AB1`{Z", sizeof(Text)), sizeof(Text));
}
