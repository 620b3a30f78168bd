/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * SeFilterToken - tokens that may do less
 */
#include "se_test.h"

static GENERIC_MAPPING Mapping = {0x1, 0x2, 0x4, 0x1F00FF};

static NTSTATUS Check(PACCESS_TOKEN Token, PSECURITY_DESCRIPTOR Descriptor, ACCESS_MASK Desired)
{
    SECURITY_SUBJECT_CONTEXT Context;
    NTSTATUS Status = STATUS_UNSUCCESSFUL;
    ACCESS_MASK Granted;
    PACCESS_TOKEN Own;

    SeCaptureSubjectContext(&Context);
    Own = Context.PrimaryToken;
    Context.PrimaryToken = Token;
    SeLockSubjectContext(&Context);
    SeAccessCheck(
        Descriptor, &Context, TRUE, Desired, 0, NULL, &Mapping, UserMode, &Granted, &Status);
    SeUnlockSubjectContext(&Context);
    Context.PrimaryToken = Own;
    SeReleaseSubjectContext(&Context);
    return Status;
}

static PACCESS_TOKEN Filter(ULONG Flags, PSID Disable, PSID Restrict)
{
    TOKEN_GROUPS Disabled = {1, {{Disable, 0}}}, Restricted = {1, {{Restrict, 0}}};
    SECURITY_SUBJECT_CONTEXT Context;
    PACCESS_TOKEN Token = NULL;

    SeCaptureSubjectContext(&Context);
    CHECK_STATUS(SeFilterToken(Context.PrimaryToken, Flags, Disable != NULL ? &Disabled : NULL,
                     NULL, Restrict != NULL ? &Restricted : NULL, &Token),
        STATUS_SUCCESS);
    SeReleaseSubjectContext(&Context);
    return Token;
}

TEST(SeFilterToken, DisablesAGroup)
{
    SECURITY_DESCRIPTOR Descriptor;
    SE_TEST_ACL List;
    PACCESS_TOKEN Token = Filter(0, SE_TEST_ADMINISTRATORS, NULL);

    if (Token == NULL)
        return;
    CHECK(!SeTokenIsAdmin(Token));
    CHECK(!SeTokenIsRestricted(Token));
    SeTestDescriptor(&Descriptor, SeTestList(&List, SE_TEST_ADMINISTRATORS, 1));
    CHECK_STATUS(Check(Token, &Descriptor, 1), STATUS_ACCESS_DENIED);
    SeTestDescriptor(&Descriptor, SeTestList(&List, SE_TEST_WORLD, 1));
    CHECK_STATUS(Check(Token, &Descriptor, 1), STATUS_SUCCESS);
    ObDereferenceObject(Token);
}

TEST(SeFilterToken, RestrictsToWhatBothGrant)
{
    SE_LATER(SeTokenIsWriteRestricted, BOOLEAN, PACCESS_TOKEN)
    SECURITY_DESCRIPTOR Descriptor;
    SE_TEST_ACL List;
    PACCESS_TOKEN Token = Filter(0, NULL, SE_TEST_NULL);

    if (Token == NULL)
        return;
    CHECK(SeTokenIsRestricted(Token));
    CHECK(!SeTokenIsWriteRestricted(Token));
    SeTestDescriptor(&Descriptor, SeTestList(&List, SE_TEST_WORLD, 1));
    CHECK_STATUS(Check(Token, &Descriptor, 1), STATUS_ACCESS_DENIED);
    RtlAddAccessAllowedAce(&List.Acl, ACL_REVISION, 1, SE_TEST_NULL);
    CHECK_STATUS(Check(Token, &Descriptor, 1), STATUS_SUCCESS);
    ObDereferenceObject(Token);
}

TEST(SeTokenIsWriteRestricted, CountsForWritingOnly)
{
    SE_LATER(SeTokenIsWriteRestricted, BOOLEAN, PACCESS_TOKEN)
    SECURITY_DESCRIPTOR Descriptor;
    SE_TEST_ACL List;
    PACCESS_TOKEN Token = Filter(8 /* WRITE_RESTRICTED */, NULL, SE_TEST_NULL);

    if (Token == NULL)
        return;
    CHECK(SeTokenIsWriteRestricted(Token));
    SeTestDescriptor(&Descriptor, SeTestList(&List, SE_TEST_WORLD, 3));
    CHECK_STATUS(Check(Token, &Descriptor, 1), STATUS_SUCCESS);
    CHECK_STATUS(Check(Token, &Descriptor, 2), STATUS_ACCESS_DENIED);
    ObDereferenceObject(Token);
}

TEST(SeFilterToken, DeletesPrivileges)
{
    PACCESS_TOKEN Token = Filter(1 /* DISABLE_MAX_PRIVILEGE */, NULL, NULL);
    PTOKEN_PRIVILEGES Privileges;

    if (Token == NULL)
        return;
    if (CHECK_STATUS(SeQueryInformationToken(Token, TokenPrivileges, (PVOID *)&Privileges),
            STATUS_SUCCESS)) {
        CHECK_EQ(Privileges->PrivilegeCount, 1);
        CHECK_EQ(Privileges->Privileges[0].Luid.LowPart, SE_CHANGE_NOTIFY_PRIVILEGE);
        ExFreePool(Privileges);
    }
    ObDereferenceObject(Token);
}

TEST(SeFilterToken, RefusesAttributesOnWhatRestricts)
{
    TOKEN_GROUPS Restricted = {1, {{SE_TEST_WORLD, 4 /* SE_GROUP_ENABLED */}}};
    SECURITY_SUBJECT_CONTEXT Context;
    PACCESS_TOKEN Token = NULL;

    SeCaptureSubjectContext(&Context);
    CHECK_STATUS(SeFilterToken(Context.PrimaryToken, 0, NULL, NULL, &Restricted, &Token),
        STATUS_INVALID_PARAMETER);
    CHECK_STATUS(SeFilterToken(Context.PrimaryToken, 0x80000000, NULL, NULL, NULL, &Token),
        STATUS_INVALID_PARAMETER);
    SeReleaseSubjectContext(&Context);
}
