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

TEST(SeCaptureSubjectContext, HasTheClientsTokenWhileImpersonating)
{
    HANDLE Handle = SeTestCopy(TokenImpersonation, SecurityImpersonation);
    PACCESS_TOKEN Token = SeTestToken(Handle);
    SECURITY_SUBJECT_CONTEXT Context;

    CHECK_STATUS(PsAssignImpersonationToken(PsGetCurrentThread(), Handle), STATUS_SUCCESS);
    SeCaptureSubjectContext(&Context);
    CHECK_PTR(Context.ClientToken, Token);
    CHECK_EQ(Context.ImpersonationLevel, SecurityImpersonation);
    CHECK(Context.PrimaryToken != NULL && Context.PrimaryToken != Token);
    SeReleaseSubjectContext(&Context);
    PsRevertToSelf();
    ObDereferenceObject(Token);
    ZwClose(Handle);
}

TEST(SeCaptureSubjectContextEx, LeavesTheClientOutWithoutAThread)
{
    SE_LATER(SeCaptureSubjectContextEx, VOID, PETHREAD, PEPROCESS, PSECURITY_SUBJECT_CONTEXT)
    HANDLE Handle = SeTestCopy(TokenImpersonation, SecurityImpersonation);
    PACCESS_TOKEN Token = SeTestToken(Handle);
    SECURITY_SUBJECT_CONTEXT Context;

    CHECK_STATUS(PsAssignImpersonationToken(PsGetCurrentThread(), Handle), STATUS_SUCCESS);
    SeCaptureSubjectContextEx(NULL, PsGetCurrentProcess(), &Context);
    CHECK_PTR(Context.ClientToken, NULL);
    CHECK(Context.PrimaryToken != NULL);
    SeReleaseSubjectContext(&Context);
    SeCaptureSubjectContextEx(PsGetCurrentThread(), PsGetCurrentProcess(), &Context);
    CHECK_PTR(Context.ClientToken, Token);
    SeReleaseSubjectContext(&Context);
    PsRevertToSelf();
    ObDereferenceObject(Token);
    ZwClose(Handle);
}
