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
    if (!CHECK_STATUS(ZwCreateEvent(&Handle, EVENT_ALL_ACCESS, &Attributes, NotificationEvent, FALSE),
                      STATUS_SUCCESS))
        return;
    SeTestDescriptor(&Descriptor, SeTestList(&List, SE_TEST_WORLD, GENERIC_ALL));
    CHECK_STATUS(ZwSetSecurityObject(Handle, DACL_SECURITY_INFORMATION, &Descriptor), STATUS_SUCCESS);
    CHECK_STATUS(ZwQuerySecurityObject(Handle, DACL_SECURITY_INFORMATION, Block, sizeof(Block), &Length),
                 STATUS_SUCCESS);
    CHECK_STATUS(RtlGetDaclSecurityDescriptor(Block, &Present, &Dacl, &Defaulted), STATUS_SUCCESS);
    if (CHECK(Present && Dacl != NULL) && CHECK_STATUS(RtlGetAce(Dacl, 0, &Ace), STATUS_SUCCESS)) {
        CHECK_EQ(((PACCESS_ALLOWED_ACE)Ace)->Mask, EVENT_ALL_ACCESS); /* mapped for events */
        CHECK(RtlEqualSid(&((PACCESS_ALLOWED_ACE)Ace)->SidStart, SE_TEST_WORLD));
    }
    ZwClose(Handle);
}
