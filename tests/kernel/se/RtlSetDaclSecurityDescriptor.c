/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlSetDaclSecurityDescriptor - sets and takes away.
 */
#include "se_test.h"

TEST(RtlSetDaclSecurityDescriptor, SetsAndTakesAway)
{
    SECURITY_DESCRIPTOR Descriptor;
    BOOLEAN Present = FALSE, Defaulted = FALSE;
    SE_TEST_ACL List;
    PACL Dacl = NULL;

    RtlCreateSecurityDescriptor(&Descriptor, SECURITY_DESCRIPTOR_REVISION);
    CHECK_STATUS(RtlSetDaclSecurityDescriptor(&Descriptor, TRUE, SeTestList(&List, NULL, 0), TRUE),
                 STATUS_SUCCESS);
    CHECK_STATUS(
        RtlGetDaclSecurityDescriptor(&Descriptor, &Present, &Dacl, &Defaulted), STATUS_SUCCESS);
    CHECK(Present && Defaulted);
    CHECK_PTR(Dacl, &List.Acl);
    CHECK_STATUS(RtlSetDaclSecurityDescriptor(&Descriptor, FALSE, NULL, FALSE), STATUS_SUCCESS);
    CHECK_STATUS(
        RtlGetDaclSecurityDescriptor(&Descriptor, &Present, &Dacl, &Defaulted), STATUS_SUCCESS);
    CHECK(!Present);
}

TEST(RtlSetDaclSecurityDescriptor, OnlyOfAbsoluteOnes)
{
    SECURITY_DESCRIPTOR Descriptor;

    RtlCreateSecurityDescriptor(&Descriptor, SECURITY_DESCRIPTOR_REVISION);
    Descriptor.Control |= SE_SELF_RELATIVE;
    CHECK_STATUS(RtlSetDaclSecurityDescriptor(&Descriptor, TRUE, NULL, FALSE),
        STATUS_INVALID_SECURITY_DESCR);
    Descriptor.Revision = 2;
    CHECK_STATUS(
        RtlSetDaclSecurityDescriptor(&Descriptor, TRUE, NULL, FALSE), STATUS_UNKNOWN_REVISION);
}
