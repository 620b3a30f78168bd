/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * SeTokenIsAdmin - by group.
 */
#include "se_test.h"

TEST(SeTokenIsAdmin, TheSubjectOfDriverEntryIs)
{
    SECURITY_SUBJECT_CONTEXT Context;

    SeCaptureSubjectContext(&Context);
    CHECK(SeTokenIsAdmin(Context.PrimaryToken));
    SeReleaseSubjectContext(&Context);
}
