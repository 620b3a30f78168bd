/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlSecondsSince1980ToTime - a system time so many seconds behind the beginning of 1980.
 */
#include "ktest.h"

/* From ntifs.h, which is for file systems only. */
NTSYSAPI VOID NTAPI RtlSecondsSince1980ToTime(ULONG ElapsedSeconds, PLARGE_INTEGER Time);

TEST(RtlSecondsSince1980ToTime, CountsFromTheFirstMoment)
{
    LARGE_INTEGER Time;

    RtlSecondsSince1980ToTime(0, &Time);
    CHECK_EQ(Time.QuadPart, 119600064000000000);
    RtlSecondsSince1980ToTime(0xFFFFFFFF, &Time);
    CHECK_EQ(Time.QuadPart, 119600064000000000 + 0xFFFFFFFFLL * 10000000);
}
