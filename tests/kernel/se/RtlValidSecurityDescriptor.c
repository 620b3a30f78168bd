/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlValidSecurityDescriptor - every part is looked at.
 */
#include "se_test.h"

TEST(RtlValidSecurityDescriptor, LooksAtEveryPart)
{
    SECURITY_DESCRIPTOR Descriptor;
    SE_TEST_ACL List;
    SE_TEST_SID Sid;

    SeTestDescriptor(&Descriptor, SeTestList(&List, SE_TEST_WORLD, 5));
    CHECK(RtlValidSecurityDescriptor(&Descriptor));
    List.Acl.AclRevision = 9;
    CHECK(!RtlValidSecurityDescriptor(&Descriptor));
    List.Acl.AclRevision = ACL_REVISION;
    SeTestAdministrators(&Sid);
    Sid.Sid.Revision = 2;
    RtlSetOwnerSecurityDescriptor(&Descriptor, &Sid, FALSE);
    CHECK(!RtlValidSecurityDescriptor(&Descriptor));
    RtlSetOwnerSecurityDescriptor(&Descriptor, NULL, FALSE);
    CHECK(RtlValidSecurityDescriptor(&Descriptor));
    Descriptor.Revision = 2;
    CHECK(!RtlValidSecurityDescriptor(&Descriptor));
}
