/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlSelfRelativeToAbsoluteSD2 - where the descriptor lies.
 */
#include "se_test.h"

TEST(RtlSelfRelativeToAbsoluteSD2, ConvertsInPlace)
{
    SE_LATER(RtlSelfRelativeToAbsoluteSD2, NTSTATUS, PSECURITY_DESCRIPTOR, PULONG);
    ULONG Length = 256, Size = 0;
    SECURITY_DESCRIPTOR Descriptor, *Converted;
    SE_TEST_ACL List;
    union {
        SECURITY_DESCRIPTOR Descriptor;
        UCHAR Bytes[256];
    } Block;

    SeTestDescriptor(&Descriptor, SeTestList(&List, SE_TEST_WORLD, 5));
    List.Acl.AclSize = sizeof(ACL) + 20;
    CHECK_STATUS(RtlAbsoluteToSelfRelativeSD(&Descriptor, &Block, &Length), STATUS_SUCCESS);
    CHECK_STATUS(RtlSelfRelativeToAbsoluteSD2(&Block, &Size), STATUS_BUFFER_TOO_SMALL);
    CHECK_EQ(Size, sizeof(SECURITY_DESCRIPTOR) + sizeof(ACL) + 20 + 16 + 12);
    CHECK_STATUS(RtlSelfRelativeToAbsoluteSD2(&Block, &Size), STATUS_SUCCESS);
    Converted = &Block.Descriptor;
    CHECK(!(Converted->Control & SE_SELF_RELATIVE));
    CHECK((UCHAR *)Converted->Owner > Block.Bytes &&
          (UCHAR *)Converted->Owner < Block.Bytes + sizeof(Block));
    CHECK(RtlEqualSid(Converted->Owner, SE_TEST_ADMINISTRATORS) &&
          RtlEqualSid(Converted->Group, SE_TEST_SYSTEM));
    CHECK_EQ(Converted->Dacl->AceCount, 1);
    CHECK(RtlValidSecurityDescriptor(Converted));
    CHECK_STATUS(RtlSelfRelativeToAbsoluteSD2(&Block, &Size), STATUS_BAD_DESCRIPTOR_FORMAT);
    CHECK_STATUS(RtlSelfRelativeToAbsoluteSD2(NULL, &Size), STATUS_INVALID_PARAMETER_1);
    CHECK_STATUS(RtlSelfRelativeToAbsoluteSD2(&Block, NULL), STATUS_INVALID_PARAMETER_2);
}
