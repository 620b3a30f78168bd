/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlUpcaseUnicodeChar - one character to upper case, by a table that knows no language.
 */
#include "ktest.h"

TEST(RtlUpcaseUnicodeChar, RaisesAsciiLetters)
{
    CHECK_EQ(RtlUpcaseUnicodeChar(L'a'), L'A');
    CHECK_EQ(RtlUpcaseUnicodeChar(L'z'), L'Z');
    CHECK_EQ(RtlUpcaseUnicodeChar(L'i'), L'I'); /* in a Turkish system, too */
}

TEST(RtlUpcaseUnicodeChar, LeavesTheRestOfAsciiAlone)
{
    WCHAR Character;

    for (Character = 0; Character < 0x80; Character++) {
        if (Character < L'a' || Character > L'z')
            CHECK_EQ(RtlUpcaseUnicodeChar(Character), Character);
    }
}

TEST(RtlUpcaseUnicodeChar, RaisesOtherScripts)
{
    CHECK_EQ(RtlUpcaseUnicodeChar(0x00E4), 0x00C4); /* ä */
    CHECK_EQ(RtlUpcaseUnicodeChar(0x00FF), 0x0178); /* ÿ: its upper case is in another block */
    CHECK_EQ(RtlUpcaseUnicodeChar(0x0101), 0x0100); /* a with macron */
    CHECK_EQ(RtlUpcaseUnicodeChar(0x03B1), 0x0391); /* alpha */
    CHECK_EQ(RtlUpcaseUnicodeChar(0x0430), 0x0410); /* Cyrillic a */
    CHECK_EQ(RtlUpcaseUnicodeChar(0xFF41), 0xFF21); /* full-width a */
}

TEST(RtlUpcaseUnicodeChar, LeavesWhatHasNoUpperCaseAlone)
{
    CHECK_EQ(RtlUpcaseUnicodeChar(0x00DF), 0x00DF); /* ß */
    CHECK_EQ(RtlUpcaseUnicodeChar(0x00C4), 0x00C4); /* Ä */
    CHECK_EQ(RtlUpcaseUnicodeChar(0x4E00), 0x4E00); /* an ideograph */
    CHECK_EQ(RtlUpcaseUnicodeChar(0xD800), 0xD800); /* half a surrogate pair */
    CHECK_EQ(RtlUpcaseUnicodeChar(0xFFFF), 0xFFFF);
}
