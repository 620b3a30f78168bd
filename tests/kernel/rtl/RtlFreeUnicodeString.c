/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlFreeUnicodeString - gives back what an Rtl routine allocated for a string.
 */
#include "ktest.h"

TEST(RtlFreeUnicodeString, FreesAndClears)
{
    KTEST_STRING(Source, L"Hello");
    UNICODE_STRING String = {0, 0, NULL};

    if (!CHECK_STATUS(RtlUpcaseUnicodeString(&String, &Source, TRUE), STATUS_SUCCESS))
        return;
    RtlFreeUnicodeString(&String);
    CHECK_EQ(String.Length, 0);
    CHECK_EQ(String.MaximumLength, 0);
    CHECK_PTR(String.Buffer, NULL);
}

TEST(RtlFreeUnicodeString, NoBufferIsNothingToFree)
{
    UNICODE_STRING String = {0, 0, NULL};

    RtlFreeUnicodeString(&String);
    RtlFreeUnicodeString(&String);
    CHECK_PTR(String.Buffer, NULL);
}

TEST(RtlFreeUnicodeString, MakesRoomForTheNext)
{
    KTEST_STRING(Source, L"0123456789012345678901234567890123456789012345678901234567890123");
    ULONG Round;

    for (Round = 0; Round < 10000; Round++) {
        UNICODE_STRING String = {0, 0, NULL};

        if (!CHECK_STATUS(RtlUpcaseUnicodeString(&String, &Source, TRUE), STATUS_SUCCESS))
            return;
        RtlFreeUnicodeString(&String);
    }
}
