/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ObLogSecurityDescriptor, ObReferenceSecurityDescriptor, ObDereferenceSecurityDescriptor -
 * descriptors that are shared
 */
#include "se_test.h"

/* A self-relative one with an empty list, or with none. */
static ULONG MakeDescriptor(UCHAR *Memory, ULONG Bytes, BOOLEAN WithList)
{
    SECURITY_DESCRIPTOR Absolute;
    ACL Empty;

    CHECK_STATUS(
        RtlCreateSecurityDescriptor(&Absolute, SECURITY_DESCRIPTOR_REVISION), STATUS_SUCCESS);
    CHECK_STATUS(RtlCreateAcl(&Empty, sizeof(Empty), ACL_REVISION), STATUS_SUCCESS);
    CHECK_STATUS(RtlSetDaclSecurityDescriptor(&Absolute, TRUE, WithList ? &Empty : NULL, FALSE),
        STATUS_SUCCESS);
    CHECK_STATUS(RtlAbsoluteToSelfRelativeSD(&Absolute, Memory, &Bytes), STATUS_SUCCESS);
    return RtlLengthSecurityDescriptor(Memory);
}

TEST(ObLogSecurityDescriptor, MakesOneOfEqualOnes)
{
    SE_LATER(ObLogSecurityDescriptor, NTSTATUS, PSECURITY_DESCRIPTOR, PSECURITY_DESCRIPTOR *, ULONG)
    SE_LATER(ObDereferenceSecurityDescriptor, VOID, PSECURITY_DESCRIPTOR, ULONG)
    ULONG64 Memory[3][16] = {{0}};
    PSECURITY_DESCRIPTOR First, Second, Other;
    const ULONG Bytes = MakeDescriptor((UCHAR *)Memory[0], sizeof(Memory[0]), TRUE);

    MakeDescriptor((UCHAR *)Memory[1], sizeof(Memory[1]), TRUE);
    MakeDescriptor((UCHAR *)Memory[2], sizeof(Memory[2]), FALSE);
    CHECK_STATUS(ObLogSecurityDescriptor(Memory[0], &First, 1), STATUS_SUCCESS);
    CHECK_STATUS(ObLogSecurityDescriptor(Memory[1], &Second, 1), STATUS_SUCCESS);
    CHECK_STATUS(ObLogSecurityDescriptor(Memory[2], &Other, 1), STATUS_SUCCESS);
    CHECK_PTR(Second, First);
    CHECK(First != (PSECURITY_DESCRIPTOR)Memory[0]);
    CHECK(Other != First);
    CHECK_EQ(RtlLengthSecurityDescriptor(First), Bytes);
    CHECK(RtlEqualMemory(First, Memory[0], Bytes));
    ObDereferenceSecurityDescriptor(Other, 1);
    ObDereferenceSecurityDescriptor(First, 1);
    CHECK(RtlEqualMemory(Second, Memory[0], Bytes));
    ObDereferenceSecurityDescriptor(Second, 1);
}

TEST(ObReferenceSecurityDescriptor, CountsSeveralAtOnce)
{
    SE_LATER(ObLogSecurityDescriptor, NTSTATUS, PSECURITY_DESCRIPTOR, PSECURITY_DESCRIPTOR *, ULONG)
    SE_LATER(ObReferenceSecurityDescriptor, VOID, PSECURITY_DESCRIPTOR, ULONG)
    SE_LATER(ObDereferenceSecurityDescriptor, VOID, PSECURITY_DESCRIPTOR, ULONG)
    ULONG64 Memory[16] = {0};
    PSECURITY_DESCRIPTOR Shared;
    const ULONG Bytes = MakeDescriptor((UCHAR *)Memory, sizeof(Memory), TRUE);

    CHECK_STATUS(ObLogSecurityDescriptor(Memory, &Shared, 3), STATUS_SUCCESS);
    ObReferenceSecurityDescriptor(Shared, 4);
    ObDereferenceSecurityDescriptor(Shared, 5);
    CHECK(RtlEqualMemory(Shared, Memory, Bytes));
    ObReferenceSecurityDescriptor(Shared, 1);
    ObDereferenceSecurityDescriptor(Shared, 2);
    CHECK(RtlEqualMemory(Shared, Memory, Bytes));
    ObDereferenceSecurityDescriptor(Shared, 1);
}
