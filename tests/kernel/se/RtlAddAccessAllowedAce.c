/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlAddAccessAllowedAce - appends until the list is full.
 */
#include "se_test.h"

TEST(RtlAddAccessAllowedAce, AppendsUntilFull)
{
    SE_TEST_ACL List;
    PVOID Ace;

    RtlCreateAcl(&List.Acl, sizeof(ACL) + 2 * 20, ACL_REVISION);
    CHECK_STATUS(RtlAddAccessAllowedAce(&List.Acl, ACL_REVISION, 1, SE_TEST_WORLD), STATUS_SUCCESS);
    CHECK_STATUS(
        RtlAddAccessAllowedAce(&List.Acl, ACL_REVISION, 2, SE_TEST_SYSTEM), STATUS_SUCCESS);
    CHECK_STATUS(RtlAddAccessAllowedAce(&List.Acl, ACL_REVISION, 4, SE_TEST_WORLD),
                 STATUS_ALLOTTED_SPACE_EXCEEDED);
    CHECK_EQ(List.Acl.AceCount, 2);
    if (CHECK_STATUS(RtlGetAce(&List.Acl, 1, &Ace), STATUS_SUCCESS)) {
        CHECK_EQ(((PACCESS_ALLOWED_ACE)Ace)->Header.AceType, ACCESS_ALLOWED_ACE_TYPE);
        CHECK_EQ(((PACCESS_ALLOWED_ACE)Ace)->Header.AceFlags, 0);
        CHECK_EQ(((PACCESS_ALLOWED_ACE)Ace)->Header.AceSize, 20);
        CHECK_EQ(((PACCESS_ALLOWED_ACE)Ace)->Mask, 2);
        CHECK(RtlEqualSid(&((PACCESS_ALLOWED_ACE)Ace)->SidStart, SE_TEST_SYSTEM));
    }
}

TEST(RtlAddAccessAllowedAce, RefusesWhatIsNoSid)
{
    SE_TEST_ACL List;
    SE_TEST_SID Sid;

    SeTestAdministrators(&Sid);
    Sid.Sid.Revision = 2;
    RtlCreateAcl(&List.Acl, sizeof(List), ACL_REVISION);
    CHECK_STATUS(RtlAddAccessAllowedAce(&List.Acl, ACL_REVISION, 1, &Sid), STATUS_INVALID_SID);
    CHECK_EQ(List.Acl.AceCount, 0);
}
