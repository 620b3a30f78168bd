/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlLengthRequiredSid - bytes for so many sub-authorities.
 */
#include "se_test.h"

TEST(RtlLengthRequiredSid, IsEightAndFourEach)
{
    CHECK_EQ(RtlLengthRequiredSid(0), 8);
    CHECK_EQ(RtlLengthRequiredSid(1), 12);
    CHECK_EQ(RtlLengthRequiredSid(15), 68);
}
