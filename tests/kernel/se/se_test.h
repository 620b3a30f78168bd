/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * se_test.h - SIDs, lists and descriptors for the tests of se.
 */
#ifndef TESTS_KERNEL_SE_SE_TEST_H
#define TESTS_KERNEL_SE_SE_TEST_H

#include <ntifs.h>

#include "ktest.h"

#ifndef SECURITY_MAX_SID_SIZE
#define SECURITY_MAX_SID_SIZE 68
#endif

/* Exported by every Windows the tests are for, whatever the headers say. */
NTSYSAPI NTSTATUS NTAPI RtlSetGroupSecurityDescriptor(
    PSECURITY_DESCRIPTOR SecurityDescriptor, PSID Group, BOOLEAN GroupDefaulted);
NTSYSAPI NTSTATUS NTAPI RtlSetSaclSecurityDescriptor(
    PSECURITY_DESCRIPTOR SecurityDescriptor, BOOLEAN SaclPresent, PACL Sacl, BOOLEAN SaclDefaulted);

NTSYSAPI NTSTATUS NTAPI RtlGetGroupSecurityDescriptor(
    PSECURITY_DESCRIPTOR SecurityDescriptor, PSID *Group, PBOOLEAN GroupDefaulted);
NTSYSAPI NTSTATUS NTAPI RtlGetSaclSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptor,
    PBOOLEAN SaclPresent, PACL *Sacl, PBOOLEAN SaclDefaulted);
NTSYSAPI NTSTATUS NTAPI RtlAbsoluteToSelfRelativeSD(
    PSECURITY_DESCRIPTOR Absolute, PSECURITY_DESCRIPTOR SelfRelative, PULONG BufferLength);
NTSYSAPI NTSTATUS NTAPI RtlSelfRelativeToAbsoluteSD(PSECURITY_DESCRIPTOR SelfRelative,
    PSECURITY_DESCRIPTOR Absolute, PULONG AbsoluteSize, PACL Dacl, PULONG DaclSize, PACL Sacl,
    PULONG SaclSize, PSID Owner, PULONG OwnerSize, PSID PrimaryGroup, PULONG PrimaryGroupSize);

/* mingw-w64 imports the variable itself, the WDK's library a pointer to it. */
#ifdef __MINGW64_VERSION_MAJOR
#define SE_TEST_EXPORTS SeExports
#define SE_TEST_TOKEN ((POBJECT_TYPE)(PVOID)SeTokenObjectType)
#else
#define SE_TEST_TOKEN (*SeTokenObjectType)
#define SE_TEST_EXPORTS (*(PSE_EXPORTS *)SeExports)
#endif

#ifndef EVENT_ALL_ACCESS
#define EVENT_ALL_ACCESS 0x001F0003
#endif

/* An export that is not in every Windows or import library; the test is over where it is
 * missing. */
#define SE_LATER(Name, Returns, ...)                                                           \
    Returns(NTAPI *Name)(__VA_ARGS__) = (Returns(NTAPI *)(__VA_ARGS__))(ULONG_PTR)KtestExport( \
        L"" #Name);                                                                            \
    if (Name == NULL) {                                                                        \
        skip("not on this Windows");                                                           \
        return;                                                                                \
    }

#define SE_TEST_TOKEN_ALL 0x000F01FF

/* A kernel handle to the current process's token. */
static inline HANDLE SeTestOpenToken(ACCESS_MASK Access)
{
    SECURITY_SUBJECT_CONTEXT Context;
    HANDLE Handle = NULL;

    SeCaptureSubjectContext(&Context);
    CHECK_STATUS(ObOpenObjectByPointer(Context.PrimaryToken, OBJ_KERNEL_HANDLE, NULL, Access, NULL,
                     KernelMode, &Handle),
        STATUS_SUCCESS);
    SeReleaseSubjectContext(&Context);
    return Handle;
}

/* The token of a handle, with a reference. */
static inline PACCESS_TOKEN SeTestToken(HANDLE Handle)
{
    PVOID Token = NULL;

    CHECK_STATUS(ObReferenceObjectByHandle(Handle, 0, SE_TEST_TOKEN, KernelMode, &Token, NULL),
        STATUS_SUCCESS);
    return Token;
}

/* A copy of the current process's token, as a kernel handle. */
static inline HANDLE SeTestCopy(TOKEN_TYPE Type, SECURITY_IMPERSONATION_LEVEL Level)
{
    SECURITY_QUALITY_OF_SERVICE Quality = {
        sizeof(Quality), SecurityAnonymous, SECURITY_STATIC_TRACKING, FALSE};
    OBJECT_ATTRIBUTES Attributes;
    HANDLE Own = SeTestOpenToken(TOKEN_DUPLICATE), Copy = NULL;

    Quality.ImpersonationLevel = Level;
    InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    Attributes.SecurityQualityOfService = &Quality;
    CHECK_STATUS(
        ZwDuplicateToken(Own, SE_TEST_TOKEN_ALL, &Attributes, FALSE, Type, &Copy), STATUS_SUCCESS);
    ZwClose(Own);
    return Copy;
}

#define SE_TEST_WORLD (SE_TEST_EXPORTS->SeWorldSid)
#define SE_TEST_ADMINISTRATORS (SE_TEST_EXPORTS->SeAliasAdminsSid)
#define SE_TEST_SYSTEM (SE_TEST_EXPORTS->SeLocalSystemSid)
#define SE_TEST_NULL (SE_TEST_EXPORTS->SeNullSid)

typedef union SE_TEST_SID {
    SID Sid;
    UCHAR Bytes[SECURITY_MAX_SID_SIZE];
} SE_TEST_SID;

typedef union SE_TEST_ACL {
    ACL Acl;
    UCHAR Bytes[256];
} SE_TEST_ACL;

/* S-1-5-32-544, made by hand. */
static inline VOID SeTestAdministrators(SE_TEST_SID *Sid)
{
    static const UCHAR Bytes[] = {1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0};

    RtlCopyMemory(Sid->Bytes, Bytes, sizeof(Bytes));
}

/* A list that grants Mask to Sid; Sid NULL: an empty one. */
static inline PACL SeTestList(SE_TEST_ACL *List, PSID Sid, ACCESS_MASK Mask)
{
    CHECK_STATUS(RtlCreateAcl(&List->Acl, sizeof(*List), ACL_REVISION), STATUS_SUCCESS);
    if (Sid != NULL)
        CHECK_STATUS(RtlAddAccessAllowedAce(&List->Acl, ACL_REVISION, Mask, Sid), STATUS_SUCCESS);
    return &List->Acl;
}

/* An absolute descriptor with that list (NULL: a NULL DACL), owned by Administrators. */
static inline VOID SeTestDescriptor(PSECURITY_DESCRIPTOR Descriptor, PACL Dacl)
{
    CHECK_STATUS(
        RtlCreateSecurityDescriptor(Descriptor, SECURITY_DESCRIPTOR_REVISION), STATUS_SUCCESS);
    CHECK_STATUS(RtlSetDaclSecurityDescriptor(Descriptor, TRUE, Dacl, FALSE), STATUS_SUCCESS);
    CHECK_STATUS(
        RtlSetOwnerSecurityDescriptor(Descriptor, SE_TEST_ADMINISTRATORS, FALSE), STATUS_SUCCESS);
    CHECK_STATUS(RtlSetGroupSecurityDescriptor(Descriptor, SE_TEST_SYSTEM, FALSE), STATUS_SUCCESS);
}

#endif
