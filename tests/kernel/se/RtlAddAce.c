/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlAddAce - inserts anywhere.
 */
#include "se_test.h"

static ACCESS_MASK MaskAt(PACL Acl, ULONG Index)
{
    PVOID Ace;

    return NT_SUCCESS(RtlGetAce(Acl, Index, &Ace)) ? ((PACCESS_ALLOWED_ACE)Ace)->Mask : 0;
}

TEST(RtlAddAce, InsertsBeforeTheIndexOrAtTheEnd)
{
    SE_TEST_ACL List, Source;
    PVOID Ace;

    SeTestList(&List, SE_TEST_WORLD, 1);
    RtlAddAccessAllowedAce(&List.Acl, ACL_REVISION, 2, SE_TEST_WORLD);
    SeTestList(&Source, SE_TEST_SYSTEM, 16);
    if (!CHECK_STATUS(RtlGetAce(&Source.Acl, 0, &Ace), STATUS_SUCCESS))
        return;
    CHECK_STATUS(RtlAddAce(&List.Acl, ACL_REVISION, 1, Ace, 20), STATUS_SUCCESS);
    CHECK_STATUS(RtlAddAce(&List.Acl, ACL_REVISION, MAXULONG, Ace, 20), STATUS_SUCCESS);
    CHECK_EQ(List.Acl.AceCount, 4);
    CHECK_EQ(MaskAt(&List.Acl, 0), 1);
    CHECK_EQ(MaskAt(&List.Acl, 1), 16);
    CHECK_EQ(MaskAt(&List.Acl, 2), 2);
    CHECK_EQ(MaskAt(&List.Acl, 3), 16);
}

TEST(RtlAddAce, NeedsRoom)
{
    SE_TEST_ACL List, Source;
    PVOID Ace;

    RtlCreateAcl(&List.Acl, sizeof(ACL) + 16, ACL_REVISION);
    SeTestList(&Source, SE_TEST_SYSTEM, 16);
    if (CHECK_STATUS(RtlGetAce(&Source.Acl, 0, &Ace), STATUS_SUCCESS))
        CHECK_STATUS(RtlAddAce(&List.Acl, ACL_REVISION, 0, Ace, 20), STATUS_BUFFER_TOO_SMALL);
    CHECK_EQ(List.Acl.AceCount, 0);
}
