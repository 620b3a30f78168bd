/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * _strlwr - makes text lower case in place.
 */
#include "ktest.h"

/* The import itself: the compiler has ideas of its own about the name. */
extern CHAR *(__cdecl *const Function)(CHAR *Text) __asm__(KTEST_IMPORT(_strlwr));

TEST(_strlwr, ChangesLettersOnly)
{
    CHAR Text[] = "aB1@[Z";

    CHECK_PTR(Function(Text), Text);
    CHECK_EQ(RtlCompareMemory(Text, "ab1@[z", sizeof(Text)), sizeof(Text));
}
