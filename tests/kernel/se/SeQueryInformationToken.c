/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * SeQueryInformationToken - user and groups.
 */
#include "se_test.h"

TEST(SeQueryInformationToken, TellsUserAndGroups)
{
    SECURITY_SUBJECT_CONTEXT Context;
    BOOLEAN Found = FALSE;
    PTOKEN_GROUPS Groups;
    PTOKEN_USER User;
    ULONG Index;

    SeCaptureSubjectContext(&Context);
    if (CHECK_STATUS(SeQueryInformationToken(Context.PrimaryToken, TokenUser, (PVOID *)&User), STATUS_SUCCESS)) {
        CHECK(RtlValidSid(User->User.Sid));
        ExFreePool(User);
    }
    if (CHECK_STATUS(SeQueryInformationToken(Context.PrimaryToken, TokenGroups, (PVOID *)&Groups),
                     STATUS_SUCCESS)) {
        for (Index = 0; Index < Groups->GroupCount; Index++)
            Found |= RtlEqualSid(Groups->Groups[Index].Sid, SE_TEST_WORLD);
        CHECK(Found);
        ExFreePool(Groups);
    }
    SeReleaseSubjectContext(&Context);
}
