/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwOpenThreadTokenEx - handles to what a thread impersonates with
 */
#include <ntifs.h>

#include "pstest.h"
#include "token_test.h"

TEST(ZwOpenThreadTokenEx, OpensTheClientsToken)
{
    HANDLE Client = TokenTestCopy(SecurityImpersonation), Handle = NULL;
    PACCESS_TOKEN Token = TokenTestObject(Client), Found;

    CHECK_STATUS(
        ZwOpenThreadTokenEx(NtCurrentThread(), TOKEN_QUERY, TRUE, OBJ_KERNEL_HANDLE, &Handle),
        STATUS_NO_TOKEN);
    CHECK_STATUS(PsAssignImpersonationToken(PsGetCurrentThread(), Client), STATUS_SUCCESS);
    if (CHECK_STATUS(
            ZwOpenThreadTokenEx(NtCurrentThread(), TOKEN_QUERY, TRUE, OBJ_KERNEL_HANDLE, &Handle),
            STATUS_SUCCESS)) {
        Found = TokenTestObject(Handle);
        CHECK_PTR(Found, Token);
        ObDereferenceObject(Found);
        ZwClose(Handle);
    }
    /* Who asks as itself still impersonates afterwards. */
    if (CHECK_STATUS(
            ZwOpenThreadTokenEx(NtCurrentThread(), TOKEN_QUERY, FALSE, OBJ_KERNEL_HANDLE, &Handle),
            STATUS_SUCCESS))
        ZwClose(Handle);
    PsRevertToSelf();
    ObDereferenceObject(Token);
    ZwClose(Client);
}

TEST(ZwOpenThreadTokenEx, CopiesWhereItIsToAndRefusesAnonymous)
{
    HANDLE Client = TokenTestCopy(SecurityImpersonation), Handle = NULL;
    PACCESS_TOKEN Token = TokenTestObject(Client), Found;

    CHECK_STATUS(
        PsImpersonateClient(PsGetCurrentThread(), Token, TRUE, FALSE, SecurityImpersonation),
        STATUS_SUCCESS);
    if (CHECK_STATUS(
            ZwOpenThreadTokenEx(NtCurrentThread(), TOKEN_QUERY, TRUE, OBJ_KERNEL_HANDLE, &Handle),
            STATUS_SUCCESS)) {
        Found = TokenTestObject(Handle);
        CHECK(Found != Token);
        CHECK_EQ(SeTokenType(Found), TokenImpersonation);
        ObDereferenceObject(Found);
        ZwClose(Handle);
    }
    CHECK_STATUS(PsImpersonateClient(PsGetCurrentThread(), Token, FALSE, FALSE, SecurityAnonymous),
        STATUS_SUCCESS);
    CHECK_STATUS(
        ZwOpenThreadTokenEx(NtCurrentThread(), TOKEN_QUERY, TRUE, OBJ_KERNEL_HANDLE, &Handle),
        STATUS_CANT_OPEN_ANONYMOUS);
    PsRevertToSelf();
    ObDereferenceObject(Token);
    ZwClose(Client);
}

TEST(ZwOpenThreadTokenEx, RefusesWhatIsNoThread)
{
    HANDLE Handle = NULL;

    CHECK_STATUS(ZwOpenThreadTokenEx(NULL, TOKEN_QUERY, TRUE, OBJ_KERNEL_HANDLE, &Handle),
        STATUS_INVALID_HANDLE);
    CHECK_STATUS(
        ZwOpenThreadTokenEx(NtCurrentProcess(), TOKEN_QUERY, TRUE, OBJ_KERNEL_HANDLE, &Handle),
        STATUS_OBJECT_TYPE_MISMATCH);
}

TEST(ZwOpenThreadToken, IsTheSameWithoutAttributes)
{
    LATER(ZwOpenThreadToken, NTSTATUS, HANDLE, ACCESS_MASK, BOOLEAN, PHANDLE)
    HANDLE Client = TokenTestCopy(SecurityImpersonation), Handle = NULL;

    CHECK_STATUS(ZwOpenThreadToken(NtCurrentThread(), TOKEN_QUERY, TRUE, &Handle), STATUS_NO_TOKEN);
    CHECK_STATUS(PsAssignImpersonationToken(PsGetCurrentThread(), Client), STATUS_SUCCESS);
    if (CHECK_STATUS(
            ZwOpenThreadToken(NtCurrentThread(), TOKEN_QUERY, TRUE, &Handle), STATUS_SUCCESS))
        ZwClose(Handle);
    PsRevertToSelf();
    ZwClose(Client);
}

TEST(NtOpenThreadTokenEx, IsTheSame)
{
    HANDLE Handle = NULL;

    CHECK_STATUS(
        NtOpenThreadTokenEx(NtCurrentThread(), TOKEN_QUERY, TRUE, OBJ_KERNEL_HANDLE, &Handle),
        STATUS_NO_TOKEN);
    CHECK_STATUS(NtOpenThreadToken(NtCurrentThread(), TOKEN_QUERY, TRUE, &Handle), STATUS_NO_TOKEN);
    CHECK_STATUS(NtOpenThreadToken(NULL, TOKEN_QUERY, TRUE, &Handle), STATUS_INVALID_HANDLE);
}
