/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlTimeToSecondsSince1970 - whole seconds since the beginning of 1970.
 */
#include "ktest.h"

/* From ntifs.h, which is for file systems only. */
NTSYSAPI BOOLEAN NTAPI RtlTimeToSecondsSince1970(const LARGE_INTEGER *Time, PULONG ElapsedSeconds);

TEST(RtlTimeToSecondsSince1970, CountsFromTheFirstMoment)
{
    LARGE_INTEGER Time;
    ULONG Seconds = 7;

    Time.QuadPart = 116444736000000000;
    CHECK(RtlTimeToSecondsSince1970(&Time, &Seconds));
    CHECK_EQ(Seconds, 0);
    Time.QuadPart = 116444736000000000 + 19999999;
    CHECK(RtlTimeToSecondsSince1970(&Time, &Seconds));
    CHECK_EQ(Seconds, 1);
}

TEST(RtlTimeToSecondsSince1970, RefusesWhatDoesNotFit)
{
    LARGE_INTEGER Time;
    ULONG Seconds = 7;

    Time.QuadPart = 116444736000000000 - 10000000;
    CHECK(!RtlTimeToSecondsSince1970(&Time, &Seconds));
    Time.QuadPart = 116444736000000000 + 0x100000000LL * 10000000;
    CHECK(!RtlTimeToSecondsSince1970(&Time, &Seconds));
}
