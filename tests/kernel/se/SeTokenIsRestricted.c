/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * SeTokenIsRestricted - not without restricting SIDs.
 */
#include "se_test.h"

TEST(SeTokenIsRestricted, TheSubjectOfDriverEntryIsNot)
{
    SECURITY_SUBJECT_CONTEXT Context;

    SeCaptureSubjectContext(&Context);
    CHECK(!SeTokenIsRestricted(Context.PrimaryToken));
    SeReleaseSubjectContext(&Context);
}
