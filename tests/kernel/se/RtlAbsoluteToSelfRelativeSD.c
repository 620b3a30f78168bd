/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlAbsoluteToSelfRelativeSD - into one block.
 */
#include "se_test.h"

TEST(RtlAbsoluteToSelfRelativeSD, SaysHowMuchItNeeds)
{
    SECURITY_DESCRIPTOR Descriptor;
    ULONG Length = 0;
    UCHAR Block[256];

    SeTestDescriptor(&Descriptor, NULL);
    CHECK_STATUS(RtlAbsoluteToSelfRelativeSD(&Descriptor, NULL, &Length), STATUS_BUFFER_TOO_SMALL);
    CHECK_EQ(Length, sizeof(SECURITY_DESCRIPTOR_RELATIVE) + 16 + 12);
    CHECK_STATUS(RtlAbsoluteToSelfRelativeSD(&Descriptor, Block, &Length), STATUS_SUCCESS);
    CHECK(((SECURITY_DESCRIPTOR_RELATIVE *)Block)->Control & SE_SELF_RELATIVE);
    CHECK(RtlValidSecurityDescriptor(Block));
    CHECK_STATUS(RtlAbsoluteToSelfRelativeSD(Block, Block, &Length), STATUS_BAD_DESCRIPTOR_FORMAT);
}
