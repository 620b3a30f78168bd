/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlLocalTimeToSystemTime, RtlSystemTimeToLocalTime, RtlQueryElevationFlags.
 */
#include "ktest.h"

typedef NTSTATUS NTAPI CONVERT(PLARGE_INTEGER From, PLARGE_INTEGER To);

TEST(RtlSystemTimeToLocalTime, IsThatOfEx)
{
    CONVERT *Convert = (CONVERT *)KtestExport(L"RtlSystemTimeToLocalTime");
    LARGE_INTEGER System, Local, Other;

    if (Convert == NULL) {
        skip("not exported by this Windows");
        return;
    }
    KeQuerySystemTime(&System);
    ExSystemTimeToLocalTime(&System, &Local);
    CHECK_STATUS(Convert(&System, &Other), STATUS_SUCCESS);
    CHECK_EQ(Other.QuadPart, Local.QuadPart);
}

TEST(RtlLocalTimeToSystemTime, IsThatOfEx)
{
    CONVERT *Convert = (CONVERT *)KtestExport(L"RtlLocalTimeToSystemTime");
    LARGE_INTEGER System, Local, Other;

    if (Convert == NULL) {
        skip("not exported by this Windows");
        return;
    }
    KeQuerySystemTime(&System);
    ExSystemTimeToLocalTime(&System, &Local);
    CHECK_STATUS(Convert(&Local, &Other), STATUS_SUCCESS);
    CHECK_EQ(Other.QuadPart, System.QuadPart);
}

TEST(RtlQueryElevationFlags, HasThreeBits)
{
    NTSTATUS(NTAPI * Query)(PULONG Flags) = (PVOID)KtestExport(L"RtlQueryElevationFlags");
    ULONG Flags = 0xFFFFFFFF;

    if (Query == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK_STATUS(Query(&Flags), STATUS_SUCCESS);
    CHECK(Flags <= 7);
}
