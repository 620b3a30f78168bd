/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * VerSetConditionMask - puts a condition for RtlVerifyVersionInfo into its place.
 */
#include "ktest.h"

NTSYSAPI ULONGLONG NTAPI VerSetConditionMask(ULONGLONG Mask, ULONG Type, UCHAR Condition);

TEST(VerSetConditionMask, ThreeBitsForEveryType)
{
    CHECK_EQ(VerSetConditionMask(0, VER_MINORVERSION, VER_EQUAL), 1);
    CHECK_EQ(VerSetConditionMask(0, VER_MAJORVERSION, VER_GREATER_EQUAL), 3 << 3);
    CHECK_EQ(VerSetConditionMask(1, VER_BUILDNUMBER, VER_LESS), 1 | 4 << 6);
    CHECK_EQ(VerSetConditionMask(0, VER_PRODUCT_TYPE, VER_EQUAL), 1 << 21);
}
