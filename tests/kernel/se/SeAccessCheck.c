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
    Result = SeAccessCheck(Descriptor, &Context, TRUE, Desired, Previous, &Privileges, &Mapping, Mode, Granted,
                           &Status);
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

    SeTestDescriptor(&Descriptor, SeTestList(&List, NULL, 0)); /* Administrators own it: System is one */
    CHECK_STATUS(Check(&Descriptor, READ_CONTROL | WRITE_DAC, 0, UserMode, &Granted), STATUS_SUCCESS);
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
