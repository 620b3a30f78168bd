/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlAppendUnicodeToString - a terminated string behind a counted one, all of it or nothing.
 */
#include "ktest.h"

TEST(RtlAppendUnicodeToString, AppendsAndTerminates)
{
    KTEST_BUFFER(Destination, 8);

    CHECK_STATUS(RtlAppendUnicodeToString(&Destination, L"ab"), STATUS_SUCCESS);
    CHECK_STATUS(RtlAppendUnicodeToString(&Destination, L"cd"), STATUS_SUCCESS);
    CHECK_STRING(&Destination, L"abcd");
    CHECK_EQ(DestinationBuffer[4], 0);
    CHECK_EQ(DestinationBuffer[5], KTEST_FILL);
    CHECK_EQ(Destination.MaximumLength, 16);
}

TEST(RtlAppendUnicodeToString, NeedsNoRoomForTheTerminator)
{
    KTEST_BUFFER(Destination, 4);

    CHECK_STATUS(RtlAppendUnicodeToString(&Destination, L"abcd"), STATUS_SUCCESS);
    CHECK_STRING(&Destination, L"abcd");
    CHECK_EQ(DestinationBuffer[4], KTEST_FILL);
}

TEST(RtlAppendUnicodeToString, TooSmallChangesNothing)
{
    KTEST_BUFFER(Destination, 4);

    CHECK_STATUS(RtlAppendUnicodeToString(&Destination, L"ab"), STATUS_SUCCESS);
    CHECK_STATUS(RtlAppendUnicodeToString(&Destination, L"cde"), STATUS_BUFFER_TOO_SMALL);
    CHECK_STRING(&Destination, L"ab");
    CHECK_EQ(DestinationBuffer[3], KTEST_FILL);
}

TEST(RtlAppendUnicodeToString, NullSourceIsNothingToAppend)
{
    KTEST_STRING(Destination, L"ab");

    CHECK_STATUS(RtlAppendUnicodeToString(&Destination, NULL), STATUS_SUCCESS);
    CHECK_STRING(&Destination, L"ab");
}
