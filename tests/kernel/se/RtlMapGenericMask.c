/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlMapGenericMask - generic bits become specific ones.
 */
#include "se_test.h"

TEST(RtlMapGenericMask, ReplacesTheGenericBits)
{
    GENERIC_MAPPING Mapping = {0x1, 0x2, 0x4, 0x1F00FF};
    ACCESS_MASK Mask = GENERIC_READ | DELETE | 0x80;

    RtlMapGenericMask(&Mask, &Mapping);
    CHECK_EQ(Mask, 0x1 | DELETE | 0x80);
    Mask = GENERIC_WRITE | GENERIC_EXECUTE;
    RtlMapGenericMask(&Mask, &Mapping);
    CHECK_EQ(Mask, 0x6);
    Mask = GENERIC_ALL | MAXIMUM_ALLOWED;
    RtlMapGenericMask(&Mask, &Mapping);
    CHECK_EQ(Mask, 0x1F00FF | MAXIMUM_ALLOWED);
}
