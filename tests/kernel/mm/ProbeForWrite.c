/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ProbeForWrite - alignment, range, and every page is there to be written.
 */
#include "probe_test.h"

static __attribute__((noinline)) VOID Write(ULONG_PTR Address, SIZE_T Length, ULONG Alignment)
{
    ProbeForWrite((PVOID)Address, Length, Alignment);
}

TEST(ProbeForWrite, TouchesTheMemory)
{
    CHECK_STATUS(ProbeStatus(Write, PROBE_NOT_THERE, 1, 1), STATUS_ACCESS_VIOLATION);
    CHECK_STATUS(ProbeStatus(Write, PROBE_NOT_THERE, 100 * PAGE_SIZE, 1), STATUS_ACCESS_VIOLATION);
}

TEST(ProbeForWrite, KnowsEveryAlignment)
{
    ULONG Alignment;

    for (Alignment = 2; Alignment <= 16; Alignment *= 2)
        CHECK_STATUS(ProbeStatus(Write, PROBE_NOT_THERE + Alignment / 2, 1, Alignment),
                     STATUS_DATATYPE_MISALIGNMENT);
}

TEST(ProbeForWrite, RefusesWhatIsNotUserMemory)
{
    static ULONG InThisDriver;
    ULONG_PTR End = IMPORTED(MmUserProbeAddress);

    CHECK_STATUS(ProbeStatus(Write, (ULONG_PTR)&InThisDriver, 4, 4), STATUS_ACCESS_VIOLATION);
    CHECK_STATUS(ProbeStatus(Write, End, 1, 1), STATUS_ACCESS_VIOLATION);
    CHECK_STATUS(ProbeStatus(Write, End - 1, ~(SIZE_T)0, 1), STATUS_ACCESS_VIOLATION);
}

TEST(ProbeForWrite, LengthZeroChecksNothing)
{
    CHECK_STATUS(ProbeStatus(Write, PROBE_NOT_THERE + 1, 0, 4), STATUS_SUCCESS);
    CHECK_STATUS(ProbeStatus(Write, ~(ULONG_PTR)0, 0, 4), STATUS_SUCCESS);
}
