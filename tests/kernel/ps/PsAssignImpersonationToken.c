/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsAssignImpersonationToken - impersonating with a handle
 */
#include <ntifs.h>

#include "pstest.h"
#include "token_test.h"

TEST(PsAssignImpersonationToken, TakesAndEnds)
{
    HANDLE Handle = TokenTestCopy(SecurityDelegation);
    PACCESS_TOKEN Token = TokenTestObject(Handle), Found;
    SECURITY_IMPERSONATION_LEVEL Level = SecurityAnonymous;
    BOOLEAN CopyOnOpen, EffectiveOnly;

    CHECK_STATUS(PsAssignImpersonationToken(PsGetCurrentThread(), Handle), STATUS_SUCCESS);
    Found = PsReferenceImpersonationToken(
        PsGetCurrentThread(), &CopyOnOpen, &EffectiveOnly, &Level);
    CHECK_PTR(Found, Token);
    CHECK_EQ(Level, SecurityDelegation);
    PsDereferenceImpersonationToken(Found);
    CHECK_STATUS(PsAssignImpersonationToken(PsGetCurrentThread(), NULL), STATUS_SUCCESS);
    CHECK_PTR(
        PsReferenceImpersonationToken(PsGetCurrentThread(), &CopyOnOpen, &EffectiveOnly, &Level),
        NULL);
    ObDereferenceObject(Token);
    ZwClose(Handle);
}

TEST(PsAssignImpersonationToken, RefusesAPrimaryTokenAndWhatIsNone)
{
    HANDLE Own = NULL, Event = NULL;
    OBJECT_ATTRIBUTES Attributes;

    InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    CHECK_STATUS(ZwOpenProcessTokenEx(NtCurrentProcess(), TOKEN_TEST_ALL, OBJ_KERNEL_HANDLE, &Own),
        STATUS_SUCCESS);
    CHECK_STATUS(PsAssignImpersonationToken(PsGetCurrentThread(), Own), STATUS_BAD_TOKEN_TYPE);
    ZwClose(Own);
    CHECK_STATUS(
        ZwCreateEvent(&Event, 0x1F0003, &Attributes, NotificationEvent, FALSE), STATUS_SUCCESS);
    CHECK_STATUS(
        PsAssignImpersonationToken(PsGetCurrentThread(), Event), STATUS_OBJECT_TYPE_MISMATCH);
    ZwClose(Event);
}

TEST(ZwImpersonateAnonymousToken, ActsForNobodyInParticular)
{
    LATER(ZwImpersonateAnonymousToken, NTSTATUS, HANDLE)
    SECURITY_SUBJECT_CONTEXT Subject;
    LUID Anonymous = {0x3E6, 0}, Id = {0, 0};

    CHECK_STATUS(ZwImpersonateAnonymousToken(NtCurrentThread()), STATUS_SUCCESS);
    SeCaptureSubjectContext(&Subject);
    if (CHECK(Subject.ClientToken != NULL)) {
        CHECK(!SeTokenIsAdmin(Subject.ClientToken));
        CHECK_EQ(SeTokenType(Subject.ClientToken), TokenImpersonation);
        CHECK_STATUS(SeQueryAuthenticationIdToken(Subject.ClientToken, &Id), STATUS_SUCCESS);
        CHECK(RtlEqualLuid(&Id, &Anonymous));
    }
    SeReleaseSubjectContext(&Subject);
    PsRevertToSelf();
    CHECK_STATUS(ZwImpersonateAnonymousToken(NULL), STATUS_INVALID_HANDLE);
    CHECK_STATUS(ZwImpersonateAnonymousToken(NtCurrentProcess()), STATUS_OBJECT_TYPE_MISMATCH);
}
