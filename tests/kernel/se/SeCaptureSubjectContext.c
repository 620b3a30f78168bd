/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * SeCaptureSubjectContext - who the thread acts for.
 */
#include "se_test.h"

TEST(SeCaptureSubjectContext, HasAPrimaryToken)
{
    SECURITY_SUBJECT_CONTEXT Context;

    SeCaptureSubjectContext(&Context);
    CHECK(Context.PrimaryToken != NULL);
    CHECK_PTR(Context.ClientToken, NULL);
    CHECK(SeTokenIsAdmin(Context.PrimaryToken));
    SeReleaseSubjectContext(&Context);
    CHECK_PTR(Context.PrimaryToken, NULL);
}
