/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlInitializeSid - revision, count and authority.
 */
#include "se_test.h"

TEST(RtlInitializeSid, SetsTheHeader)
{
    SID_IDENTIFIER_AUTHORITY Authority = {{0, 0, 0, 0, 0, 5}};
    SE_TEST_SID Sid, Wanted;

    SeTestAdministrators(&Wanted);
    CHECK_STATUS(RtlInitializeSid(&Sid, &Authority, 2), STATUS_SUCCESS);
    *RtlSubAuthoritySid(&Sid, 0) = 32;
    *RtlSubAuthoritySid(&Sid, 1) = 544;
    CHECK(RtlEqualSid(&Sid, &Wanted));
}
