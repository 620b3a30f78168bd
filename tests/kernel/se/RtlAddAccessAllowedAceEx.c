/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlAddAccessAllowedAceEx - with inheritance flags.
 */
#include "se_test.h"

TEST(RtlAddAccessAllowedAceEx, KeepsTheFlags)
{
    SE_TEST_ACL List;
    PVOID Ace;

    RtlCreateAcl(&List.Acl, sizeof(List), ACL_REVISION);
    CHECK_STATUS(RtlAddAccessAllowedAceEx(&List.Acl, ACL_REVISION,
                     CONTAINER_INHERIT_ACE | INHERIT_ONLY_ACE, 3, SE_TEST_WORLD),
        STATUS_SUCCESS);
    if (CHECK_STATUS(RtlGetAce(&List.Acl, 0, &Ace), STATUS_SUCCESS)) {
        CHECK_EQ(((PACE_HEADER)Ace)->AceFlags, CONTAINER_INHERIT_ACE | INHERIT_ONLY_ACE);
        CHECK_EQ(((PACCESS_ALLOWED_ACE)Ace)->Mask, 3);
    }
}
