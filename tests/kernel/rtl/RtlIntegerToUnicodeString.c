/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlIntegerToUnicodeString - an unsigned number in digits of a base, terminated.
 */
#include "kbuild.h"

TEST(RtlIntegerToUnicodeString, WritesEveryBase)
{
    KTEST_BUFFER(String, 40);

    CHECK_STATUS(RtlIntegerToUnicodeString(1234, 10, &String), STATUS_SUCCESS);
    CHECK_STRING(&String, L"1234");
    CHECK_STATUS(RtlIntegerToUnicodeString(0xBEEF, 16, &String), STATUS_SUCCESS);
    CHECK_STRING(&String, L"BEEF");
    CHECK_STATUS(RtlIntegerToUnicodeString(511, 8, &String), STATUS_SUCCESS);
    CHECK_STRING(&String, L"777");
    CHECK_STATUS(RtlIntegerToUnicodeString(5, 2, &String), STATUS_SUCCESS);
    CHECK_STRING(&String, L"101");
}

TEST(RtlIntegerToUnicodeString, BaseZeroIsDecimal)
{
    KTEST_BUFFER(String, 40);

    CHECK_STATUS(RtlIntegerToUnicodeString(99, 0, &String), STATUS_SUCCESS);
    CHECK_STRING(&String, L"99");
}

TEST(RtlIntegerToUnicodeString, WritesTheExtremes)
{
    KTEST_BUFFER(String, 40);

    CHECK_STATUS(RtlIntegerToUnicodeString(0, 10, &String), STATUS_SUCCESS);
    CHECK_STRING(&String, L"0");
    CHECK_STATUS(RtlIntegerToUnicodeString(0xFFFFFFFF, 10, &String), STATUS_SUCCESS);
    CHECK_STRING(&String, L"4294967295");
    CHECK_STATUS(RtlIntegerToUnicodeString(0xFFFFFFFF, 2, &String), STATUS_SUCCESS);
    CHECK_STRING(&String, L"11111111111111111111111111111111");
}

TEST(RtlIntegerToUnicodeString, TerminatesTheString)
{
    KTEST_BUFFER(String, 4);

    CHECK_STATUS(RtlIntegerToUnicodeString(123, 10, &String), STATUS_SUCCESS);
    CHECK_STRING(&String, L"123");
    CHECK_EQ(StringBuffer[3], 0);
    CHECK_EQ(StringBuffer[4], KTEST_FILL);
}

TEST(RtlIntegerToUnicodeString, NeedsRoomForTheTerminator)
{
    KTEST_BUFFER(String, 3);

    CHECK_STATUS(RtlIntegerToUnicodeString(123, 10, &String), STATUS_BUFFER_OVERFLOW);
    CHECK_EQ(StringBuffer[0], KTEST_FILL);
    CHECK_EQ(StringBuffer[3], KTEST_FILL);
    CHECK_EQ(String.Length, KtestBuild() < KTEST_BUILD_WIN11 ? 6 : 0); /* what it would be */
    CHECK_EQ(String.MaximumLength, 6);
}

TEST(RtlIntegerToUnicodeString, RefusesOtherBases)
{
    KTEST_BUFFER(String, 40);

    CHECK_STATUS(RtlIntegerToUnicodeString(1, 1, &String), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(RtlIntegerToUnicodeString(1, 7, &String), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(RtlIntegerToUnicodeString(1, 36, &String), STATUS_INVALID_PARAMETER);
    CHECK_EQ(StringBuffer[0], KTEST_FILL);
    CHECK_EQ(String.Length, 0);
}
