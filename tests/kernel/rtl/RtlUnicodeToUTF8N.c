/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlUnicodeToUTF8N - UTF-16 to UTF-8 by count.
 */
#include "ktest.h"

typedef NTSTATUS NTAPI FUNCTION(PCHAR Destination, ULONG MaxBytes, PULONG Bytes,
                                const WCHAR *Source, ULONG SourceBytes);

TEST(RtlUnicodeToUTF8N, WritesEveryLength)
{
    FUNCTION *Convert = (FUNCTION *)KtestExport(L"RtlUnicodeToUTF8N");
    CHAR Buffer[16];
    ULONG Bytes = 0;

    if (Convert == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK_STATUS(Convert(Buffer, 16, &Bytes, L"a\x00E9\x20AC\xD83D\xDE00", 10), STATUS_SUCCESS);
    CHECK_EQ(Bytes, 10);
    CHECK_EQ(RtlCompareMemory(Buffer, "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", 10), 10);
    CHECK_STATUS(Convert(NULL, 0, &Bytes, L"\x20AC", 2), STATUS_SUCCESS);
    CHECK_EQ(Bytes, 3);
}

TEST(RtlUnicodeToUTF8N, ReplacesHalfAPair)
{
    FUNCTION *Convert = (FUNCTION *)KtestExport(L"RtlUnicodeToUTF8N");
    WCHAR Lone[] = {0xD800, 'z'};
    CHAR Buffer[16];
    ULONG Bytes = 0;

    if (Convert == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK_STATUS(Convert(Buffer, 16, &Bytes, Lone, 4), STATUS_SOME_NOT_MAPPED);
    CHECK_EQ(Bytes, 4);
    CHECK_EQ(RtlCompareMemory(Buffer, "\xEF\xBF\xBDz", 4), 4);
}

TEST(RtlUnicodeToUTF8N, WritesWholeCharactersOnly)
{
    FUNCTION *Convert = (FUNCTION *)KtestExport(L"RtlUnicodeToUTF8N");
    CHAR Buffer[] = "zzz";
    ULONG Bytes = 0;

    if (Convert == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK_STATUS(Convert(Buffer, 3, &Bytes, L"a\x20AC", 4), STATUS_BUFFER_TOO_SMALL);
    CHECK_EQ(Bytes, 1);
    CHECK_EQ(Buffer[0], 'a');
}

TEST(RtlUnicodeToUTF8N, RefusesBadParameters)
{
    FUNCTION *Convert = (FUNCTION *)KtestExport(L"RtlUnicodeToUTF8N");
    CHAR Buffer[4];
    ULONG Bytes = 0;

    if (Convert == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK_STATUS(Convert(Buffer, 4, &Bytes, NULL, 0), STATUS_INVALID_PARAMETER_4);
    CHECK_STATUS(Convert(Buffer, 4, &Bytes, L"ab", 3), STATUS_INVALID_PARAMETER_5);
    CHECK_STATUS(Convert(NULL, 0, NULL, L"ab", 4), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Convert(NULL, 0, NULL, NULL, 0), STATUS_INVALID_PARAMETER_4);
    CHECK_STATUS(Convert(NULL, 0, &Bytes, L"ab", 3), STATUS_SUCCESS); /* only asks */
    CHECK_EQ(Bytes, 1);
}
