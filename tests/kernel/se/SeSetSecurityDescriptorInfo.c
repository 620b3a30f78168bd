/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * SeSetSecurityDescriptorInfo - changing parts of a descriptor
 */
#include "se_test.h"

static GENERIC_MAPPING Mapping = {0x1, 0x2, 0x4, 0x1F00FF};

/* A self-relative descriptor in pool. */
static PSECURITY_DESCRIPTOR Make(PACL Dacl)
{
    SECURITY_DESCRIPTOR Descriptor;
    ULONG Length = 0;
    PVOID Result;

    SeTestDescriptor(&Descriptor, Dacl);
    RtlAbsoluteToSelfRelativeSD(&Descriptor, NULL, &Length);
    Result = ExAllocatePoolWithTag(PagedPool, Length, 'tseT');
    CHECK_STATUS(RtlAbsoluteToSelfRelativeSD(&Descriptor, Result, &Length), STATUS_SUCCESS);
    return Result;
}

TEST(SeSetSecurityDescriptorInfo, ReplacesTheList)
{
    SECURITY_INFORMATION Information = DACL_SECURITY_INFORMATION;
    PSECURITY_DESCRIPTOR Before = Make(NULL), Now = Before;
    SECURITY_DESCRIPTOR Change;
    BOOLEAN Present, Defaulted;
    SE_TEST_ACL List;
    PVOID Ace = NULL;
    PACL Dacl = NULL;
    PSID Owner = NULL;

    SeTestDescriptor(&Change, SeTestList(&List, SE_TEST_WORLD, GENERIC_READ));
    Change.Owner = SE_TEST_SYSTEM; /* not asked for */
    CHECK_STATUS(
        SeSetSecurityDescriptorInfo(NULL, &Information, &Change, &Now, PagedPool, &Mapping),
        STATUS_SUCCESS);
    CHECK(Now != Before);
    CHECK_STATUS(RtlGetDaclSecurityDescriptor(Now, &Present, &Dacl, &Defaulted), STATUS_SUCCESS);
    CHECK_STATUS(RtlGetAce(Dacl, 0, &Ace), STATUS_SUCCESS);
    CHECK_EQ(((ACCESS_ALLOWED_ACE *)Ace)->Mask, 1);
    CHECK_STATUS(RtlGetOwnerSecurityDescriptor(Now, &Owner, &Defaulted), STATUS_SUCCESS);
    CHECK(RtlEqualSid(Owner, SE_TEST_ADMINISTRATORS));
    ExFreePool(Now);
    ExFreePool(Before);
}

TEST(SeSetSecurityDescriptorInfo, WantsADescriptorAndAnOwner)
{
    SECURITY_INFORMATION Information = OWNER_SECURITY_INFORMATION;
    PSECURITY_DESCRIPTOR Before = Make(NULL), Now = NULL;
    SECURITY_DESCRIPTOR Change;

    SeTestDescriptor(&Change, NULL);
    CHECK_STATUS(
        SeSetSecurityDescriptorInfo(NULL, &Information, &Change, &Now, PagedPool, &Mapping),
        STATUS_NO_SECURITY_ON_OBJECT);
    Now = Before;
    Change.Owner = NULL;
    CHECK_STATUS(
        SeSetSecurityDescriptorInfo(NULL, &Information, &Change, &Now, PagedPool, &Mapping),
        STATUS_INVALID_OWNER);
    CHECK_PTR(Now, Before);
    Change.Owner = SE_TEST_SYSTEM;
    CHECK_STATUS(
        SeSetSecurityDescriptorInfo(NULL, &Information, &Change, &Now, PagedPool, &Mapping),
        STATUS_SUCCESS);
    ExFreePool(Now);
    ExFreePool(Before);
}

/* A list with an explicit entry for one and an inherited one for the other. */
static PACL TwoEntries(SE_TEST_ACL *List, PSID Explicit, PSID Inherited)
{
    PVOID Ace;

    CHECK_STATUS(RtlCreateAcl(&List->Acl, sizeof(*List), ACL_REVISION), STATUS_SUCCESS);
    CHECK_STATUS(RtlAddAccessAllowedAce(&List->Acl, ACL_REVISION, 1, Explicit), STATUS_SUCCESS);
    CHECK_STATUS(RtlAddAccessAllowedAce(&List->Acl, ACL_REVISION, 2, Inherited), STATUS_SUCCESS);
    CHECK_STATUS(RtlGetAce(&List->Acl, 1, &Ace), STATUS_SUCCESS);
    ((ACE_HEADER *)Ace)->AceFlags |= 0x10; /* INHERITED_ACE */
    return &List->Acl;
}

static PACL DaclOf(PSECURITY_DESCRIPTOR Descriptor)
{
    BOOLEAN Present = FALSE, Defaulted;
    PACL Dacl = NULL;

    CHECK_STATUS(
        RtlGetDaclSecurityDescriptor(Descriptor, &Present, &Dacl, &Defaulted), STATUS_SUCCESS);
    CHECK(Present);
    return Dacl;
}

TEST(SeSetSecurityDescriptorInfoEx, KeepsInheritedEntries)
{
    SECURITY_INFORMATION Information = DACL_SECURITY_INFORMATION;
    SE_TEST_ACL Old, New;
    PSECURITY_DESCRIPTOR Before = Make(TwoEntries(&Old, SE_TEST_WORLD, SE_TEST_SYSTEM)),
                         Now = Before;
    SECURITY_DESCRIPTOR Change;
    PVOID Ace = NULL;

    SeTestDescriptor(&Change, SeTestList(&New, SE_TEST_ADMINISTRATORS, 4));
    if (CHECK_STATUS(SeSetSecurityDescriptorInfoEx(NULL, &Information, &Change, &Now,
                         1 /* SEF_DACL_AUTO_INHERIT */, PagedPool, &Mapping),
            STATUS_SUCCESS)) {
        CHECK_EQ(DaclOf(Now)->AceCount, 2);
        CHECK_STATUS(RtlGetAce(DaclOf(Now), 1, &Ace), STATUS_SUCCESS);
        CHECK(RtlEqualSid(&((ACCESS_ALLOWED_ACE *)Ace)->SidStart, SE_TEST_SYSTEM));
        CHECK(((SECURITY_DESCRIPTOR *)Now)->Control & SE_DACL_AUTO_INHERITED);
        ExFreePool(Now);
    }
    Now = Before;
    Change.Control |= SE_DACL_PROTECTED;
    if (CHECK_STATUS(SeSetSecurityDescriptorInfoEx(
                         NULL, &Information, &Change, &Now, 1, PagedPool, &Mapping),
            STATUS_SUCCESS)) {
        CHECK_EQ(DaclOf(Now)->AceCount, 1);
        ExFreePool(Now);
    }
    Now = Before;
    if (CHECK_STATUS(SeSetSecurityDescriptorInfoEx(
                         NULL, &Information, &Change, &Now, 0, PagedPool, &Mapping),
            STATUS_SUCCESS)) {
        CHECK_EQ(DaclOf(Now)->AceCount, 1);
        ExFreePool(Now);
    }
    Now = NULL;
    CHECK_STATUS(
        SeSetSecurityDescriptorInfoEx(NULL, &Information, &Change, &Now, 1, PagedPool, &Mapping),
        STATUS_NO_SECURITY_ON_OBJECT);
    ExFreePool(Before);
}
