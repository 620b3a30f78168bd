/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwAdjustPrivilegesToken - privileges on and off
 */
#include "se_test.h"

typedef NTSTATUS(NTAPI *ADJUST)(
    HANDLE, BOOLEAN, PTOKEN_PRIVILEGES, ULONG, PTOKEN_PRIVILEGES, PULONG);

static NTSTATUS Adjust(ADJUST Function, HANDLE Token, ULONG Privilege, ULONG Attributes,
    PTOKEN_PRIVILEGES Previous, ULONG PreviousLength, PULONG Length)
{
    TOKEN_PRIVILEGES New;

    New.PrivilegeCount = 1;
    New.Privileges[0].Luid = RtlConvertUlongToLuid(Privilege);
    New.Privileges[0].Attributes = Attributes;
    return Function(Token, FALSE, &New, PreviousLength, Previous, Length);
}

/* The attributes of a privilege the token holds; all ones: it holds none of that number. */
static ULONG AttributesOf(HANDLE Handle, ULONG Privilege)
{
    PACCESS_TOKEN Token = SeTestToken(Handle);
    ULONG Index, Found = ~0u;
    PTOKEN_PRIVILEGES All;

    if (CHECK_STATUS(
            SeQueryInformationToken(Token, TokenPrivileges, (PVOID *)&All), STATUS_SUCCESS)) {
        for (Index = 0; Index < All->PrivilegeCount; Index++) {
            if (All->Privileges[Index].Luid.LowPart == Privilege)
                Found = All->Privileges[Index].Attributes;
        }
        ExFreePool(All);
    }
    ObDereferenceObject(Token);
    return Found;
}

static VOID OnAndOff(ADJUST Function)
{
    HANDLE Token = SeTestCopy(TokenPrimary, SecurityAnonymous);
    TOKEN_PRIVILEGES Before;
    ULONG Length = 0;

    CHECK_STATUS(
        Adjust(Function, Token, SE_CHANGE_NOTIFY_PRIVILEGE, 0, NULL, 0, NULL), STATUS_SUCCESS);
    CHECK_EQ(AttributesOf(Token, SE_CHANGE_NOTIFY_PRIVILEGE) & SE_PRIVILEGE_ENABLED, 0);
    CHECK_STATUS(Adjust(Function, Token, SE_CHANGE_NOTIFY_PRIVILEGE, SE_PRIVILEGE_ENABLED, &Before,
                     sizeof(Before), &Length),
        STATUS_SUCCESS);
    CHECK_EQ(Length, sizeof(Before));
    CHECK_EQ(Before.PrivilegeCount, 1);
    CHECK_EQ(Before.Privileges[0].Luid.LowPart, SE_CHANGE_NOTIFY_PRIVILEGE);
    CHECK_EQ(Before.Privileges[0].Attributes & SE_PRIVILEGE_ENABLED, 0);
    CHECK(AttributesOf(Token, SE_CHANGE_NOTIFY_PRIVILEGE) & SE_PRIVILEGE_ENABLED);
    ZwClose(Token);
}

TEST(ZwAdjustPrivilegesToken, SwitchesOnAndOffAndTellsWhatWas)
{
    OnAndOff(ZwAdjustPrivilegesToken);
}

TEST(NtAdjustPrivilegesToken, IsTheSame)
{
    OnAndOff(NtAdjustPrivilegesToken);
}

TEST(ZwAdjustPrivilegesToken, RemovesForEver)
{
    HANDLE Token = SeTestCopy(TokenPrimary, SecurityAnonymous);

    CHECK_STATUS(Adjust(ZwAdjustPrivilegesToken, Token, SE_CHANGE_NOTIFY_PRIVILEGE,
                     SE_PRIVILEGE_REMOVED, NULL, 0, NULL),
        STATUS_SUCCESS);
    CHECK_EQ(AttributesOf(Token, SE_CHANGE_NOTIFY_PRIVILEGE), ~0u);
    CHECK_STATUS(Adjust(ZwAdjustPrivilegesToken, Token, SE_CHANGE_NOTIFY_PRIVILEGE,
                     SE_PRIVILEGE_ENABLED, NULL, 0, NULL),
        STATUS_NOT_ALL_ASSIGNED);
    ZwClose(Token);
}

TEST(ZwAdjustPrivilegesToken, SwitchesAllOff)
{
    HANDLE Token = SeTestCopy(TokenPrimary, SecurityAnonymous);

    CHECK_STATUS(ZwAdjustPrivilegesToken(Token, TRUE, NULL, 0, NULL, NULL), STATUS_SUCCESS);
    CHECK_EQ(AttributesOf(Token, SE_CHANGE_NOTIFY_PRIVILEGE) & SE_PRIVILEGE_ENABLED, 0);
    ZwClose(Token);
}

TEST(ZwAdjustPrivilegesToken, ChangesNothingWhenTheBufferIsSmall)
{
    HANDLE Token = SeTestCopy(TokenPrimary, SecurityAnonymous);
    TOKEN_PRIVILEGES Before;
    ULONG Length = 0, Attributes = AttributesOf(Token, SE_CHANGE_NOTIFY_PRIVILEGE);

    CHECK_STATUS(
        Adjust(ZwAdjustPrivilegesToken, Token, SE_CHANGE_NOTIFY_PRIVILEGE, 0, &Before, 4, &Length),
        STATUS_BUFFER_TOO_SMALL);
    CHECK_EQ(Length, sizeof(Before));
    CHECK_EQ(AttributesOf(Token, SE_CHANGE_NOTIFY_PRIVILEGE), Attributes);
    ZwClose(Token);
}

TEST(ZwAdjustPrivilegesToken, WantsANewStateAndAToken)
{
    HANDLE Token = SeTestCopy(TokenPrimary, SecurityAnonymous);

    CHECK_STATUS(
        ZwAdjustPrivilegesToken(Token, FALSE, NULL, 0, NULL, NULL), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(ZwAdjustPrivilegesToken(NULL, TRUE, NULL, 0, NULL, NULL), STATUS_INVALID_HANDLE);
    ZwClose(Token);
}
