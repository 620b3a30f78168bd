/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlEqualSid - every part counts.
 */
#include "se_test.h"

TEST(RtlEqualSid, ComparesEveryPart)
{
    SE_TEST_SID One, Two;

    SeTestAdministrators(&One);
    SeTestAdministrators(&Two);
    CHECK(RtlEqualSid(&One, &Two));
    CHECK(RtlEqualSid(&One, SE_TEST_ADMINISTRATORS));
    Two.Sid.SubAuthorityCount = 1;
    CHECK(!RtlEqualSid(&One, &Two));
    SeTestAdministrators(&Two);
    *RtlSubAuthoritySid(&Two, 1) = 545;
    CHECK(!RtlEqualSid(&One, &Two));
    SeTestAdministrators(&Two);
    Two.Sid.IdentifierAuthority.Value[5] = 4;
    CHECK(!RtlEqualSid(&One, &Two));
}
