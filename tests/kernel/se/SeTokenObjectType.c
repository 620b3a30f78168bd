/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * SeTokenObjectType - tells tokens from other objects.
 */
#include "se_test.h"

TEST(SeTokenObjectType, IsTheTypeOfTokens)
{
    SECURITY_SUBJECT_CONTEXT Context;

    SeCaptureSubjectContext(&Context);
    if (CHECK_STATUS(ObReferenceObjectByPointer(Context.PrimaryToken, 0, SE_TEST_TOKEN, UserMode),
                     STATUS_SUCCESS))
        ObDereferenceObject(Context.PrimaryToken);
    CHECK_STATUS(ObReferenceObjectByPointer(KeGetCurrentThread(), 0, SE_TEST_TOKEN, UserMode),
                 STATUS_OBJECT_TYPE_MISMATCH);
    SeReleaseSubjectContext(&Context);
}
