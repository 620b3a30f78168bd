/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlFindAceByType - the next ACE of a type.
 */
#include "se_test.h"

TEST(RtlFindAceByType, GoesOnFromAnIndex)
{
    SE_LATER(RtlFindAceByType, PVOID, PACL, UCHAR, PULONG);
    SE_TEST_ACL List;
    PACE_HEADER Ace;
    ULONG Index = 0;

    SeTestList(&List, SE_TEST_WORLD, 1);
    CHECK_STATUS(RtlAddAccessAllowedAce(&List.Acl, ACL_REVISION, 2, SE_TEST_SYSTEM),
                 STATUS_SUCCESS);
    CHECK_STATUS(RtlAddAccessAllowedAce(&List.Acl, ACL_REVISION, 4, SE_TEST_WORLD), STATUS_SUCCESS);
    CHECK_STATUS(RtlGetAce(&List.Acl, 1, (PVOID *)&Ace), STATUS_SUCCESS);
    Ace->AceType = ACCESS_DENIED_ACE_TYPE;
    CHECK_PTR(RtlFindAceByType(&List.Acl, ACCESS_DENIED_ACE_TYPE, NULL), Ace);
    CHECK_PTR(RtlFindAceByType(&List.Acl, ACCESS_DENIED_ACE_TYPE, &Index), Ace);
    CHECK_EQ(Index, 1);
    CHECK_STATUS(RtlGetAce(&List.Acl, 2, (PVOID *)&Ace), STATUS_SUCCESS);
    CHECK_PTR(RtlFindAceByType(&List.Acl, ACCESS_ALLOWED_ACE_TYPE, &Index), Ace);
    CHECK_EQ(Index, 2);
    Index = 3;
    CHECK_PTR(RtlFindAceByType(&List.Acl, ACCESS_ALLOWED_ACE_TYPE, &Index), NULL);
    CHECK_PTR(RtlFindAceByType(&List.Acl, SYSTEM_AUDIT_ACE_TYPE, NULL), NULL);
}
