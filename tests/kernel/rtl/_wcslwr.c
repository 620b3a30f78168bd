/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * _wcslwr - makes text lower case in place.
 */
#include "ktest.h"

/* The import itself: the compiler has ideas of its own about the name. */
extern WCHAR *(__cdecl *const Function)(WCHAR *Text) __asm__(KTEST_IMPORT(_wcslwr));

TEST(_wcslwr, ChangesLettersOnly)
{
    WCHAR Text[] = L"aB1@[Z";

    CHECK_PTR(Function(Text), Text);
    CHECK_EQ(RtlCompareMemory(Text, L"ab1@[z", sizeof(Text)), sizeof(Text));
}
