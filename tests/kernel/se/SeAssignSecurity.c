/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * SeAssignSecurity - the descriptor of a new object.
 */
#include "se_test.h"

TEST(SeAssignSecurity, MapsWhatIsAskedFor)
{
    GENERIC_MAPPING Mapping = {0x20001, 0x20002, 0x20004, 0x1F00FF};
    SECURITY_DESCRIPTOR Explicit;
    SECURITY_SUBJECT_CONTEXT Context;
    PSECURITY_DESCRIPTOR New = NULL;
    BOOLEAN Present = FALSE, Defaulted;
    SE_TEST_ACL List;
    PVOID Ace;
    PACL Dacl = NULL;
    PSID Owner = NULL;

    RtlCreateSecurityDescriptor(&Explicit, SECURITY_DESCRIPTOR_REVISION);
    RtlSetDaclSecurityDescriptor(
        &Explicit, TRUE, SeTestList(&List, SE_TEST_WORLD, GENERIC_READ), FALSE);
    SeCaptureSubjectContext(&Context);
    if (CHECK_STATUS(SeAssignSecurity(NULL, &Explicit, &New, FALSE, &Context, &Mapping, PagedPool),
                     STATUS_SUCCESS)) {
        CHECK(RtlValidSecurityDescriptor(New));
        CHECK_STATUS(RtlGetOwnerSecurityDescriptor(New, &Owner, &Defaulted), STATUS_SUCCESS);
        CHECK(Owner != NULL);
        CHECK_STATUS(
            RtlGetDaclSecurityDescriptor(New, &Present, &Dacl, &Defaulted), STATUS_SUCCESS);
        if (CHECK(Present && Dacl != NULL) &&
            CHECK_STATUS(RtlGetAce(Dacl, 0, &Ace), STATUS_SUCCESS))
            CHECK_EQ(((PACCESS_ALLOWED_ACE)Ace)->Mask, 0x20001);
        CHECK_STATUS(SeDeassignSecurity(&New), STATUS_SUCCESS);
        CHECK_PTR(New, NULL);
    }
    SeReleaseSubjectContext(&Context);
}

static GENERIC_MAPPING Rights = {0x1, 0x2, 0x4, 0x1F00FF};

/* A container's list: an entry that is passed on to objects in it, and one that is not. */
static PACL Container(SE_TEST_ACL *List)
{
    CHECK_STATUS(RtlCreateAcl(&List->Acl, sizeof(*List), ACL_REVISION), STATUS_SUCCESS);
    CHECK_STATUS(RtlAddAccessAllowedAceEx(
                     &List->Acl, ACL_REVISION, OBJECT_INHERIT_ACE, GENERIC_READ, SE_TEST_SYSTEM),
        STATUS_SUCCESS);
    CHECK_STATUS(RtlAddAccessAllowedAce(&List->Acl, ACL_REVISION, GENERIC_ALL, SE_TEST_NULL),
        STATUS_SUCCESS);
    return &List->Acl;
}

static PACL NewDacl(PSECURITY_DESCRIPTOR Descriptor)
{
    BOOLEAN Present = FALSE, Defaulted;
    PACL Dacl = NULL;

    CHECK_STATUS(
        RtlGetDaclSecurityDescriptor(Descriptor, &Present, &Dacl, &Defaulted), STATUS_SUCCESS);
    CHECK(Present && Dacl != NULL);
    return Dacl;
}

TEST(SeAssignSecurity, TakesWhatTheContainerPassesOn)
{
    SECURITY_SUBJECT_CONTEXT Context;
    PSECURITY_DESCRIPTOR New = NULL;
    SECURITY_DESCRIPTOR Parent;
    SE_TEST_ACL List;
    PVOID Ace = NULL;

    SeTestDescriptor(&Parent, Container(&List));
    SeCaptureSubjectContext(&Context);
    if (CHECK_STATUS(SeAssignSecurity(&Parent, NULL, &New, FALSE, &Context, &Rights, PagedPool),
            STATUS_SUCCESS)) {
        CHECK_EQ(NewDacl(New)->AceCount, 1);
        CHECK_STATUS(RtlGetAce(NewDacl(New), 0, &Ace), STATUS_SUCCESS);
        CHECK(RtlEqualSid(&((PACCESS_ALLOWED_ACE)Ace)->SidStart, SE_TEST_SYSTEM));
        CHECK_EQ(((PACCESS_ALLOWED_ACE)Ace)->Header.AceFlags, 0);
        SeDeassignSecurity(&New);
    }
    SeReleaseSubjectContext(&Context);
}

