/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlDeleteAce - later ones move up.
 */
#include "se_test.h"

TEST(RtlDeleteAce, MovesLaterOnesUp)
{
    SE_TEST_ACL List;
    PVOID Ace;

    SeTestList(&List, SE_TEST_WORLD, 1);
    RtlAddAccessAllowedAce(&List.Acl, ACL_REVISION, 2, SE_TEST_ADMINISTRATORS);
    CHECK_STATUS(RtlDeleteAce(&List.Acl, 0), STATUS_SUCCESS);
    CHECK_EQ(List.Acl.AceCount, 1);
    if (CHECK_STATUS(RtlGetAce(&List.Acl, 0, &Ace), STATUS_SUCCESS))
        CHECK_EQ(((PACCESS_ALLOWED_ACE)Ace)->Mask, 2);
    CHECK_STATUS(RtlDeleteAce(&List.Acl, 1), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(RtlDeleteAce(&List.Acl, 0), STATUS_SUCCESS);
    CHECK_EQ(List.Acl.AceCount, 0);
}
