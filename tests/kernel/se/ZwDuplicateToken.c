/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwDuplicateToken - copies of a token
 */
#include "se_test.h"

TEST(ZwDuplicateToken, MakesATokenToImpersonateWith)
{
    SE_LATER(SeTokenImpersonationLevel, SECURITY_IMPERSONATION_LEVEL, PACCESS_TOKEN)
    HANDLE Handle = SeTestCopy(TokenImpersonation, SecurityImpersonation);
    PACCESS_TOKEN Token = SeTestToken(Handle);
    ULONG Length = 0;
    TOKEN_STATISTICS Statistics;
    SECURITY_IMPERSONATION_LEVEL Level = SecurityAnonymous;

    if (Token == NULL)
        return;
    CHECK_EQ(SeTokenType(Token), TokenImpersonation);
    CHECK_EQ(SeTokenImpersonationLevel(Token), SecurityImpersonation);
    CHECK_STATUS(
        ZwQueryInformationToken(Handle, TokenImpersonationLevel, &Level, sizeof(Level), &Length),
        STATUS_SUCCESS);
    CHECK_EQ(Level, SecurityImpersonation);
    CHECK_STATUS(
        ZwQueryInformationToken(Handle, TokenStatistics, &Statistics, sizeof(Statistics), &Length),
        STATUS_SUCCESS);
    CHECK_EQ(Statistics.TokenType, TokenImpersonation);
    CHECK_EQ(Statistics.ImpersonationLevel, SecurityImpersonation);
    ObDereferenceObject(Token);
    ZwClose(Handle);
}

TEST(ZwDuplicateToken, GoesNoFurtherThanWhatItCopies)
{
    SECURITY_QUALITY_OF_SERVICE Quality = {
        sizeof(Quality), SecurityImpersonation, SECURITY_STATIC_TRACKING, FALSE};
    HANDLE Identify = SeTestCopy(TokenImpersonation, SecurityIdentification), Copy = NULL;
    OBJECT_ATTRIBUTES Attributes;

    InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    Attributes.SecurityQualityOfService = &Quality;
    CHECK_STATUS(ZwDuplicateToken(Identify, 0, &Attributes, FALSE, TokenImpersonation, &Copy),
        STATUS_BAD_IMPERSONATION_LEVEL);
    CHECK_STATUS(ZwDuplicateToken(Identify, 0, &Attributes, FALSE, TokenPrimary, &Copy),
        STATUS_BAD_IMPERSONATION_LEVEL);
    Quality.ImpersonationLevel = SecurityIdentification;
    if (CHECK_STATUS(ZwDuplicateToken(Identify, 0, &Attributes, FALSE, TokenImpersonation, &Copy),
            STATUS_SUCCESS))
        ZwClose(Copy);
    ZwClose(Identify);
}

TEST(ZwDuplicateToken, MakesAPrimaryTokenOfAnImpersonationToken)
{
    HANDLE Impersonate = SeTestCopy(TokenImpersonation, SecurityImpersonation), Copy = NULL;
    OBJECT_ATTRIBUTES Attributes;
    PACCESS_TOKEN Token;

    InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    if (CHECK_STATUS(
            ZwDuplicateToken(Impersonate, TOKEN_QUERY, &Attributes, FALSE, TokenPrimary, &Copy),
            STATUS_SUCCESS)) {
        Token = SeTestToken(Copy);
        CHECK_EQ(SeTokenType(Token), TokenPrimary);
        ObDereferenceObject(Token);
        ZwClose(Copy);
    }
    ZwClose(Impersonate);
}

TEST(ZwDuplicateToken, RefusesWhatIsNoTypeOrToken)
{
    HANDLE Own = SeTestOpenToken(TOKEN_DUPLICATE), Copy = NULL, Event = NULL;
    OBJECT_ATTRIBUTES Attributes;

    InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    CHECK_STATUS(ZwDuplicateToken(Own, 0, &Attributes, FALSE, (TOKEN_TYPE)7, &Copy),
        STATUS_INVALID_PARAMETER);
    CHECK_STATUS(
        ZwDuplicateToken(NULL, 0, &Attributes, FALSE, TokenPrimary, &Copy), STATUS_INVALID_HANDLE);
    ZwCreateEvent(&Event, EVENT_ALL_ACCESS, &Attributes, NotificationEvent, FALSE);
    CHECK_STATUS(ZwDuplicateToken(Event, 0, &Attributes, FALSE, TokenPrimary, &Copy),
        STATUS_OBJECT_TYPE_MISMATCH);
    ZwClose(Event);
    ZwClose(Own);
}

TEST(NtDuplicateToken, IsTheSame)
{
    HANDLE Own = SeTestOpenToken(TOKEN_DUPLICATE), Copy = NULL;
    OBJECT_ATTRIBUTES Attributes;

    InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    if (CHECK_STATUS(
            NtDuplicateToken(Own, 0, &Attributes, TRUE, TokenPrimary, &Copy), STATUS_SUCCESS))
        ZwClose(Copy);
    CHECK_STATUS(NtDuplicateToken(Own, 0, &Attributes, FALSE, (TOKEN_TYPE)0, &Copy),
        STATUS_INVALID_PARAMETER);
    ZwClose(Own);
}
