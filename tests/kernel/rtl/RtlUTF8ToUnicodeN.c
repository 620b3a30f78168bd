/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlUTF8ToUnicodeN - UTF-8 to UTF-16 by count.
 */
#include "ktest.h"

typedef NTSTATUS NTAPI FUNCTION(PWCH Destination, ULONG MaxBytes, PULONG Bytes,
                                const CHAR *Source, ULONG SourceBytes);

TEST(RtlUTF8ToUnicodeN, ReadsEveryLength)
{
    FUNCTION *Convert = (FUNCTION *)KtestExport(L"RtlUTF8ToUnicodeN");
    KTEST_BUFFER(String, 8);
    ULONG Bytes = 0;

    if (Convert == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK_STATUS(Convert(String.Buffer, 16, &Bytes, "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", 10),
                 STATUS_SUCCESS);
    CHECK_EQ(Bytes, 10);
    String.Length = 10;
    CHECK_STRING(&String, L"a\x00E9\x20AC\xD83D\xDE00");
    CHECK_STATUS(Convert(NULL, 0, &Bytes, "abc", 3), STATUS_SUCCESS);
    CHECK_EQ(Bytes, 6);
}

TEST(RtlUTF8ToUnicodeN, ReplacesWhatIsMalformed)
{
    FUNCTION *Convert = (FUNCTION *)KtestExport(L"RtlUTF8ToUnicodeN");
    KTEST_BUFFER(String, 8);
    ULONG Bytes = 0;

    if (Convert == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK_STATUS(Convert(String.Buffer, 16, &Bytes, "\xFFz", 2), STATUS_SOME_NOT_MAPPED);
    CHECK_EQ(Bytes, 4);
    CHECK_EQ(StringBuffer[0], 0xFFFD);
    CHECK_EQ(StringBuffer[1], 'z');
}

/* How many U+FFFD a malformed text becomes; 0: something else is among them. */
static ULONG Replacements(FUNCTION *Convert, const CHAR *Text, ULONG TextBytes)
{
    WCHAR Buffer[16];
    ULONG Bytes = 0, At;

    CHECK_STATUS(Convert(Buffer, sizeof(Buffer), &Bytes, Text, TextBytes), STATUS_SOME_NOT_MAPPED);
    for (At = 0; At < Bytes / sizeof(WCHAR); At++) {
        if (Buffer[At] != 0xFFFD)
            return 0;
    }
    return At;
}

#define REPLACEMENTS(Literal) Replacements(Convert, Literal, sizeof(Literal) - 1)

TEST(RtlUTF8ToUnicodeN, ReplacesPartByPart)
{
    FUNCTION *Convert = (FUNCTION *)KtestExport(L"RtlUTF8ToUnicodeN");

    if (Convert == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK_EQ(REPLACEMENTS("\xED\xA0\x80"), 2);     /* a surrogate */
    CHECK_EQ(REPLACEMENTS("\xF4\x90\x80\x80"), 3); /* beyond U+10FFFF */
    CHECK_EQ(REPLACEMENTS("\xF7\xBF\xBF\xBF"), 4);
    CHECK_EQ(REPLACEMENTS("\xC0\xAD"), 2); /* longer than need be */
    CHECK_EQ(REPLACEMENTS("\xE0\x80\xAD"), 2);
    CHECK_EQ(REPLACEMENTS("\xF0\x80\x80\xAD"), 3);
    CHECK_EQ(REPLACEMENTS("\xF8\x80\x80\x80\xAD"), 5);
    CHECK_EQ(REPLACEMENTS("\xE0\xA0"), 1); /* cut off */
    CHECK_EQ(REPLACEMENTS("\xF0\x90\x80"), 1);
    CHECK_EQ(REPLACEMENTS("\x80\xBF"), 2);
}

TEST(RtlUTF8ToUnicodeN, RefusesBadParameters)
{
    FUNCTION *Convert = (FUNCTION *)KtestExport(L"RtlUTF8ToUnicodeN");
    WCHAR Buffer[4];
    ULONG Bytes = 0;

    if (Convert == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK_STATUS(Convert(Buffer, 8, &Bytes, NULL, 0), STATUS_INVALID_PARAMETER_4);
    CHECK_STATUS(Convert(NULL, 0, NULL, "ab", 2), STATUS_INVALID_PARAMETER);
}
