/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * SeValidSecurityDescriptor - whole within its bytes.
 */
#include "se_test.h"

TEST(SeValidSecurityDescriptor, IsWhole)
{
    SECURITY_DESCRIPTOR Descriptor;
    ULONG Length = 256, Needed;
    UCHAR Block[256];
    SE_TEST_ACL List;

    SeTestDescriptor(&Descriptor, SeTestList(&List, SE_TEST_WORLD, 5));
    List.Acl.AclSize = sizeof(ACL) + 20;
    CHECK_STATUS(RtlAbsoluteToSelfRelativeSD(&Descriptor, Block, &Length), STATUS_SUCCESS);
    Needed = RtlLengthSecurityDescriptor(Block);
    CHECK(SeValidSecurityDescriptor(Needed, Block));
    CHECK(!SeValidSecurityDescriptor(sizeof(SECURITY_DESCRIPTOR_RELATIVE) - 1, Block));
    ((SECURITY_DESCRIPTOR_RELATIVE *)Block)->Owner = 250;
    CHECK(!SeValidSecurityDescriptor(Needed, Block));
}
