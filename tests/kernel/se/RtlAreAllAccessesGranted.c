/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlAreAllAccessesGranted - every bit.
 */
#include "se_test.h"

NTSYSAPI BOOLEAN NTAPI RtlAreAllAccessesGranted(
    ACCESS_MASK GrantedAccess, ACCESS_MASK DesiredAccess);

TEST(RtlAreAllAccessesGranted, NeedsEveryBit)
{
    CHECK(RtlAreAllAccessesGranted(7, 5));
    CHECK(RtlAreAllAccessesGranted(7, 0));
    CHECK(!RtlAreAllAccessesGranted(5, 7));
}
