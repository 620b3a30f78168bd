/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlGetGroupSecurityDescriptor - of either form.
 */
#include "se_test.h"

TEST(RtlGetGroupSecurityDescriptor, LooksIntoTheBlock)
{
    SECURITY_DESCRIPTOR Descriptor;
    BOOLEAN Defaulted = TRUE;
    ULONG Length = 256;
    UCHAR Block[256];
    PSID Sid = NULL;

    SeTestDescriptor(&Descriptor, NULL);
    CHECK_STATUS(RtlAbsoluteToSelfRelativeSD(&Descriptor, Block, &Length), STATUS_SUCCESS);
    CHECK_STATUS(RtlGetGroupSecurityDescriptor(Block, &Sid, &Defaulted), STATUS_SUCCESS);
    CHECK((PUCHAR)Sid > Block && (PUCHAR)Sid < Block + sizeof(Block));
    CHECK(RtlEqualSid(Sid, SE_TEST_SYSTEM));
    CHECK(!Defaulted);
    Block[0] = 2;
    CHECK_STATUS(RtlGetGroupSecurityDescriptor(Block, &Sid, &Defaulted), STATUS_UNKNOWN_REVISION);
}
