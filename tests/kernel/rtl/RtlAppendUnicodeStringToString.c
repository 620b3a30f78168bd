/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlAppendUnicodeStringToString - one counted string behind another, all of it or nothing.
 */
#include "ktest.h"

TEST(RtlAppendUnicodeStringToString, AppendsAndTerminates)
{
    KTEST_STRING(Source, L"cd");
    KTEST_BUFFER(Destination, 8);

    DestinationBuffer[0] = L'a';
    DestinationBuffer[1] = L'b';
    Destination.Length = 4;
    CHECK_STATUS(RtlAppendUnicodeStringToString(&Destination, &Source), STATUS_SUCCESS);
    CHECK_STRING(&Destination, L"abcd");
    CHECK_EQ(DestinationBuffer[4], 0);
    CHECK_EQ(DestinationBuffer[5], KTEST_FILL);
    CHECK_EQ(Destination.MaximumLength, 16);
}

TEST(RtlAppendUnicodeStringToString, NeedsNoRoomForTheTerminator)
{
    KTEST_STRING(Source, L"abcd");
    KTEST_BUFFER(Destination, 4);

    CHECK_STATUS(RtlAppendUnicodeStringToString(&Destination, &Source), STATUS_SUCCESS);
    CHECK_STRING(&Destination, L"abcd");
    CHECK_EQ(DestinationBuffer[4], KTEST_FILL);
}

TEST(RtlAppendUnicodeStringToString, TooSmallChangesNothing)
{
    KTEST_STRING(Source, L"abcde");
    KTEST_BUFFER(Destination, 4);

    CHECK_STATUS(RtlAppendUnicodeStringToString(&Destination, &Source), STATUS_BUFFER_TOO_SMALL);
    CHECK_EQ(Destination.Length, 0);
    CHECK_EQ(DestinationBuffer[0], KTEST_FILL);
}

TEST(RtlAppendUnicodeStringToString, EmptySourceIsNothingToAppend)
{
    UNICODE_STRING Source = {0, 0, NULL};
    KTEST_STRING(Destination, L"ab");

    CHECK_STATUS(RtlAppendUnicodeStringToString(&Destination, &Source), STATUS_SUCCESS);
    CHECK_STRING(&Destination, L"ab");
}
