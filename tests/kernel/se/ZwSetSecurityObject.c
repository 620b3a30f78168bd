/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwSetSecurityObject - through a handle.
 */
#include "se_test.h"

TEST(ZwSetSecurityObject, ReplacesTheList)
{
    SECURITY_DESCRIPTOR Descriptor;
    OBJECT_ATTRIBUTES Attributes;
    BOOLEAN Present = FALSE, Defaulted;
    UNICODE_STRING Name;
    SE_TEST_ACL List;
    UCHAR Block[512];
    ULONG Length = 0;
    HANDLE Handle;
    PACL Dacl;
    PVOID Ace;

    RtlInitUnicodeString(&Name, L"\\BaseNamedObjects\\DotsysSetSecurity");
    InitializeObjectAttributes(&Attributes, &Name, OBJ_KERNEL_HANDLE, NULL, NULL);
    if (!CHECK_STATUS(
            ZwCreateEvent(&Handle, EVENT_ALL_ACCESS, &Attributes, NotificationEvent, FALSE),
            STATUS_SUCCESS))
        return;
    SeTestDescriptor(&Descriptor, SeTestList(&List, SE_TEST_WORLD, GENERIC_ALL));
    CHECK_STATUS(
        ZwSetSecurityObject(Handle, DACL_SECURITY_INFORMATION, &Descriptor), STATUS_SUCCESS);
    CHECK_STATUS(
        ZwQuerySecurityObject(Handle, DACL_SECURITY_INFORMATION, Block, sizeof(Block), &Length),
        STATUS_SUCCESS);
    CHECK_STATUS(RtlGetDaclSecurityDescriptor(Block, &Present, &Dacl, &Defaulted), STATUS_SUCCESS);
    if (CHECK(Present && Dacl != NULL) && CHECK_STATUS(RtlGetAce(Dacl, 0, &Ace), STATUS_SUCCESS)) {
        CHECK_EQ(((PACCESS_ALLOWED_ACE)Ace)->Mask, EVENT_ALL_ACCESS); /* mapped for events */
        CHECK(RtlEqualSid(&((PACCESS_ALLOWED_ACE)Ace)->SidStart, SE_TEST_WORLD));
    }
    ZwClose(Handle);
}

static HANDLE MakeEvent(VOID)
{
    OBJECT_ATTRIBUTES Attributes;
    HANDLE Handle = NULL;

    InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    CHECK_STATUS(ZwCreateEvent(&Handle, EVENT_ALL_ACCESS, &Attributes, NotificationEvent, FALSE),
        STATUS_SUCCESS);
    return Handle;
}

TEST(NtSetSecurityObject, IsTheSame)
{
    SE_LATER(NtSetSecurityObject, NTSTATUS, HANDLE, SECURITY_INFORMATION, PSECURITY_DESCRIPTOR)
    SE_LATER(NtQuerySecurityObject, NTSTATUS, HANDLE, SECURITY_INFORMATION, PSECURITY_DESCRIPTOR,
        ULONG, PULONG)
    SECURITY_DESCRIPTOR Descriptor;
    HANDLE Handle = MakeEvent();
    BOOLEAN Present, Defaulted;
    UCHAR Answer[512];
    ULONG Needed = 0;
    SE_TEST_ACL List;
    PACL Dacl = NULL;

    SeTestDescriptor(&Descriptor, SeTestList(&List, SE_TEST_WORLD, SYNCHRONIZE));
    CHECK_STATUS(
        NtSetSecurityObject(Handle, DACL_SECURITY_INFORMATION, &Descriptor), STATUS_SUCCESS);
    CHECK_STATUS(NtQuerySecurityObject(Handle, DACL_SECURITY_INFORMATION, Answer, 4, &Needed),
        STATUS_BUFFER_TOO_SMALL);
    CHECK(Needed > 4 && Needed <= sizeof(Answer));
    CHECK_STATUS(
        NtQuerySecurityObject(Handle, DACL_SECURITY_INFORMATION, Answer, sizeof(Answer), &Needed),
        STATUS_SUCCESS);
    CHECK_STATUS(RtlGetDaclSecurityDescriptor(Answer, &Present, &Dacl, &Defaulted), STATUS_SUCCESS);
    CHECK(Present && Dacl != NULL && Dacl->AceCount == 1);
    CHECK_STATUS(
        NtSetSecurityObject(Handle, DACL_SECURITY_INFORMATION, NULL), STATUS_ACCESS_VIOLATION);
    ZwClose(Handle);
    CHECK_STATUS(
        NtSetSecurityObject(Handle, DACL_SECURITY_INFORMATION, &Descriptor), STATUS_INVALID_HANDLE);
    CHECK_STATUS(
        NtQuerySecurityObject(Handle, DACL_SECURITY_INFORMATION, Answer, sizeof(Answer), &Needed),
        STATUS_INVALID_HANDLE);
}

TEST(ObSetSecurityObjectByPointer, ReplacesTheList)
{
    SE_LATER(
        ObSetSecurityObjectByPointer, NTSTATUS, PVOID, SECURITY_INFORMATION, PSECURITY_DESCRIPTOR)
    SECURITY_DESCRIPTOR Descriptor;
    PSECURITY_DESCRIPTOR Now = NULL;
    HANDLE Handle = MakeEvent();
    BOOLEAN Present, Defaulted, Allocated = FALSE;
    SE_TEST_ACL List;
    PVOID Object = NULL;
    PACL Dacl = NULL;

    SeTestDescriptor(&Descriptor, SeTestList(&List, SE_TEST_WORLD, SYNCHRONIZE));
    CHECK_STATUS(
        ObReferenceObjectByHandle(Handle, 0, NULL, KernelMode, &Object, NULL), STATUS_SUCCESS);
    CHECK_STATUS(ObSetSecurityObjectByPointer(Object, DACL_SECURITY_INFORMATION, &Descriptor),
        STATUS_SUCCESS);
    CHECK_STATUS(ObGetObjectSecurity(Object, &Now, &Allocated), STATUS_SUCCESS);
    CHECK_STATUS(RtlGetDaclSecurityDescriptor(Now, &Present, &Dacl, &Defaulted), STATUS_SUCCESS);
    CHECK(Present && Dacl != NULL && Dacl->AceCount == 1);
    ObReleaseObjectSecurity(Now, Allocated);
    Descriptor.Owner = NULL;
    CHECK_STATUS(ObSetSecurityObjectByPointer(Object, OWNER_SECURITY_INFORMATION, &Descriptor),
        STATUS_INVALID_OWNER);
    ObDereferenceObject(Object);
    ZwClose(Handle);
}
