/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * SeAccessCheck - who gets what.
 */
#include "se_test.h"

static GENERIC_MAPPING Mapping = {0x1, 0x2, 0x4, 0x1F00FF};

static NTSTATUS Check(PSECURITY_DESCRIPTOR Descriptor, ACCESS_MASK Desired, ACCESS_MASK Previous,
                      KPROCESSOR_MODE Mode, PACCESS_MASK Granted)
{
    SECURITY_SUBJECT_CONTEXT Context;
    NTSTATUS Status = STATUS_UNSUCCESSFUL;
    PPRIVILEGE_SET Privileges = NULL;
    BOOLEAN Result;

    SeCaptureSubjectContext(&Context);
    SeLockSubjectContext(&Context);
    Result = SeAccessCheck(Descriptor, &Context, TRUE, Desired, Previous, &Privileges, &Mapping,
        Mode, Granted, &Status);
    SeUnlockSubjectContext(&Context);
    SeReleaseSubjectContext(&Context);
    if (Privileges != NULL)
        SeFreePrivileges(Privileges);
    CHECK_EQ(Result, NT_SUCCESS(Status));
    return Status;
}

TEST(SeAccessCheck, GrantsWhatTheListGrants)
{
    SECURITY_DESCRIPTOR Descriptor;
    ACCESS_MASK Granted = 0;
    SE_TEST_ACL List;

    SeTestDescriptor(&Descriptor, SeTestList(&List, SE_TEST_WORLD, 3));
    CHECK_STATUS(Check(&Descriptor, 1, 0, UserMode, &Granted), STATUS_SUCCESS);
    CHECK_EQ(Granted, 1);
    CHECK_STATUS(Check(&Descriptor, 3, 8, UserMode, &Granted), STATUS_SUCCESS);
    CHECK_EQ(Granted, 11);
    CHECK_STATUS(Check(&Descriptor, 4, 0, UserMode, &Granted), STATUS_ACCESS_DENIED);
    CHECK_STATUS(Check(&Descriptor, 5, 0, UserMode, &Granted), STATUS_ACCESS_DENIED);
    CHECK_STATUS(Check(&Descriptor, 4, 0, KernelMode, &Granted), STATUS_SUCCESS);
    CHECK_EQ(Granted, 4);
}

TEST(SeAccessCheck, GrantsNothingFromAnEmptyListAndAllFromNone)
{
    SECURITY_DESCRIPTOR Descriptor;
    ACCESS_MASK Granted = 0;
    SE_TEST_ACL List;

    SeTestDescriptor(&Descriptor, SeTestList(&List, NULL, 0));
    RtlSetOwnerSecurityDescriptor(&Descriptor, SE_TEST_NULL, FALSE);
    CHECK_STATUS(Check(&Descriptor, 1, 0, UserMode, &Granted), STATUS_ACCESS_DENIED);
    CHECK_STATUS(Check(&Descriptor, READ_CONTROL, 0, UserMode, &Granted), STATUS_ACCESS_DENIED);
    SeTestDescriptor(&Descriptor, NULL);
    CHECK_STATUS(Check(&Descriptor, 7, 0, UserMode, &Granted), STATUS_SUCCESS);
    CHECK_EQ(Granted, 7);
}

TEST(SeAccessCheck, LetsTheOwnerReadAndChangeTheList)
{
    SECURITY_DESCRIPTOR Descriptor;
    ACCESS_MASK Granted = 0;
    SE_TEST_ACL List;

    SeTestDescriptor(&Descriptor, SeTestList(&List, NULL, 0)); /* Administrators own it: System is
                                                                  one */
    CHECK_STATUS(
        Check(&Descriptor, READ_CONTROL | WRITE_DAC, 0, UserMode, &Granted), STATUS_SUCCESS);
    CHECK_EQ(Granted, READ_CONTROL | WRITE_DAC);
}

TEST(SeAccessCheck, GrantsTheMaximumAllowed)
{
    SECURITY_DESCRIPTOR Descriptor;
    ACCESS_MASK Granted = 0;
    SE_TEST_ACL List;

    SeTestDescriptor(&Descriptor, SeTestList(&List, SE_TEST_WORLD, 5));
    RtlSetOwnerSecurityDescriptor(&Descriptor, SE_TEST_NULL, FALSE);
    CHECK_STATUS(Check(&Descriptor, MAXIMUM_ALLOWED, 0, UserMode, &Granted), STATUS_SUCCESS);
    CHECK_EQ(Granted & 0xFF, 5);
}

