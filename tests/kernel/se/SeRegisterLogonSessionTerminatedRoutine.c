/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * SeRegisterLogonSessionTerminatedRoutine - who wants to know of the end of logon sessions
 */
#include "se_test.h"

static NTSTATUS NTAPI Ended(PLUID LogonId)
{
    UNREFERENCED_PARAMETER(LogonId);
    return STATUS_SUCCESS;
}

TEST(SeRegisterLogonSessionTerminatedRoutine, IsTakenBackOnce)
{
    CHECK_STATUS(SeRegisterLogonSessionTerminatedRoutine(Ended), STATUS_SUCCESS);
    CHECK_STATUS(SeUnregisterLogonSessionTerminatedRoutine(Ended), STATUS_SUCCESS);
    CHECK_STATUS(SeUnregisterLogonSessionTerminatedRoutine(Ended), STATUS_NOT_FOUND);
}

TEST(SeUnregisterLogonSessionTerminatedRoutine, WantsARoutine)
{
    CHECK_STATUS(SeRegisterLogonSessionTerminatedRoutine(NULL), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(SeUnregisterLogonSessionTerminatedRoutine(NULL), STATUS_INVALID_PARAMETER);
}

TEST(SeMarkLogonSessionForTerminationNotification, KnowsTheSessionsThereAre)
{
    LUID System = {0x3E7, 0}, Nobody = {0x12345678, 0x1234};
    LUID Own;
    SECURITY_SUBJECT_CONTEXT Context;

    SeCaptureSubjectContext(&Context);
    CHECK_STATUS(SeQueryAuthenticationIdToken(Context.PrimaryToken, &Own), STATUS_SUCCESS);
    CHECK(RtlEqualLuid(&Own, &System));
    SeReleaseSubjectContext(&Context);
    CHECK_STATUS(SeMarkLogonSessionForTerminationNotification(&Own), STATUS_SUCCESS);
    CHECK_STATUS(SeMarkLogonSessionForTerminationNotification(&Nobody), STATUS_NOT_FOUND);
}
