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
    if (CHECK_STATUS(SeQueryInformationToken(Context.PrimaryToken, TokenUser, (PVOID *)&User),
            STATUS_SUCCESS)) {
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

TEST(SeQueryInformationToken, AnswersEveryClassThatIsAboutTheToken)
{
    static const TOKEN_INFORMATION_CLASS Class[] = {TokenPrivileges, TokenOwner, TokenPrimaryGroup,
        TokenDefaultDacl, TokenSource, TokenType, TokenStatistics, TokenRestrictedSids,
        TokenGroupsAndPrivileges};
    SECURITY_SUBJECT_CONTEXT Context;
    PVOID Answer;
    ULONG Index;

    SeCaptureSubjectContext(&Context);
    for (Index = 0; Index < sizeof(Class) / sizeof(Class[0]); Index++) {
        Answer = NULL;
        if (CHECK_STATUS(SeQueryInformationToken(Context.PrimaryToken, Class[Index], &Answer),
                STATUS_SUCCESS))
            ExFreePool(Answer);
    }
    CHECK_STATUS(
        SeQueryInformationToken(Context.PrimaryToken, (TOKEN_INFORMATION_CLASS)1000, &Answer),
        STATUS_INVALID_INFO_CLASS);
    SeReleaseSubjectContext(&Context);
}

TEST(SeQuerySessionIdToken, AgreesWithTheInformation)
{
    SE_LATER(SeQuerySessionIdToken, NTSTATUS, PACCESS_TOKEN, PULONG)
    SECURITY_SUBJECT_CONTEXT Context;
    ULONG_PTR Information = 0;
    ULONG Session = 99;

    SeCaptureSubjectContext(&Context);
    CHECK_STATUS(SeQuerySessionIdToken(Context.PrimaryToken, &Session), STATUS_SUCCESS);
    CHECK_STATUS(
        SeQueryInformationToken(Context.PrimaryToken, TokenSessionId, (PVOID *)&Information),
        STATUS_SUCCESS);
    CHECK_EQ(Session, 0);
    CHECK_EQ((ULONG)Information, Session);
    SeReleaseSubjectContext(&Context);
}