TEST(SeAccessCheck, TellsWhichPrivilegesGranted)
{
    SECURITY_SUBJECT_CONTEXT Context;
    SECURITY_DESCRIPTOR Descriptor;
    PPRIVILEGE_SET Used = NULL;
    NTSTATUS Status = STATUS_UNSUCCESSFUL;
    ACCESS_MASK Granted = 0;
    SE_TEST_ACL List;
    HANDLE Token = SeTestCopy(TokenPrimary, SecurityAnonymous);
    TOKEN_PRIVILEGES Enable = {
        1, {{RtlConvertUlongToLuid(SE_SECURITY_PRIVILEGE), SE_PRIVILEGE_ENABLED}}};
    PACCESS_TOKEN Own, Copy = SeTestToken(Token);

    CHECK_STATUS(ZwAdjustPrivilegesToken(Token, FALSE, &Enable, 0, NULL, NULL), STATUS_SUCCESS);
    SeTestDescriptor(&Descriptor, SeTestList(&List, SE_TEST_WORLD, 1));
    SeCaptureSubjectContext(&Context);
    Own = Context.PrimaryToken;
    Context.PrimaryToken = Copy;
    CHECK(SeAccessCheck(&Descriptor, &Context, FALSE, 1 | ACCESS_SYSTEM_SECURITY, 0, &Used,
        &Mapping, UserMode, &Granted, &Status));
    CHECK_EQ(Granted, 1 | ACCESS_SYSTEM_SECURITY);
    if (CHECK(Used != NULL)) {
        CHECK_EQ(Used->PrivilegeCount, 1);
        CHECK_EQ(Used->Privilege[0].Luid.LowPart, SE_SECURITY_PRIVILEGE);
        SeFreePrivileges(Used);
    }
    CHECK_STATUS(ZwAdjustPrivilegesToken(Token, TRUE, NULL, 0, NULL, NULL), STATUS_SUCCESS);
    CHECK(!SeAccessCheck(&Descriptor, &Context, FALSE, 1 | ACCESS_SYSTEM_SECURITY, 0, &Used,
        &Mapping, UserMode, &Granted, &Status));
    CHECK_STATUS(Status, STATUS_PRIVILEGE_NOT_HELD);
    CHECK_EQ(Granted, 0);
    Context.PrimaryToken = Own;
    SeReleaseSubjectContext(&Context);
    ObDereferenceObject(Copy);
    ZwClose(Token);
}

TEST(SeAccessCheck, IsNotForATokenThatOnlyIdentifies)
{
    SECURITY_DESCRIPTOR Descriptor;
    ACCESS_MASK Granted = 0;
    HANDLE Token = SeTestCopy(TokenImpersonation, SecurityIdentification);

    SeTestDescriptor(&Descriptor, NULL);
    CHECK_STATUS(PsAssignImpersonationToken(PsGetCurrentThread(), Token), STATUS_SUCCESS);
    CHECK_STATUS(Check(&Descriptor, 1, 0, UserMode, &Granted), STATUS_BAD_IMPERSONATION_LEVEL);
    CHECK_STATUS(Check(&Descriptor, 1, 0, KernelMode, &Granted), STATUS_SUCCESS);
    PsRevertToSelf();
    CHECK_STATUS(Check(&Descriptor, 1, 0, UserMode, &Granted), STATUS_SUCCESS);
    ZwClose(Token);
}

TEST(SeAccessCheckFromStateEx, ChecksTokens)
{
    SE_LATER(SeAccessCheckFromStateEx, BOOLEAN, PSECURITY_DESCRIPTOR, PACCESS_TOKEN, PACCESS_TOKEN,
             ACCESS_MASK, ACCESS_MASK, PPRIVILEGE_SET *, PGENERIC_MAPPING, KPROCESSOR_MODE,
             PACCESS_MASK, PNTSTATUS);
    SECURITY_DESCRIPTOR Descriptor;
    ACCESS_MASK Granted = 0;
    NTSTATUS Status = STATUS_UNSUCCESSFUL;
    SE_TEST_ACL List;
    GENERIC_MAPPING Own = Mapping;
    HANDLE Handle = SeTestCopy(TokenPrimary, SecurityAnonymous),
           Identifies = SeTestCopy(TokenImpersonation, SecurityIdentification);
    PACCESS_TOKEN Token = SeTestToken(Handle), Client = SeTestToken(Identifies);

    SeTestDescriptor(&Descriptor, SeTestList(&List, SE_TEST_WORLD, 1));
    CHECK(SeAccessCheckFromStateEx(&Descriptor, Token, NULL, 1, 4, NULL, &Own, UserMode, &Granted,
                                   &Status));
    CHECK_EQ(Granted, 5);
    CHECK_STATUS(Status, STATUS_SUCCESS);
    CHECK(!SeAccessCheckFromStateEx(&Descriptor, Token, NULL, 2, 0, NULL, &Own, UserMode, &Granted,
                                    &Status));
    CHECK_EQ(Granted, 0);
    CHECK_STATUS(Status, STATUS_ACCESS_DENIED);
    CHECK(!SeAccessCheckFromStateEx(&Descriptor, Token, Client, 1, 0, NULL, &Own, UserMode,
                                    &Granted, &Status));
    CHECK_STATUS(Status, STATUS_BAD_IMPERSONATION_LEVEL);
    CHECK(SeAccessCheckFromStateEx(&Descriptor, Token, NULL, 2, 0, NULL, &Own, KernelMode, &Granted,
                                   &Status));
    ObDereferenceObject(Token);
    ObDereferenceObject(Client);
    ZwClose(Handle);
    ZwClose(Identifies);
}
