/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlCreateSecurityDescriptorRelative - empty, in one block.
 */
#include "se_test.h"

TEST(RtlCreateSecurityDescriptorRelative, MakesAnEmptyOne)
{
    SE_LATER(RtlCreateSecurityDescriptorRelative, NTSTATUS, PVOID, ULONG);
    struct {
        UCHAR Revision, Sbz1;
        USHORT Control;
        ULONG Offset[4];
        ULONG Behind;
    } Block;

    RtlFillMemory(&Block, sizeof(Block), 0xAA);
    CHECK_STATUS(RtlCreateSecurityDescriptorRelative(&Block, 2), STATUS_UNKNOWN_REVISION);
    CHECK_EQ(Block.Revision, 0xAA);
    CHECK_STATUS(RtlCreateSecurityDescriptorRelative(&Block, SECURITY_DESCRIPTOR_REVISION),
                 STATUS_SUCCESS);
    CHECK_EQ(Block.Revision, SECURITY_DESCRIPTOR_REVISION);
    CHECK_EQ(Block.Control, SE_SELF_RELATIVE);
    CHECK_EQ(Block.Offset[0] | Block.Offset[1] | Block.Offset[2] | Block.Offset[3] | Block.Sbz1, 0);
    CHECK_EQ(Block.Behind, 0xAAAAAAAA);
    CHECK(RtlValidSecurityDescriptor(&Block));
}
