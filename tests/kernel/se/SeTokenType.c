/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * SeTokenType - a process has a primary token.
 */
#include "se_test.h"

TEST(SeTokenType, IsPrimary)
{
    SECURITY_SUBJECT_CONTEXT Context;

    SeCaptureSubjectContext(&Context);
    CHECK_EQ(SeTokenType(Context.PrimaryToken), TokenPrimary);
    SeReleaseSubjectContext(&Context);
}
