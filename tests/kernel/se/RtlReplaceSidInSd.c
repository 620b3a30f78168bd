/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlReplaceSidInSd - one SID for another of its length.
 */
#include "se_test.h"

TEST(RtlReplaceSidInSd, ReplacesEverywhere)
{
    SE_LATER(RtlReplaceSidInSd, NTSTATUS, PSECURITY_DESCRIPTOR, PSID, PSID, PULONG);
    SECURITY_DESCRIPTOR Descriptor;
    ULONG Length = 256, Changes = 99;
    SE_TEST_ACL List;
    UCHAR Block[256];
    PSID Group;
    BOOLEAN Defaulted;

    SeTestDescriptor(&Descriptor, SeTestList(&List, SE_TEST_WORLD, 5));
    CHECK_STATUS(RtlAddAccessAllowedAce(&List.Acl, ACL_REVISION, 1, SE_TEST_SYSTEM),
                 STATUS_SUCCESS);
    CHECK_STATUS(RtlAbsoluteToSelfRelativeSD(&Descriptor, Block, &Length), STATUS_BUFFER_TOO_SMALL);
    List.Acl.AclSize = sizeof(ACL) + 40;
    CHECK_STATUS(RtlAbsoluteToSelfRelativeSD(&Descriptor, Block, &Length), STATUS_SUCCESS);
    CHECK_STATUS(RtlReplaceSidInSd(Block, SE_TEST_SYSTEM, SE_TEST_NULL, &Changes), STATUS_SUCCESS);
    CHECK_EQ(Changes, 2); /* group, list */
    CHECK_STATUS(RtlGetGroupSecurityDescriptor(Block, &Group, &Defaulted), STATUS_SUCCESS);
    CHECK(RtlEqualSid(Group, SE_TEST_NULL));
    CHECK_STATUS(RtlReplaceSidInSd(Block, SE_TEST_SYSTEM, SE_TEST_NULL, &Changes), STATUS_SUCCESS);
    CHECK_EQ(Changes, 0);
    CHECK(RtlValidSecurityDescriptor(Block));
}

TEST(RtlReplaceSidInSd, NeedsSidsOfOneLength)
{
    SE_LATER(RtlReplaceSidInSd, NTSTATUS, PSECURITY_DESCRIPTOR, PSID, PSID, PULONG);
    SECURITY_DESCRIPTOR Descriptor;
    ULONG Changes = 99;

    SeTestDescriptor(&Descriptor, NULL);
    CHECK_STATUS(RtlReplaceSidInSd(&Descriptor, SE_TEST_SYSTEM, SE_TEST_ADMINISTRATORS, &Changes),
                 STATUS_INVALID_PARAMETER);
    CHECK(RtlEqualSid(Descriptor.Group, SE_TEST_SYSTEM));
}
