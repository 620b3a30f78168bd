/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsDisableImpersonation - acting for oneself for a while
 */
#include <ntifs.h>

#include "pstest.h"
#include "token_test.h"

TEST(PsDisableImpersonation, IsRestored)
{
    HANDLE Handle = TokenTestCopy(SecurityImpersonation);
    PACCESS_TOKEN Token = TokenTestObject(Handle), Found;
    SECURITY_IMPERSONATION_LEVEL Level;
    SE_IMPERSONATION_STATE State;
    BOOLEAN CopyOnOpen, EffectiveOnly;

    CHECK_STATUS(
        PsImpersonateClient(PsGetCurrentThread(), Token, TRUE, FALSE, SecurityImpersonation),
        STATUS_SUCCESS);
    CHECK(PsDisableImpersonation(PsGetCurrentThread(), &State));
    CHECK_PTR(State.Token, Token);
    CHECK(State.CopyOnOpen);
    CHECK_PTR(
        PsReferenceImpersonationToken(PsGetCurrentThread(), &CopyOnOpen, &EffectiveOnly, &Level),
        NULL);
    PsRestoreImpersonation(PsGetCurrentThread(), &State);
    Found = PsReferenceImpersonationToken(
        PsGetCurrentThread(), &CopyOnOpen, &EffectiveOnly, &Level);
    CHECK_PTR(Found, Token);
    CHECK(CopyOnOpen);
    PsDereferenceImpersonationToken(Found);
    PsRevertToSelf();
    ObDereferenceObject(Token);
    ZwClose(Handle);
}

TEST(PsRestoreImpersonation, DoesNothingForAThreadThatDidNot)
{
    SECURITY_IMPERSONATION_LEVEL Level;
    SE_IMPERSONATION_STATE State;
    BOOLEAN CopyOnOpen, EffectiveOnly;

    CHECK(!PsDisableImpersonation(PsGetCurrentThread(), &State));
    CHECK_PTR(State.Token, NULL);
    PsRestoreImpersonation(PsGetCurrentThread(), &State);
    CHECK_PTR(
        PsReferenceImpersonationToken(PsGetCurrentThread(), &CopyOnOpen, &EffectiveOnly, &Level),
        NULL);
}
