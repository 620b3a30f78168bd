/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * _strupr - makes text upper case in place.
 */
#include "ktest.h"

/* The import itself: the compiler has ideas of its own about the name. */
extern CHAR *(__cdecl *const Function)(CHAR *Text) __asm__(KTEST_IMPORT(_strupr));

TEST(_strupr, ChangesLettersOnly)
{
    CHAR Text[] = "aB1`{z";

    CHECK_PTR(Function(Text), Text);
    CHECK_EQ(RtlCompareMemory(Text, "AB1`{Z", sizeof(Text)), sizeof(Text));
}
