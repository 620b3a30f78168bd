/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * SeCreateClientSecurity - acting for a client
 */
#include "se_test.h"

static SECURITY_QUALITY_OF_SERVICE Quality(SECURITY_IMPERSONATION_LEVEL Level, BOOLEAN Dynamic)
{
    SECURITY_QUALITY_OF_SERVICE Result = {sizeof(Result), SecurityAnonymous, FALSE, FALSE};

    Result.ImpersonationLevel = Level;
    Result.ContextTrackingMode = Dynamic;
    return Result;
}

TEST(SeCreateClientSecurity, CopiesTheTokenForStaticTracking)
{
    SECURITY_QUALITY_OF_SERVICE Wanted = Quality(SecurityImpersonation, SECURITY_STATIC_TRACKING);
    SECURITY_CLIENT_CONTEXT Context;
    SECURITY_SUBJECT_CONTEXT Subject;

    if (!CHECK_STATUS(
            SeCreateClientSecurity(PsGetCurrentThread(), &Wanted, FALSE, &Context), STATUS_SUCCESS))
        return;
    CHECK(!Context.DirectlyAccessClientToken);
    CHECK_EQ(SeTokenType(Context.ClientToken), TokenImpersonation);
    CHECK_EQ(Context.SecurityQos.ImpersonationLevel, SecurityImpersonation);
    CHECK_STATUS(SeImpersonateClientEx(&Context, NULL), STATUS_SUCCESS);
    SeCaptureSubjectContext(&Subject);
    CHECK_PTR(Subject.ClientToken, Context.ClientToken);
    CHECK_EQ(Subject.ImpersonationLevel, SecurityImpersonation);
    SeReleaseSubjectContext(&Subject);
    PsRevertToSelf();
    SeCaptureSubjectContext(&Subject);
    CHECK_PTR(Subject.ClientToken, NULL);
    SeReleaseSubjectContext(&Subject);
    SeDeleteClientSecurity(&Context);
}

TEST(SeImpersonateClient, UsesTheTokenItselfForDynamicTracking)
{
    SECURITY_QUALITY_OF_SERVICE Wanted = Quality(SecurityImpersonation, SECURITY_DYNAMIC_TRACKING);
    PACCESS_TOKEN Primary = PsReferencePrimaryToken(IoThreadToProcess(PsGetCurrentThread()));
    SECURITY_CLIENT_CONTEXT Context;
    SECURITY_SUBJECT_CONTEXT Subject;

    if (CHECK_STATUS(SeCreateClientSecurity(PsGetCurrentThread(), &Wanted, FALSE, &Context),
            STATUS_SUCCESS)) {
        CHECK(Context.DirectlyAccessClientToken);
        CHECK_PTR(Context.ClientToken, Primary);
        SeImpersonateClient(&Context, PsGetCurrentThread());
        SeCaptureSubjectContext(&Subject);
        CHECK_PTR(Subject.ClientToken, Primary);
        SeReleaseSubjectContext(&Subject);
        PsRevertToSelf();
        SeDeleteClientSecurity(&Context);
    }
    PsDereferencePrimaryToken(Primary);
}

TEST(SeCreateClientSecurity, PassesNothingOnThatOnlyIdentifies)
{
    SECURITY_QUALITY_OF_SERVICE Wanted = Quality(SecurityImpersonation, SECURITY_STATIC_TRACKING);
    HANDLE Handle = SeTestCopy(TokenImpersonation, SecurityIdentification);
    PACCESS_TOKEN Token = SeTestToken(Handle);
    SECURITY_CLIENT_CONTEXT Context;

    CHECK_STATUS(
        PsImpersonateClient(PsGetCurrentThread(), Token, FALSE, FALSE, SecurityIdentification),
        STATUS_SUCCESS);
    CHECK_STATUS(SeCreateClientSecurity(PsGetCurrentThread(), &Wanted, FALSE, &Context),
        STATUS_BAD_IMPERSONATION_LEVEL);
    PsRevertToSelf();
    ObDereferenceObject(Token);
    ZwClose(Handle);
}

TEST(SeCreateClientSecurityFromSubjectContext, TakesTheSubjectsToken)
{
    SECURITY_QUALITY_OF_SERVICE Wanted = Quality(SecurityImpersonation, SECURITY_DYNAMIC_TRACKING);
    SECURITY_SUBJECT_CONTEXT Subject;
    SECURITY_CLIENT_CONTEXT Context;

    SeCaptureSubjectContext(&Subject);
    if (CHECK_STATUS(SeCreateClientSecurityFromSubjectContext(&Subject, &Wanted, FALSE, &Context),
            STATUS_SUCCESS)) {
        CHECK_PTR(Context.ClientToken, Subject.PrimaryToken);
        CHECK(!Context.ServerIsRemote);
        SeDeleteClientSecurity(&Context);
    }
    SeReleaseSubjectContext(&Subject);
}
