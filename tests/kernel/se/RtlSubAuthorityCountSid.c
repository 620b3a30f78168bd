/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlSubAuthorityCountSid - where the count is.
 */
#include "se_test.h"

TEST(RtlSubAuthorityCountSid, PointsIntoTheSid)
{
    SE_TEST_SID Sid;

    SeTestAdministrators(&Sid);
    CHECK_PTR(RtlSubAuthorityCountSid(&Sid), &Sid.Sid.SubAuthorityCount);
    CHECK_EQ(*RtlSubAuthorityCountSid(&Sid), 2);
}
