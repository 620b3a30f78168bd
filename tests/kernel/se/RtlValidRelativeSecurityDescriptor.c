/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlValidRelativeSecurityDescriptor - whole within its bytes, with the parts asked for.
 */
#include "se_test.h"

TEST(RtlValidRelativeSecurityDescriptor, IsWholeAndHasTheParts)
{
    SECURITY_DESCRIPTOR Descriptor;
    ULONG Length = 256, Needed;
    UCHAR Block[256];

    SeTestDescriptor(&Descriptor, NULL);
    RtlSetGroupSecurityDescriptor(&Descriptor, NULL, FALSE);
    CHECK_STATUS(RtlAbsoluteToSelfRelativeSD(&Descriptor, Block, &Length), STATUS_SUCCESS);
    Needed = RtlLengthSecurityDescriptor(Block);
    CHECK(RtlValidRelativeSecurityDescriptor(Block, Needed, 0));
    CHECK(RtlValidRelativeSecurityDescriptor(Block, Needed, OWNER_SECURITY_INFORMATION));
    CHECK(!RtlValidRelativeSecurityDescriptor(Block, Needed, GROUP_SECURITY_INFORMATION));
    CHECK(!RtlValidRelativeSecurityDescriptor(Block, Needed - 1, OWNER_SECURITY_INFORMATION));
    CHECK(!RtlValidRelativeSecurityDescriptor(Block, sizeof(SECURITY_DESCRIPTOR_RELATIVE) - 1, 0));
    CHECK(!RtlValidRelativeSecurityDescriptor(&Descriptor, sizeof(Descriptor), 0));
}
