/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlSecondsSince1970ToTime - a system time so many seconds behind the beginning of 1970.
 */
#include "ktest.h"

/* From ntifs.h, which is for file systems only. */
NTSYSAPI VOID NTAPI RtlSecondsSince1970ToTime(ULONG ElapsedSeconds, PLARGE_INTEGER Time);

TEST(RtlSecondsSince1970ToTime, CountsFromTheFirstMoment)
{
    LARGE_INTEGER Time;

    RtlSecondsSince1970ToTime(0, &Time);
    CHECK_EQ(Time.QuadPart, 116444736000000000);
    RtlSecondsSince1970ToTime(0xFFFFFFFF, &Time);
    CHECK_EQ(Time.QuadPart, 116444736000000000 + 0xFFFFFFFFLL * 10000000);
}