TEST(SeAssignSecurityEx, PutsInheritedEntriesBehindExplicitOnes)
{
    SECURITY_SUBJECT_CONTEXT Context;
    PSECURITY_DESCRIPTOR New = NULL;
    SECURITY_DESCRIPTOR Parent, Explicit;
    SE_TEST_ACL List, Own;
    PVOID Ace = NULL;

    SeTestDescriptor(&Parent, Container(&List));
    RtlCreateSecurityDescriptor(&Explicit, SECURITY_DESCRIPTOR_REVISION);
    RtlSetDaclSecurityDescriptor(
        &Explicit, TRUE, SeTestList(&Own, SE_TEST_WORLD, GENERIC_READ), FALSE);
    SeCaptureSubjectContext(&Context);
    if (CHECK_STATUS(SeAssignSecurityEx(&Parent, &Explicit, &New, NULL, FALSE,
                         1 /* SEF_DACL_AUTO_INHERIT */, &Context, &Rights, PagedPool),
            STATUS_SUCCESS)) {
        CHECK_EQ(NewDacl(New)->AceCount, 2);
        CHECK_STATUS(RtlGetAce(NewDacl(New), 1, &Ace), STATUS_SUCCESS);
        CHECK(RtlEqualSid(&((PACCESS_ALLOWED_ACE)Ace)->SidStart, SE_TEST_SYSTEM));
        CHECK(((PACCESS_ALLOWED_ACE)Ace)->Header.AceFlags & 0x10 /* INHERITED_ACE */);
        CHECK(((SECURITY_DESCRIPTOR *)New)->Control & SE_DACL_AUTO_INHERITED);
        SeDeassignSecurity(&New);
    }
    Explicit.Control |= SE_DACL_PROTECTED;
    if (CHECK_STATUS(SeAssignSecurityEx(
                         &Parent, &Explicit, &New, NULL, FALSE, 1, &Context, &Rights, PagedPool),
            STATUS_SUCCESS)) {
        CHECK_EQ(NewDacl(New)->AceCount, 1);
        SeDeassignSecurity(&New);
    }
    SeReleaseSubjectContext(&Context);
}

TEST(SeAssignSecurityEx, TakesOwnerAndGroupFromTheContainer)
{
    SECURITY_SUBJECT_CONTEXT Context;
    PSECURITY_DESCRIPTOR New = NULL;
    SECURITY_DESCRIPTOR Parent;
    BOOLEAN Defaulted;
    PSID Owner = NULL;

    SeTestDescriptor(&Parent, NULL);
    RtlSetOwnerSecurityDescriptor(&Parent, SE_TEST_SYSTEM, FALSE);
    SeCaptureSubjectContext(&Context);
    if (CHECK_STATUS(SeAssignSecurityEx(
                         &Parent, NULL, &New, NULL, FALSE, 0x60, &Context, &Rights, PagedPool),
            STATUS_SUCCESS)) {
        CHECK_STATUS(RtlGetOwnerSecurityDescriptor(New, &Owner, &Defaulted), STATUS_SUCCESS);
        CHECK(RtlEqualSid(Owner, SE_TEST_SYSTEM));
        SeDeassignSecurity(&New);
    }
    SeReleaseSubjectContext(&Context);
}

TEST(SeAssignSecurity, RefusesAnOwnerTheSubjectMayNotMake)
{
    SECURITY_SUBJECT_CONTEXT Context;
    PSECURITY_DESCRIPTOR New = NULL;
    SECURITY_DESCRIPTOR Explicit;
    HANDLE Token = SeTestCopy(TokenPrimary, SecurityAnonymous);
    PACCESS_TOKEN Own, Weak = SeTestToken(Token);

    CHECK_STATUS(ZwAdjustPrivilegesToken(Token, TRUE, NULL, 0, NULL, NULL), STATUS_SUCCESS);
    SeTestDescriptor(&Explicit, NULL);
    RtlSetOwnerSecurityDescriptor(&Explicit, SE_TEST_NULL, FALSE);
    SeCaptureSubjectContext(&Context);
    Own = Context.PrimaryToken;
    Context.PrimaryToken = Weak;
    CHECK_STATUS(SeAssignSecurity(NULL, &Explicit, &New, FALSE, &Context, &Rights, PagedPool),
        STATUS_INVALID_OWNER);
    if (CHECK_STATUS(SeAssignSecurityEx(NULL, &Explicit, &New, NULL, FALSE,
                         0x10 /* SEF_AVOID_OWNER_CHECK */, &Context, &Rights, PagedPool),
            STATUS_SUCCESS))
        SeDeassignSecurity(&New);
    Context.PrimaryToken = Own;
    SeReleaseSubjectContext(&Context);
    ObDereferenceObject(Weak);
    ZwClose(Token);
}
