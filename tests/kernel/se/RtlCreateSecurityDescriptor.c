/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlCreateSecurityDescriptor - an empty one.
 */
#include "se_test.h"

TEST(RtlCreateSecurityDescriptor, IsEmpty)
{
    SECURITY_DESCRIPTOR Descriptor;
    BOOLEAN Present = TRUE, Defaulted;
    PSID Owner = SE_TEST_WORLD;
    PACL Dacl;

    RtlFillMemory(&Descriptor, sizeof(Descriptor), 0xCC);
    CHECK_STATUS(
        RtlCreateSecurityDescriptor(&Descriptor, SECURITY_DESCRIPTOR_REVISION), STATUS_SUCCESS);
    CHECK(RtlValidSecurityDescriptor(&Descriptor));
    CHECK_STATUS(
        RtlGetDaclSecurityDescriptor(&Descriptor, &Present, &Dacl, &Defaulted), STATUS_SUCCESS);
    CHECK(!Present);
    CHECK_STATUS(RtlGetOwnerSecurityDescriptor(&Descriptor, &Owner, &Defaulted), STATUS_SUCCESS);
    CHECK_PTR(Owner, NULL);
    CHECK_STATUS(RtlCreateSecurityDescriptor(&Descriptor, 2), STATUS_UNKNOWN_REVISION);
}
