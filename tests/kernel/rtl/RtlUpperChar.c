/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlUpperChar - upper case of one character.
 */
#include "ktest.h"

TEST(RtlUpperChar, ChangesLettersOnly)
{
    CHECK_EQ(RtlUpperChar('a'), 'A');
    CHECK_EQ(RtlUpperChar('z'), 'Z');
    CHECK_EQ(RtlUpperChar('A'), 'A');
    CHECK_EQ(RtlUpperChar('`'), '`');
    CHECK_EQ(RtlUpperChar('{'), '{');
    CHECK_EQ(RtlUpperChar('1'), '1');
    CHECK_EQ(RtlUpperChar(0), 0);
}

/* Whatever the code page: the upper half has no case here, other than in RtlUpcaseUnicodeChar. */
TEST(RtlUpperChar, LeavesTheUpperHalfAlone)
{
    ULONG Byte;

    for (Byte = 0x80; Byte <= 0xFF; Byte++)
        CHECK_EQ((UCHAR)RtlUpperChar((CHAR)Byte), Byte);
}
