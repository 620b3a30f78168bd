/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlSubAuthoritySid - where a sub-authority is.
 */
#include "se_test.h"

TEST(RtlSubAuthoritySid, PointsIntoTheSid)
{
    SE_TEST_SID Sid;

    SeTestAdministrators(&Sid);
    CHECK_PTR(RtlSubAuthoritySid(&Sid, 0), &Sid.Sid.SubAuthority[0]);
    CHECK_EQ(*RtlSubAuthoritySid(&Sid, 0), 32);
    CHECK_EQ(*RtlSubAuthoritySid(&Sid, 1), 544);
}
