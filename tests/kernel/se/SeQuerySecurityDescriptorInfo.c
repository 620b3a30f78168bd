/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * SeQuerySecurityDescriptorInfo - the parts asked for.
 */
#include "se_test.h"

TEST(SeQuerySecurityDescriptorInfo, CopiesTheParts)
{
    SECURITY_INFORMATION Wanted = OWNER_SECURITY_INFORMATION;
    ULONG Length = 256;
    SECURITY_DESCRIPTOR Descriptor;
    PSECURITY_DESCRIPTOR Object;
    UCHAR Block[256], Part[256];
    BOOLEAN Defaulted;
    PSID Sid = NULL;

    SeTestDescriptor(&Descriptor, NULL);
    CHECK_STATUS(RtlAbsoluteToSelfRelativeSD(&Descriptor, Block, &Length), STATUS_SUCCESS);
    Object = Block;
    Length = 4;
    CHECK_STATUS(
        SeQuerySecurityDescriptorInfo(&Wanted, Part, &Length, &Object), STATUS_BUFFER_TOO_SMALL);
    CHECK_EQ(Length, sizeof(SECURITY_DESCRIPTOR_RELATIVE) + 16);
    CHECK_STATUS(SeQuerySecurityDescriptorInfo(&Wanted, Part, &Length, &Object), STATUS_SUCCESS);
    CHECK_STATUS(RtlGetOwnerSecurityDescriptor(Part, &Sid, &Defaulted), STATUS_SUCCESS);
    CHECK(RtlEqualSid(Sid, SE_TEST_ADMINISTRATORS));
    CHECK_STATUS(RtlGetGroupSecurityDescriptor(Part, &Sid, &Defaulted), STATUS_SUCCESS);
    CHECK_PTR(Sid, NULL);
}
