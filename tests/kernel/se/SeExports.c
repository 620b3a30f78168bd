/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * SeExports - privileges and SIDs by name.
 */
#include "se_test.h"

TEST(SeExports, HasTheKnownValues)
{
    SE_TEST_SID Sid;

    SeTestAdministrators(&Sid);
    CHECK(RtlEqualSid(SE_TEST_EXPORTS->SeAliasAdminsSid, &Sid));
    CHECK_EQ(RtlLengthSid(SE_TEST_EXPORTS->SeWorldSid), 12);
    CHECK_EQ(*RtlSubAuthoritySid(SE_TEST_EXPORTS->SeLocalSystemSid, 0), 18);
    CHECK_EQ(*RtlSubAuthoritySid(SE_TEST_EXPORTS->SeAliasUsersSid, 1), 545);
    CHECK_EQ(SE_TEST_EXPORTS->SeDebugPrivilege.LowPart, 20);
    CHECK_EQ(SE_TEST_EXPORTS->SeLoadDriverPrivilege.LowPart, 10);
    CHECK_EQ(SE_TEST_EXPORTS->SeTcbPrivilege.HighPart, 0);
}
