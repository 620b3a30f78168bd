/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlCopySid - into a buffer that is large enough.
 */
#include "se_test.h"

TEST(RtlCopySid, NeedsRoom)
{
    SE_TEST_SID One, Two;

    SeTestAdministrators(&One);
    RtlZeroMemory(&Two, sizeof(Two));
    CHECK_STATUS(RtlCopySid(15, &Two, &One), STATUS_BUFFER_TOO_SMALL);
    CHECK_EQ(Two.Bytes[0], 0);
    CHECK_STATUS(RtlCopySid(16, &Two, &One), STATUS_SUCCESS);
    CHECK(RtlEqualSid(&One, &Two));
}
