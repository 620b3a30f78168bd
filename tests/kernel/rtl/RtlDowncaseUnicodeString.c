/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlDowncaseUnicodeString - every character by itself to lower case, the length stays.
 */
#include "ktest.h"

/* From ntifs.h, which is for file systems only. */
NTSYSAPI NTSTATUS NTAPI RtlDowncaseUnicodeString(PUNICODE_STRING DestinationString,
                                                 PCUNICODE_STRING SourceString,
                                                 BOOLEAN AllocateDestinationString);

TEST(RtlDowncaseUnicodeString, AllocatesTheDestination)
{
    KTEST_STRING(Source, L"Hello, World_1");
    UNICODE_STRING Destination = {0, 0, NULL};

    if (!CHECK_STATUS(RtlDowncaseUnicodeString(&Destination, &Source, TRUE), STATUS_SUCCESS))
        return;
    CHECK_STRING(&Destination, L"hello, world_1");
    CHECK(Destination.MaximumLength >= Destination.Length);
    CHECK_STRING(&Source, L"Hello, World_1");
    RtlFreeUnicodeString(&Destination);
}

TEST(RtlDowncaseUnicodeString, FillsTheCallersBuffer)
{
    KTEST_STRING(Source, L"Hello");
    KTEST_BUFFER(Destination, 5);

    CHECK_STATUS(RtlDowncaseUnicodeString(&Destination, &Source, FALSE), STATUS_SUCCESS);
    CHECK_STRING(&Destination, L"hello");
    CHECK_EQ(DestinationBuffer[5], KTEST_FILL); /* no terminator is asked for, none is written */
    CHECK_EQ(Destination.MaximumLength, 10);
}

TEST(RtlDowncaseUnicodeString, TooSmallIsRefused)
{
    KTEST_STRING(Source, L"Hello");
    KTEST_BUFFER(Destination, 4);

    CHECK_STATUS(RtlDowncaseUnicodeString(&Destination, &Source, FALSE), STATUS_BUFFER_OVERFLOW);
    CHECK_EQ(DestinationBuffer[0], KTEST_FILL);
    CHECK_EQ(DestinationBuffer[4], KTEST_FILL);
}

TEST(RtlDowncaseUnicodeString, WorksInPlace)
{
    KTEST_STRING(String, L"Hello");

    CHECK_STATUS(RtlDowncaseUnicodeString(&String, &String, FALSE), STATUS_SUCCESS);
    CHECK_STRING(&String, L"hello");
}

TEST(RtlDowncaseUnicodeString, KnowsMoreThanAscii)
{
    KTEST_STRING(Source, L"\x00C4\x00DF\x0391\x0416"); /* Ä, ß, Alpha, Zhe */
    KTEST_BUFFER(Destination, 4);

    CHECK_STATUS(RtlDowncaseUnicodeString(&Destination, &Source, FALSE), STATUS_SUCCESS);
    CHECK_STRING(&Destination, L"\x00E4\x00DF\x03B1\x0436");
}
