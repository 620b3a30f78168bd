/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwQueryInformationToken, NtQueryInformationToken - a token through a handle.
 */
#include "se_test.h"

static HANDLE OpenOwnToken(void)
{
    SECURITY_SUBJECT_CONTEXT Context;
    HANDLE Handle = NULL;

    SeCaptureSubjectContext(&Context);
    CHECK_STATUS(ObOpenObjectByPointer(Context.PrimaryToken, OBJ_KERNEL_HANDLE, NULL, TOKEN_QUERY,
                     NULL, KernelMode, &Handle),
        STATUS_SUCCESS);
    SeReleaseSubjectContext(&Context);
    return Handle;
}

TEST(ZwQueryInformationToken, PointsIntoTheAnswer)
{
    union {
        TOKEN_USER User;
        UCHAR Bytes[128];
    } Answer;
    ULONG Length = 0, Type = 0;
    HANDLE Handle = OpenOwnToken();

    CHECK_STATUS(
        ZwQueryInformationToken(Handle, TokenUser, NULL, 0, &Length), STATUS_BUFFER_TOO_SMALL);
    CHECK_EQ(Length, sizeof(TOKEN_USER) + 12); /* S-1-5-18: one sub-authority */
    CHECK_STATUS(ZwQueryInformationToken(Handle, TokenUser, &Answer, sizeof(Answer), &Length),
        STATUS_SUCCESS);
    CHECK(Answer.User.User.Sid == Answer.Bytes + sizeof(TOKEN_USER));
    CHECK(RtlValidSid(Answer.User.User.Sid));
    CHECK_STATUS(
        ZwQueryInformationToken(Handle, TokenType, &Type, sizeof(Type), &Length), STATUS_SUCCESS);
    CHECK_EQ(Type, TokenPrimary);
    CHECK_STATUS(ZwQueryInformationToken(
                     Handle, (TOKEN_INFORMATION_CLASS)1000, &Type, sizeof(Type), &Length),
        STATUS_INVALID_INFO_CLASS);
    ZwClose(Handle);
    CHECK_STATUS(ZwQueryInformationToken(NULL, TokenUser, &Answer, sizeof(Answer), &Length),
        STATUS_INVALID_HANDLE);
}

TEST(NtQueryInformationToken, IsTheSameFromTheKernel)
{
    TOKEN_TYPE Type = 0;
    ULONG Length = 0;
    HANDLE Handle = OpenOwnToken();

    CHECK_STATUS(
        NtQueryInformationToken(Handle, TokenType, &Type, sizeof(Type), &Length), STATUS_SUCCESS);
    CHECK_EQ(Type, TokenPrimary);
    CHECK_EQ(Length, sizeof(Type));
    ZwClose(Handle);
}
