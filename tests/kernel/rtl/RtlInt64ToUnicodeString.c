/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlInt64ToUnicodeString - a 64-bit number as text in the caller's buffer.
 */
#include "ktest.h"

TEST(RtlInt64ToUnicodeString, WritesEveryBase)
{
    KTEST_BUFFER(String, 65);

    CHECK_STATUS(RtlInt64ToUnicodeString(0xFEDCBA9876543210, 16, &String), STATUS_SUCCESS);
    CHECK_STRING(&String, L"FEDCBA9876543210");
    CHECK_STATUS(RtlInt64ToUnicodeString(0xFFFFFFFFFFFFFFFF, 10, &String), STATUS_SUCCESS);
    CHECK_STRING(&String, L"18446744073709551615");
    CHECK_STATUS(RtlInt64ToUnicodeString(0x1FFFFFFFF, 8, &String), STATUS_SUCCESS);
    CHECK_STRING(&String, L"77777777777");
    CHECK_STATUS(RtlInt64ToUnicodeString(5, 2, &String), STATUS_SUCCESS);
    CHECK_STRING(&String, L"101");
}

TEST(RtlInt64ToUnicodeString, BaseZeroIsDecimal)
{
    KTEST_BUFFER(String, 4);

    CHECK_STATUS(RtlInt64ToUnicodeString(42, 0, &String), STATUS_SUCCESS);
    CHECK_STRING(&String, L"42");
}

TEST(RtlInt64ToUnicodeString, OtherBasesAreRefused)
{
    KTEST_BUFFER(String, 40);

    CHECK_STATUS(RtlInt64ToUnicodeString(42, 7, &String), STATUS_INVALID_PARAMETER);
}

TEST(RtlInt64ToUnicodeString, TooSmallIsRefused)
{
    KTEST_BUFFER(String, 2);

    CHECK_STATUS(RtlInt64ToUnicodeString(1234, 10, &String), STATUS_BUFFER_OVERFLOW);
}
