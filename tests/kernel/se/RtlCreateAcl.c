/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlCreateAcl - an empty list.
 */
#include "se_test.h"

TEST(RtlCreateAcl, IsEmpty)
{
    SE_TEST_ACL List;

    RtlFillMemory(&List, sizeof(List), 0xCC);
    CHECK_STATUS(RtlCreateAcl(&List.Acl, 100, ACL_REVISION), STATUS_SUCCESS);
    CHECK_EQ(List.Acl.AclRevision, ACL_REVISION);
    CHECK_EQ(List.Acl.AclSize, 100);
    CHECK_EQ(List.Acl.AceCount, 0);
    CHECK_EQ(List.Acl.Sbz1, 0);
    CHECK_EQ(List.Acl.Sbz2, 0);
}

TEST(RtlCreateAcl, ChecksItsArguments)
{
    SE_TEST_ACL List;

    CHECK_STATUS(RtlCreateAcl(&List.Acl, sizeof(ACL) - 1, ACL_REVISION), STATUS_BUFFER_TOO_SMALL);
    CHECK_STATUS(RtlCreateAcl(&List.Acl, sizeof(List), 1), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(RtlCreateAcl(&List.Acl, sizeof(List), 5), STATUS_INVALID_PARAMETER);
}
