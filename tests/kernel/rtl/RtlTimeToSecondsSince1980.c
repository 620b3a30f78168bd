/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlTimeToSecondsSince1980 - whole seconds since the beginning of 1980.
 */
#include "ktest.h"

/* From ntifs.h, which is for file systems only. */
NTSYSAPI BOOLEAN NTAPI RtlTimeToSecondsSince1980(const LARGE_INTEGER *Time, PULONG ElapsedSeconds);

TEST(RtlTimeToSecondsSince1980, CountsFromTheFirstMoment)
{
    LARGE_INTEGER Time;
    ULONG Seconds = 7;

    Time.QuadPart = 119600064000000000;
    CHECK(RtlTimeToSecondsSince1980(&Time, &Seconds));
    CHECK_EQ(Seconds, 0);
    Time.QuadPart = 119600064000000000 + 19999999;
    CHECK(RtlTimeToSecondsSince1980(&Time, &Seconds));
    CHECK_EQ(Seconds, 1);
}

TEST(RtlTimeToSecondsSince1980, RefusesWhatDoesNotFit)
{
    LARGE_INTEGER Time;
    ULONG Seconds = 7;

    Time.QuadPart = 119600064000000000 - 10000000;
    CHECK(!RtlTimeToSecondsSince1980(&Time, &Seconds));
    Time.QuadPart = 119600064000000000 + 0x100000000LL * 10000000;
    CHECK(!RtlTimeToSecondsSince1980(&Time, &Seconds));
}
