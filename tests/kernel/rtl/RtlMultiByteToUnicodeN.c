/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlMultiByteToUnicodeN - the ANSI code page to UTF-16 by count; ASCII is in all of them.
 */
#include "ktest.h"

/* From ntifs.h, which is for file systems only. */
NTSYSAPI NTSTATUS NTAPI RtlMultiByteToUnicodeN(PWCH UnicodeString, ULONG MaxBytes, PULONG Bytes,
                                               const CHAR *MultiByteString, ULONG BytesInMultiByte);

TEST(RtlMultiByteToUnicodeN, ConvertsAllThatFits)
{
    KTEST_BUFFER(String, 6);
    ULONG Bytes = 0;

    CHECK_STATUS(RtlMultiByteToUnicodeN(String.Buffer, 12, &Bytes, "abc", 3), STATUS_SUCCESS);
    CHECK_EQ(Bytes, 6);
    String.Length = 6;
    CHECK_STRING(&String, L"abc");
    CHECK_EQ(StringBuffer[3], KTEST_FILL);
}

TEST(RtlMultiByteToUnicodeN, StopsAtTheEndOfTheBuffer)
{
    KTEST_BUFFER(String, 6);
    ULONG Bytes = 0;

    CHECK_STATUS(RtlMultiByteToUnicodeN(String.Buffer, 4, &Bytes, "abc", 3), STATUS_SUCCESS);
    CHECK_EQ(Bytes, 4);
    CHECK_EQ(StringBuffer[1], 'b');
    CHECK_EQ(StringBuffer[2], KTEST_FILL);
}
