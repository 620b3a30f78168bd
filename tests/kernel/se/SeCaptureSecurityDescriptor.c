/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * SeCaptureSecurityDescriptor - a copy of what a caller gave
 */
#include "se_test.h"

NTKERNELAPI NTSTATUS NTAPI SeCaptureSecurityDescriptor(PSECURITY_DESCRIPTOR Input,
    KPROCESSOR_MODE CurrentMode, POOL_TYPE PoolType, BOOLEAN CaptureIfKernel,
    PSECURITY_DESCRIPTOR *Output);
NTKERNELAPI NTSTATUS NTAPI SeReleaseSecurityDescriptor(
    PSECURITY_DESCRIPTOR Captured, KPROCESSOR_MODE CurrentMode, BOOLEAN CaptureIfKernelMode);

TEST(SeCaptureSecurityDescriptor, CopiesAllPartsIntoOneBlock)
{
    SECURITY_DESCRIPTOR Descriptor;
    PSECURITY_DESCRIPTOR Copy = NULL;
    BOOLEAN Present, Defaulted;
    SE_TEST_ACL List;
    PACL Dacl = NULL;
    PSID Owner = NULL;

    SeTestDescriptor(&Descriptor, SeTestList(&List, SE_TEST_WORLD, 3));
    if (!CHECK_STATUS(SeCaptureSecurityDescriptor(&Descriptor, KernelMode, PagedPool, TRUE, &Copy),
            STATUS_SUCCESS))
        return;
    CHECK(Copy != &Descriptor);
    CHECK(((SECURITY_DESCRIPTOR *)Copy)->Control & SE_SELF_RELATIVE);
    CHECK(RtlValidSecurityDescriptor(Copy));
    CHECK_STATUS(RtlGetOwnerSecurityDescriptor(Copy, &Owner, &Defaulted), STATUS_SUCCESS);
    CHECK(RtlEqualSid(Owner, SE_TEST_ADMINISTRATORS));
    CHECK_STATUS(RtlGetDaclSecurityDescriptor(Copy, &Present, &Dacl, &Defaulted), STATUS_SUCCESS);
    CHECK(Present && Dacl != NULL && Dacl->AceCount == 1);
    SeReleaseSecurityDescriptor(Copy, KernelMode, TRUE);
}

TEST(SeCaptureSecurityDescriptor, CopiesASelfRelativeOne)
{
    SECURITY_DESCRIPTOR Descriptor;
    PSECURITY_DESCRIPTOR First = NULL, Second = NULL;
    SE_TEST_ACL List;

    SeTestDescriptor(&Descriptor, SeTestList(&List, SE_TEST_WORLD, 3));
    CHECK_STATUS(SeCaptureSecurityDescriptor(&Descriptor, KernelMode, PagedPool, TRUE, &First),
        STATUS_SUCCESS);
    CHECK_STATUS(SeCaptureSecurityDescriptor(First, KernelMode, NonPagedPool, TRUE, &Second),
        STATUS_SUCCESS);
    CHECK(First != Second);
    CHECK_EQ(RtlLengthSecurityDescriptor(First), RtlLengthSecurityDescriptor(Second));
    SeReleaseSecurityDescriptor(First, KernelMode, TRUE);
    SeReleaseSecurityDescriptor(Second, KernelMode, TRUE);
}

TEST(SeCaptureSecurityDescriptor, LeavesTheKernelsOwnAloneUnlessAsked)
{
    SECURITY_DESCRIPTOR Descriptor;
    PSECURITY_DESCRIPTOR Copy = NULL;

    SeTestDescriptor(&Descriptor, NULL);
    CHECK_STATUS(SeCaptureSecurityDescriptor(&Descriptor, KernelMode, PagedPool, FALSE, &Copy),
        STATUS_SUCCESS);
    CHECK_PTR(Copy, &Descriptor);
    SeReleaseSecurityDescriptor(Copy, KernelMode, FALSE);
    Copy = &Descriptor;
    CHECK_STATUS(
        SeCaptureSecurityDescriptor(NULL, KernelMode, PagedPool, TRUE, &Copy), STATUS_SUCCESS);
    CHECK_PTR(Copy, NULL);
}

TEST(SeCaptureSecurityDescriptor, RefusesWhatIsNone)
{
    SECURITY_DESCRIPTOR Descriptor;
    PSECURITY_DESCRIPTOR Copy = NULL;
    SE_TEST_SID Bad;

    SeTestDescriptor(&Descriptor, NULL);
    Descriptor.Revision = 9;
    CHECK_STATUS(SeCaptureSecurityDescriptor(&Descriptor, KernelMode, PagedPool, TRUE, &Copy),
        STATUS_UNKNOWN_REVISION);
    SeTestDescriptor(&Descriptor, NULL);
    SeTestAdministrators(&Bad);
    Bad.Sid.SubAuthorityCount = 200;
    Descriptor.Owner = &Bad.Sid;
    CHECK_STATUS(SeCaptureSecurityDescriptor(&Descriptor, KernelMode, PagedPool, TRUE, &Copy),
        STATUS_INVALID_SID);
}

