/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlAreAnyAccessesGranted - some bit.
 */
#include "se_test.h"

NTSYSAPI BOOLEAN NTAPI RtlAreAnyAccessesGranted(
    ACCESS_MASK GrantedAccess, ACCESS_MASK DesiredAccess);

TEST(RtlAreAnyAccessesGranted, NeedsSomeBit)
{
    CHECK(RtlAreAnyAccessesGranted(7, 12));
    CHECK(!RtlAreAnyAccessesGranted(7, 8));
    CHECK(!RtlAreAnyAccessesGranted(7, 0));
}
