/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlAppendStringToString - appends a counted string, without terminator.
 */
#include "ktest.h"

/* From ntifs.h, which is for file systems only. */
NTSYSAPI NTSTATUS NTAPI RtlAppendStringToString(PSTRING Destination, const STRING *Source);

TEST(RtlAppendStringToString, AllOrNothing)
{
    CHAR Buffer[] = "zzzzz";
    STRING Destination = {0, 4, Buffer};
    STRING Source = {2, 3, (CHAR[]){"ab"}};

    CHECK_STATUS(RtlAppendStringToString(&Destination, &Source), STATUS_SUCCESS);
    CHECK_EQ(Destination.Length, 2);
    CHECK_EQ(Buffer[2], 'z');
    CHECK_STATUS(RtlAppendStringToString(&Destination, &Source), STATUS_SUCCESS);
    CHECK_EQ(RtlCompareMemory(Buffer, "ababz", 5), 5);
    CHECK_STATUS(RtlAppendStringToString(&Destination, &Source), STATUS_BUFFER_TOO_SMALL);
    CHECK_EQ(Destination.Length, 4);
}
