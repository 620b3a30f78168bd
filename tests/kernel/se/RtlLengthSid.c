/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlLengthSid - bytes by the number of sub-authorities.
 */
#include "se_test.h"

TEST(RtlLengthSid, CountsTheSubAuthorities)
{
    SE_TEST_SID Sid;

    SeTestAdministrators(&Sid);
    CHECK_EQ(RtlLengthSid(&Sid), 16);
    CHECK_EQ(RtlLengthSid(SE_TEST_WORLD), 12);
}
