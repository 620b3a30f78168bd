/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ProbeForRead - alignment and range; the memory is not touched.
 */
#include "probe_test.h"

static __attribute__((noinline)) VOID Read(ULONG_PTR Address, SIZE_T Length, ULONG Alignment)
{
    ProbeForRead((PVOID)Address, Length, Alignment);
}

TEST(ProbeForRead, LooksAtTheAddressOnly)
{
    CHECK_STATUS(ProbeStatus(Read, PROBE_NOT_THERE, 1, 1), STATUS_SUCCESS);
    CHECK_STATUS(ProbeStatus(Read, PROBE_NOT_THERE, 100 * PAGE_SIZE, 1), STATUS_SUCCESS);
}

TEST(ProbeForRead, KnowsEveryAlignment)
{
    ULONG Alignment;

    for (Alignment = 1; Alignment <= 16; Alignment *= 2) {
        CHECK_STATUS(ProbeStatus(Read, PROBE_NOT_THERE + Alignment, 1, Alignment), STATUS_SUCCESS);
        if (Alignment > 1)
            CHECK_STATUS(ProbeStatus(Read, PROBE_NOT_THERE + Alignment / 2, 1, Alignment),
                         STATUS_DATATYPE_MISALIGNMENT);
    }
}

TEST(ProbeForRead, EndsWhereUserMemoryEnds)
{
    ULONG_PTR End = IMPORTED(MmUserProbeAddress);

    CHECK_STATUS(ProbeStatus(Read, End - 8, 8, 8), STATUS_SUCCESS);
    CHECK_STATUS(ProbeStatus(Read, End - 8, 9, 8), STATUS_ACCESS_VIOLATION);
    CHECK_STATUS(ProbeStatus(Read, End, 1, 1), STATUS_ACCESS_VIOLATION);
    CHECK_STATUS(ProbeStatus(Read, End - 1, ~(SIZE_T)0, 1), STATUS_ACCESS_VIOLATION);
}

TEST(ProbeForRead, RefusesSystemMemory)
{
    static ULONG InThisDriver;
    ULONG OnTheStack;

    CHECK_STATUS(ProbeStatus(Read, (ULONG_PTR)&InThisDriver, 4, 4), STATUS_ACCESS_VIOLATION);
    CHECK_STATUS(ProbeStatus(Read, (ULONG_PTR)&OnTheStack, 4, 4), STATUS_ACCESS_VIOLATION);
}

TEST(ProbeForRead, LengthZeroChecksNothing)
{
    static ULONG InThisDriver;

    CHECK_STATUS(ProbeStatus(Read, (ULONG_PTR)&InThisDriver + 1, 0, 4), STATUS_SUCCESS);
    CHECK_STATUS(ProbeStatus(Read, 0, 0, 1), STATUS_SUCCESS);
}
