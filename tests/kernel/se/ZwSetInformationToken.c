/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwSetInformationToken - what a token gives to new objects
 */
#include "se_test.h"

TEST(ZwSetInformationToken, SetsTheOwnerToOneItMayBe)
{
    SE_LATER(ZwSetInformationToken, NTSTATUS, HANDLE, TOKEN_INFORMATION_CLASS, PVOID, ULONG)
    HANDLE Token = SeTestCopy(TokenPrimary, SecurityAnonymous);
    TOKEN_OWNER Owner = {SE_TEST_SYSTEM};
    union {
        TOKEN_OWNER Owner;
        UCHAR Bytes[96];
    } Now;
    ULONG Length = 0;

    CHECK_STATUS(ZwSetInformationToken(Token, TokenOwner, &Owner, sizeof(Owner)), STATUS_SUCCESS);
    CHECK_STATUS(
        ZwQueryInformationToken(Token, TokenOwner, &Now, sizeof(Now), &Length), STATUS_SUCCESS);
    CHECK(RtlEqualSid(Now.Owner.Owner, SE_TEST_SYSTEM));
    Owner.Owner = SE_TEST_WORLD; /* a group, and none that owns */
    CHECK_STATUS(
        ZwSetInformationToken(Token, TokenOwner, &Owner, sizeof(Owner)), STATUS_INVALID_OWNER);
    Owner.Owner = SE_TEST_NULL;
    CHECK_STATUS(ZwSetInformationToken(Token, TokenPrimaryGroup, &Owner, sizeof(Owner)),
        STATUS_INVALID_PRIMARY_GROUP);
    Owner.Owner = SE_TEST_WORLD;
    CHECK_STATUS(
        ZwSetInformationToken(Token, TokenPrimaryGroup, &Owner, sizeof(Owner)), STATUS_SUCCESS);
    ZwClose(Token);
}

TEST(ZwSetInformationToken, ReplacesTheDefaultDacl)
{
    SE_LATER(ZwSetInformationToken, NTSTATUS, HANDLE, TOKEN_INFORMATION_CLASS, PVOID, ULONG)
    HANDLE Token = SeTestCopy(TokenPrimary, SecurityAnonymous);
    TOKEN_DEFAULT_DACL Default;
    union {
        TOKEN_DEFAULT_DACL Default;
        UCHAR Bytes[512];
    } Now;
    SE_TEST_ACL List;
    ULONG Length = 0;

    Default.DefaultDacl = SeTestList(&List, SE_TEST_WORLD, 7);
    CHECK_STATUS(
        ZwSetInformationToken(Token, TokenDefaultDacl, &Default, sizeof(Default)), STATUS_SUCCESS);
    CHECK_STATUS(ZwQueryInformationToken(Token, TokenDefaultDacl, &Now, sizeof(Now), &Length),
        STATUS_SUCCESS);
    CHECK(Now.Default.DefaultDacl != NULL && Now.Default.DefaultDacl->AceCount == 1);
    Default.DefaultDacl = NULL;
    CHECK_STATUS(
        ZwSetInformationToken(Token, TokenDefaultDacl, &Default, sizeof(Default)), STATUS_SUCCESS);
    CHECK_STATUS(ZwQueryInformationToken(Token, TokenDefaultDacl, &Now, sizeof(Now), &Length),
        STATUS_SUCCESS);
    CHECK_PTR(Now.Default.DefaultDacl, NULL);
    ZwClose(Token);
}

TEST(ZwSetInformationToken, SetsTheSession)
{
    SE_LATER(ZwSetInformationToken, NTSTATUS, HANDLE, TOKEN_INFORMATION_CLASS, PVOID, ULONG)
    SE_LATER(SeQuerySessionIdToken, NTSTATUS, PACCESS_TOKEN, PULONG)
    HANDLE Handle = SeTestCopy(TokenPrimary, SecurityAnonymous);
    PACCESS_TOKEN Token = SeTestToken(Handle);
    ULONG Session = 5;

    CHECK_STATUS(
        ZwSetInformationToken(Handle, TokenSessionId, &Session, sizeof(Session)), STATUS_SUCCESS);
    Session = 0;
    CHECK_STATUS(SeQuerySessionIdToken(Token, &Session), STATUS_SUCCESS);
    CHECK_EQ(Session, 5);
    ObDereferenceObject(Token);
    ZwClose(Handle);
}

TEST(ZwSetInformationToken, RefusesTheRest)
{
    SE_LATER(ZwSetInformationToken, NTSTATUS, HANDLE, TOKEN_INFORMATION_CLASS, PVOID, ULONG)
    HANDLE Token = SeTestCopy(TokenPrimary, SecurityAnonymous);
    TOKEN_OWNER Owner = {SE_TEST_SYSTEM};
    ULONG Number = 1;

    CHECK_STATUS(ZwSetInformationToken(Token, TokenOwner, &Owner, sizeof(Owner) - 1),
        STATUS_INFO_LENGTH_MISMATCH);
    CHECK_STATUS(ZwSetInformationToken(Token, TokenType, &Number, sizeof(Number)),
        STATUS_INVALID_INFO_CLASS);
    CHECK_STATUS(
        ZwSetInformationToken(NULL, TokenOwner, &Owner, sizeof(Owner)), STATUS_INVALID_HANDLE);
    CHECK_STATUS(
        NtSetInformationToken(Token, TokenUser, &Owner, sizeof(Owner)), STATUS_INVALID_INFO_CLASS);
    CHECK_STATUS(NtSetInformationToken(Token, TokenOwner, &Owner, sizeof(Owner)), STATUS_SUCCESS);
    ZwClose(Token);
}
