/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlSelfRelativeToAbsoluteSD - out of one block.
 */
#include "se_test.h"

TEST(RtlSelfRelativeToAbsoluteSD, CopiesEveryPart)
{
    ULONG Length = 256, Size = 0, DaclSize = 0, SaclSize = 0, OwnerSize = 0, GroupSize = 0;
    SECURITY_DESCRIPTOR Descriptor, Back;
    SE_TEST_SID Owner, Group;
    SE_TEST_ACL List, Copy;
    UCHAR Block[256];

    SeTestDescriptor(&Descriptor, SeTestList(&List, SE_TEST_WORLD, 5));
    List.Acl.AclSize = sizeof(ACL) + 20;
    CHECK_STATUS(RtlAbsoluteToSelfRelativeSD(&Descriptor, Block, &Length), STATUS_SUCCESS);
    CHECK_STATUS(RtlSelfRelativeToAbsoluteSD(Block, NULL, &Size, NULL, &DaclSize, NULL, &SaclSize,
                     NULL, &OwnerSize, NULL, &GroupSize),
        STATUS_BUFFER_TOO_SMALL);
    CHECK_EQ(Size, sizeof(SECURITY_DESCRIPTOR));
    CHECK_EQ(DaclSize, sizeof(ACL) + 20);
    CHECK_EQ(SaclSize, 0);
    CHECK_EQ(OwnerSize, 16);
    CHECK_EQ(GroupSize, 12);
    CHECK_STATUS(RtlSelfRelativeToAbsoluteSD(Block, &Back, &Size, &Copy.Acl, &DaclSize, NULL,
                     &SaclSize, &Owner, &OwnerSize, &Group, &GroupSize),
        STATUS_SUCCESS);
    CHECK(!(Back.Control & SE_SELF_RELATIVE));
    CHECK_PTR(Back.Dacl, &Copy);
    CHECK_PTR(Back.Owner, &Owner);
    CHECK(RtlEqualSid(&Group, SE_TEST_SYSTEM));
    CHECK(RtlValidSecurityDescriptor(&Back));
    CHECK_STATUS(RtlSelfRelativeToAbsoluteSD(&Back, &Back, &Size, &Copy.Acl, &DaclSize, NULL,
                     &SaclSize, &Owner, &OwnerSize, &Group, &GroupSize),
        STATUS_BAD_DESCRIPTOR_FORMAT);
}
