/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlLengthSecurityDescriptor - the header and every part.
 */
#include "se_test.h"

TEST(RtlLengthSecurityDescriptor, CountsEveryPart)
{
    SECURITY_DESCRIPTOR Descriptor;
    ULONG Length = 256;
    UCHAR Block[256];
    SE_TEST_ACL List;

    RtlCreateSecurityDescriptor(&Descriptor, SECURITY_DESCRIPTOR_REVISION);
    CHECK_EQ(RtlLengthSecurityDescriptor(&Descriptor), sizeof(Descriptor));
    SeTestDescriptor(&Descriptor, SeTestList(&List, SE_TEST_WORLD, 5));
    List.Acl.AclSize = sizeof(ACL) + 20;
    CHECK_EQ(
        RtlLengthSecurityDescriptor(&Descriptor), sizeof(Descriptor) + 16 + 12 + sizeof(ACL) + 20);
    CHECK_STATUS(RtlAbsoluteToSelfRelativeSD(&Descriptor, Block, &Length), STATUS_SUCCESS);
    CHECK_EQ(RtlLengthSecurityDescriptor(Block),
             sizeof(SECURITY_DESCRIPTOR_RELATIVE) + 16 + 12 + sizeof(ACL) + 20);
}
