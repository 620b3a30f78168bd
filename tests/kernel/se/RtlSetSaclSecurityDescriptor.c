/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlSetSaclSecurityDescriptor - as RtlSetDaclSecurityDescriptor.
 */
#include "se_test.h"

TEST(RtlSetSaclSecurityDescriptor, OnlyOfAbsoluteOnes)
{
    SECURITY_DESCRIPTOR Descriptor;

    RtlCreateSecurityDescriptor(&Descriptor, SECURITY_DESCRIPTOR_REVISION);
    CHECK_STATUS(RtlSetSaclSecurityDescriptor(&Descriptor, TRUE, NULL, TRUE), STATUS_SUCCESS);
    CHECK(Descriptor.Control & SE_SACL_PRESENT);
    CHECK(Descriptor.Control & SE_SACL_DEFAULTED);
    CHECK_STATUS(RtlSetSaclSecurityDescriptor(&Descriptor, FALSE, NULL, FALSE), STATUS_SUCCESS);
    CHECK(!(Descriptor.Control & SE_SACL_PRESENT));
    Descriptor.Control |= SE_SELF_RELATIVE;
    CHECK_STATUS(RtlSetSaclSecurityDescriptor(&Descriptor, TRUE, NULL, FALSE),
        STATUS_INVALID_SECURITY_DESCR);
}
