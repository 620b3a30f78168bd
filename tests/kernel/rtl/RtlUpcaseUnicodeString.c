/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlUpcaseUnicodeString - every character by itself to upper case, the length stays.
 */
#include "ktest.h"

TEST(RtlUpcaseUnicodeString, AllocatesTheDestination)
{
    KTEST_STRING(Source, L"Hello, World_1");
    UNICODE_STRING Destination = {0, 0, NULL};

    if (!CHECK_STATUS(RtlUpcaseUnicodeString(&Destination, &Source, TRUE), STATUS_SUCCESS))
        return;
    CHECK_STRING(&Destination, L"HELLO, WORLD_1");
    CHECK(Destination.MaximumLength >= Destination.Length);
    CHECK_STRING(&Source, L"Hello, World_1");
    RtlFreeUnicodeString(&Destination);
}

TEST(RtlUpcaseUnicodeString, FillsTheCallersBuffer)
{
    KTEST_STRING(Source, L"Hello");
    KTEST_BUFFER(Destination, 5);

    CHECK_STATUS(RtlUpcaseUnicodeString(&Destination, &Source, FALSE), STATUS_SUCCESS);
    CHECK_STRING(&Destination, L"HELLO");
    CHECK_EQ(DestinationBuffer[5], KTEST_FILL); /* no terminator is asked for, none is written */
    CHECK_EQ(Destination.MaximumLength, 10);
}

TEST(RtlUpcaseUnicodeString, TooSmallIsRefused)
{
    KTEST_STRING(Source, L"Hello");
    KTEST_BUFFER(Destination, 4);

    CHECK_STATUS(RtlUpcaseUnicodeString(&Destination, &Source, FALSE), STATUS_BUFFER_OVERFLOW);
    CHECK_EQ(DestinationBuffer[0], KTEST_FILL);
    CHECK_EQ(DestinationBuffer[4], KTEST_FILL);
}

TEST(RtlUpcaseUnicodeString, WorksInPlace)
{
    KTEST_STRING(String, L"Hello");

    CHECK_STATUS(RtlUpcaseUnicodeString(&String, &String, FALSE), STATUS_SUCCESS);
    CHECK_STRING(&String, L"HELLO");
}

TEST(RtlUpcaseUnicodeString, KnowsMoreThanAscii)
{
    KTEST_STRING(Source, L"\x00E4\x00DF\x03B1\x0436"); /* ä, ß, alpha, zhe */
    KTEST_BUFFER(Destination, 4);

    CHECK_STATUS(RtlUpcaseUnicodeString(&Destination, &Source, FALSE), STATUS_SUCCESS);
    CHECK_STRING(&Destination, L"\x00C4\x00DF\x0391\x0416"); /* ß has no one upper-case character */
}
