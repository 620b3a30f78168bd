/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlCopyUnicodeString - as much of a string as the destination holds.
 */
#include "ktest.h"

TEST(RtlCopyUnicodeString, CopiesAndTerminates)
{
    KTEST_STRING(Source, L"abc");
    KTEST_BUFFER(Destination, 8);

    RtlCopyUnicodeString(&Destination, &Source);
    CHECK_STRING(&Destination, L"abc");
    CHECK_EQ(DestinationBuffer[3], 0);
    CHECK_EQ(DestinationBuffer[4], KTEST_FILL);
    CHECK_EQ(Destination.MaximumLength, 16);
    CHECK_PTR(Destination.Buffer, DestinationBuffer);
}

TEST(RtlCopyUnicodeString, FillsTheDestinationToTheBrim)
{
    KTEST_STRING(Source, L"abc");
    KTEST_BUFFER(Destination, 3);

    RtlCopyUnicodeString(&Destination, &Source);
    CHECK_STRING(&Destination, L"abc");
    CHECK_EQ(DestinationBuffer[3], KTEST_FILL); /* no terminator: no room */
}

TEST(RtlCopyUnicodeString, TruncatesToTheDestination)
{
    KTEST_STRING(Source, L"abc");
    KTEST_BUFFER(Destination, 2);

    RtlCopyUnicodeString(&Destination, &Source);
    CHECK_STRING(&Destination, L"ab");
    CHECK_EQ(DestinationBuffer[2], KTEST_FILL);
}

TEST(RtlCopyUnicodeString, NullSourceEmptiesTheDestination)
{
    KTEST_STRING(Destination, L"abc");

    RtlCopyUnicodeString(&Destination, NULL);
    CHECK_EQ(Destination.Length, 0);
    CHECK_EQ(Destination.MaximumLength, 8);
    CHECK_PTR(Destination.Buffer, DestinationBuffer);
}

TEST(RtlCopyUnicodeString, CopiesBeyondAnEmbeddedNull)
{
    KTEST_STRING(Source, L"a\0b");
    KTEST_BUFFER(Destination, 8);

    RtlCopyUnicodeString(&Destination, &Source);
    CHECK_STRING(&Destination, L"a\0b");
}

TEST(RtlCopyUnicodeString, CountsBytesAndNotCharacters)
{
    KTEST_STRING(Source, L"abc");
    KTEST_BUFFER(Destination, 3);

    Destination.MaximumLength = 5;
    RtlCopyUnicodeString(&Destination, &Source);
    CHECK_EQ(Destination.Length, 5);
    CHECK_EQ(DestinationBuffer[1], L'b');
    CHECK_EQ(((UCHAR *)DestinationBuffer)[4], 'c');
    CHECK_EQ(((UCHAR *)DestinationBuffer)[5], 0xEE);
}
