/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlGetSaclSecurityDescriptor - as RtlGetDaclSecurityDescriptor.
 */
#include "se_test.h"

TEST(RtlGetSaclSecurityDescriptor, TellsWhetherThereIsOne)
{
    SECURITY_DESCRIPTOR Descriptor;
    BOOLEAN Present = TRUE, Defaulted = TRUE;
    SE_TEST_ACL List;
    PACL Sacl = NULL;

    RtlCreateSecurityDescriptor(&Descriptor, SECURITY_DESCRIPTOR_REVISION);
    CHECK_STATUS(
        RtlGetSaclSecurityDescriptor(&Descriptor, &Present, &Sacl, &Defaulted), STATUS_SUCCESS);
    CHECK(!Present);
    CHECK_STATUS(RtlSetSaclSecurityDescriptor(&Descriptor, TRUE, SeTestList(&List, NULL, 0), FALSE),
                 STATUS_SUCCESS);
    CHECK_STATUS(
        RtlGetSaclSecurityDescriptor(&Descriptor, &Present, &Sacl, &Defaulted), STATUS_SUCCESS);
    CHECK(Present && !Defaulted);
    CHECK_PTR(Sacl, &List.Acl);
}
