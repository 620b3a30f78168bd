/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsImpersonateClient - acting for somebody else
 */
#include <ntifs.h>

#include "pstest.h"
#include "token_test.h"

TEST(PsImpersonateClient, LastsUntilTheThreadReverts)
{
    HANDLE Handle = TokenTestCopy(SecurityImpersonation);
    PACCESS_TOKEN Token = TokenTestObject(Handle), Found;
    SECURITY_IMPERSONATION_LEVEL Level = SecurityAnonymous;
    BOOLEAN CopyOnOpen = FALSE, EffectiveOnly = TRUE;

    CHECK_PTR(
        PsReferenceImpersonationToken(PsGetCurrentThread(), &CopyOnOpen, &EffectiveOnly, &Level),
        NULL);
    CHECK_STATUS(
        PsImpersonateClient(PsGetCurrentThread(), Token, TRUE, FALSE, SecurityIdentification),
        STATUS_SUCCESS);
    Found = PsReferenceImpersonationToken(
        PsGetCurrentThread(), &CopyOnOpen, &EffectiveOnly, &Level);
    CHECK_PTR(Found, Token);
    CHECK(CopyOnOpen && !EffectiveOnly);
    CHECK_EQ(Level, SecurityIdentification);
    PsDereferenceImpersonationToken(Found);
    CHECK_STATUS(PsImpersonateClient(PsGetCurrentThread(), NULL, FALSE, FALSE, SecurityAnonymous),
        STATUS_SUCCESS);
    CHECK_PTR(
        PsReferenceImpersonationToken(PsGetCurrentThread(), &CopyOnOpen, &EffectiveOnly, &Level),
        NULL);
    ObDereferenceObject(Token);
    ZwClose(Handle);
}

TEST(PsIsThreadImpersonating, TellsSo)
{
    LATER(PsIsThreadImpersonating, BOOLEAN, PETHREAD)
    HANDLE Handle = TokenTestCopy(SecurityImpersonation);
    PACCESS_TOKEN Token = TokenTestObject(Handle);

    CHECK(!PsIsThreadImpersonating(PsGetCurrentThread()));
    CHECK_STATUS(
        PsImpersonateClient(PsGetCurrentThread(), Token, FALSE, FALSE, SecurityImpersonation),
        STATUS_SUCCESS);
    CHECK(PsIsThreadImpersonating(PsGetCurrentThread()));
    PsRevertToSelf();
    CHECK(!PsIsThreadImpersonating(PsGetCurrentThread()));
    ObDereferenceObject(Token);
    ZwClose(Handle);
}

TEST(PsRevertThreadToSelf, EndsItForAThread)
{
    LATER(PsRevertThreadToSelf, VOID, PETHREAD)
    LATER(PsIsThreadImpersonating, BOOLEAN, PETHREAD)
    HANDLE Handle = TokenTestCopy(SecurityImpersonation);

    CHECK_STATUS(PsAssignImpersonationToken(PsGetCurrentThread(), Handle), STATUS_SUCCESS);
    CHECK(PsIsThreadImpersonating(PsGetCurrentThread()));
    PsRevertThreadToSelf(PsGetCurrentThread());
    CHECK(!PsIsThreadImpersonating(PsGetCurrentThread()));
    PsRevertThreadToSelf(PsGetCurrentThread());
    ZwClose(Handle);
}

static VOID NTAPI Impersonates(PVOID Context)
{
    CHECK_STATUS(PsAssignImpersonationToken(PsGetCurrentThread(), Context), STATUS_SUCCESS);
}

TEST(PsImpersonateClient, EndsWithTheThread)
{
    HANDLE Handle = TokenTestCopy(SecurityImpersonation);

    PstestOnThread(Impersonates, Handle);
    CHECK_STATUS(ZwClose(Handle), STATUS_SUCCESS);
}
