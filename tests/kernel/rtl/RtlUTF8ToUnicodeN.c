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
