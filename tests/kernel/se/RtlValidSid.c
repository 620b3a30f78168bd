/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlValidSid - revision and count are looked at.
 */
#include "se_test.h"

TEST(RtlValidSid, LooksAtRevisionAndCount)
{
    SE_TEST_SID Sid;

    SeTestAdministrators(&Sid);
    CHECK(RtlValidSid(&Sid));
    Sid.Sid.SubAuthorityCount = 15;
    CHECK(RtlValidSid(&Sid));
    Sid.Sid.SubAuthorityCount = 16;
    CHECK(!RtlValidSid(&Sid));
    Sid.Sid.SubAuthorityCount = 2;
    Sid.Sid.Revision = 2;
    CHECK(!RtlValidSid(&Sid));
}
