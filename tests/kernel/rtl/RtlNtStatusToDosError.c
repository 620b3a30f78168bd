/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlNtStatusToDosError - the Win32 error an application sees for a status.
 */
#include "ktest.h"

/* From ntifs.h, which is for file systems only. */
NTSYSAPI ULONG NTAPI RtlNtStatusToDosError(NTSTATUS Status);

TEST(RtlNtStatusToDosError, KnowsTheCommonOnes)
{
    CHECK_EQ(RtlNtStatusToDosError(STATUS_SUCCESS), 0);
    CHECK_EQ(RtlNtStatusToDosError(STATUS_INVALID_DEVICE_REQUEST), 1);
    CHECK_EQ(RtlNtStatusToDosError(STATUS_OBJECT_NAME_NOT_FOUND), 2);
    CHECK_EQ(RtlNtStatusToDosError(STATUS_ACCESS_DENIED), 5);
    CHECK_EQ(RtlNtStatusToDosError(STATUS_INVALID_PARAMETER), 87);
    CHECK_EQ(RtlNtStatusToDosError(STATUS_BUFFER_TOO_SMALL), 122);
    CHECK_EQ(RtlNtStatusToDosError(STATUS_BUFFER_OVERFLOW), 234);
    CHECK_EQ(RtlNtStatusToDosError(STATUS_PENDING), 997);
}

TEST(RtlNtStatusToDosError, OthersHaveNone)
{
    CHECK_EQ(RtlNtStatusToDosError((NTSTATUS)0xC0FF1234), 317);
}
