/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlGetDaclSecurityDescriptor - of either form.
 */
#include "se_test.h"

TEST(RtlGetDaclSecurityDescriptor, KnowsANullDacl)
{
    SECURITY_DESCRIPTOR Descriptor;
    BOOLEAN Present = FALSE, Defaulted = TRUE;
    PACL Dacl = (PACL)&Descriptor;

    SeTestDescriptor(&Descriptor, NULL);
    CHECK_STATUS(
        RtlGetDaclSecurityDescriptor(&Descriptor, &Present, &Dacl, &Defaulted), STATUS_SUCCESS);
    CHECK(Present && !Defaulted);
    CHECK_PTR(Dacl, NULL);
}

TEST(RtlGetDaclSecurityDescriptor, LooksIntoTheBlock)
{
    SECURITY_DESCRIPTOR Descriptor;
    BOOLEAN Present = FALSE, Defaulted;
    ULONG Length = 256;
    UCHAR Block[256];
    SE_TEST_ACL List;
    PACL Dacl = NULL;

    SeTestDescriptor(&Descriptor, SeTestList(&List, SE_TEST_WORLD, 5));
    List.Acl.AclSize = sizeof(ACL) + 20;
    CHECK_STATUS(RtlAbsoluteToSelfRelativeSD(&Descriptor, Block, &Length), STATUS_SUCCESS);
    CHECK_STATUS(RtlGetDaclSecurityDescriptor(Block, &Present, &Dacl, &Defaulted), STATUS_SUCCESS);
    CHECK(Present);
    CHECK((PUCHAR)Dacl > Block && (PUCHAR)Dacl < Block + sizeof(Block));
    CHECK_EQ(Dacl->AceCount, 1);
}
