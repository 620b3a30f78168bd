/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * SeQueryAuthenticationIdToken - the logon session.
 */
#include "se_test.h"

TEST(SeQueryAuthenticationIdToken, IsAKnownSession)
{
    SECURITY_SUBJECT_CONTEXT Context;
    LUID Session = {0, 0};

    SeCaptureSubjectContext(&Context);
    CHECK_STATUS(SeQueryAuthenticationIdToken(Context.PrimaryToken, &Session), STATUS_SUCCESS);
    CHECK(Session.LowPart != 0);
    SeReleaseSubjectContext(&Context);
}
