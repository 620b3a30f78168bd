/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlOwnerAcesPresent - whether S-1-3-4 is in a list.
 */
#include "se_test.h"

TEST(RtlOwnerAcesPresent, LooksForOwnerRights)
{
    SE_LATER(RtlOwnerAcesPresent, BOOLEAN, PACL);
    static UCHAR OwnerRights[] = {1, 1, 0, 0, 0, 0, 0, 3, 4, 0, 0, 0};
    SE_TEST_ACL List;
    PVOID Ace;

    CHECK(!RtlOwnerAcesPresent(SeTestList(&List, SE_TEST_WORLD, 5)));
    CHECK_STATUS(RtlAddAccessAllowedAce(&List.Acl, ACL_REVISION, 1, OwnerRights), STATUS_SUCCESS);
    CHECK(RtlOwnerAcesPresent(&List.Acl));
    CHECK_STATUS(RtlGetAce(&List.Acl, 1, &Ace), STATUS_SUCCESS);
    ((PACE_HEADER)Ace)->AceFlags = INHERIT_ONLY_ACE;
    CHECK(!RtlOwnerAcesPresent(&List.Acl));
    CHECK(!RtlOwnerAcesPresent(SeTestList(&List, NULL, 0)));
}
