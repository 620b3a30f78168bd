/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlIntegerToChar - a number as text, with leading zeros if asked.
 */
#include "ktest.h"

/* Exported, but in no public header. */
NTSYSAPI NTSTATUS NTAPI RtlIntegerToChar(ULONG Value, ULONG Base, LONG Length, PCHAR String);

TEST(RtlIntegerToChar, TerminatesWhatHasRoom)
{
    CHAR Buffer[] = "zzzzz";

    CHECK_STATUS(RtlIntegerToChar(42, 10, 2, Buffer), STATUS_SUCCESS);
    CHECK_EQ(RtlCompareMemory(Buffer, "42z", 3), 3);
    CHECK_STATUS(RtlIntegerToChar(0xBEEF, 16, 5, Buffer), STATUS_SUCCESS);
    CHECK_EQ(RtlCompareMemory(Buffer, "BEEF", 5), 5);
}

TEST(RtlIntegerToChar, NegativeLengthAsksForZeros)
{
    CHAR Buffer[] = "zzzzz";

    CHECK_STATUS(RtlIntegerToChar(42, 10, -4, Buffer), STATUS_SUCCESS);
    CHECK_EQ(RtlCompareMemory(Buffer, "0042", 4), 4);
}

TEST(RtlIntegerToChar, RefusesBasesAndSmallBuffers)
{
    CHAR Buffer[] = "zzzzz";

    CHECK_STATUS(RtlIntegerToChar(42, 10, 1, Buffer), STATUS_BUFFER_OVERFLOW);
    CHECK_STATUS(RtlIntegerToChar(42, 9, 5, Buffer), STATUS_INVALID_PARAMETER);
    CHECK_EQ(Buffer[0], 'z');
}
