/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlGetAce - one entry after the other.
 */
#include "se_test.h"

TEST(RtlGetAce, WalksTheList)
{
    SE_TEST_ACL List;
    PVOID First, Second, Third;

    SeTestList(&List, SE_TEST_WORLD, 1);
    RtlAddAccessAllowedAce(&List.Acl, ACL_REVISION, 2, SE_TEST_ADMINISTRATORS);
    CHECK_STATUS(RtlGetAce(&List.Acl, 0, &First), STATUS_SUCCESS);
    CHECK_PTR(First, &List.Acl + 1);
    CHECK_STATUS(RtlGetAce(&List.Acl, 1, &Second), STATUS_SUCCESS);
    CHECK_PTR(Second, (PUCHAR)First + 20);
    CHECK_STATUS(RtlGetAce(&List.Acl, 2, &Third), STATUS_INVALID_PARAMETER);
}
