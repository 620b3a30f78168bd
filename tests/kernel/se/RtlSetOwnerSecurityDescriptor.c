/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlSetOwnerSecurityDescriptor - sets and takes away.
 */
#include "se_test.h"

TEST(RtlSetOwnerSecurityDescriptor, SetsAndTakesAway)
{
    SECURITY_DESCRIPTOR Descriptor;
    BOOLEAN Defaulted = FALSE;
    PSID Sid = NULL;

    RtlCreateSecurityDescriptor(&Descriptor, SECURITY_DESCRIPTOR_REVISION);
    CHECK_STATUS(RtlSetOwnerSecurityDescriptor(&Descriptor, SE_TEST_WORLD, TRUE), STATUS_SUCCESS);
    CHECK_STATUS(RtlGetOwnerSecurityDescriptor(&Descriptor, &Sid, &Defaulted), STATUS_SUCCESS);
    CHECK_PTR(Sid, SE_TEST_WORLD);
    CHECK(Defaulted);
    CHECK_STATUS(RtlSetOwnerSecurityDescriptor(&Descriptor, NULL, FALSE), STATUS_SUCCESS);
    CHECK_STATUS(RtlGetOwnerSecurityDescriptor(&Descriptor, &Sid, &Defaulted), STATUS_SUCCESS);
    CHECK_PTR(Sid, NULL);
    CHECK(!Defaulted);
    Descriptor.Control |= SE_SELF_RELATIVE;
    CHECK_STATUS(
        RtlSetOwnerSecurityDescriptor(&Descriptor, NULL, FALSE), STATUS_INVALID_SECURITY_DESCR);
}
