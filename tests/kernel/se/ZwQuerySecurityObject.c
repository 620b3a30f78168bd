/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwQuerySecurityObject - through a handle.
 */
#include "se_test.h"

TEST(ZwQuerySecurityObject, SaysHowMuchItNeeds)
{
    OBJECT_ATTRIBUTES Attributes;
    UNICODE_STRING Name;
    UCHAR Block[512];
    ULONG Length = 0;
    HANDLE Handle;

    RtlInitUnicodeString(&Name, L"\\BaseNamedObjects\\DotsysQuerySecurity");
    InitializeObjectAttributes(&Attributes, &Name, OBJ_KERNEL_HANDLE, NULL, NULL);
    if (!CHECK_STATUS(
            ZwCreateEvent(&Handle, EVENT_ALL_ACCESS, &Attributes, NotificationEvent, FALSE),
            STATUS_SUCCESS))
        return;
    CHECK_STATUS(ZwQuerySecurityObject(Handle, DACL_SECURITY_INFORMATION, Block, 4, &Length),
                 STATUS_BUFFER_TOO_SMALL);
    CHECK(Length > sizeof(SECURITY_DESCRIPTOR_RELATIVE));
    CHECK_STATUS(
        ZwQuerySecurityObject(Handle, DACL_SECURITY_INFORMATION, Block, sizeof(Block), &Length),
        STATUS_SUCCESS);
    CHECK(SeValidSecurityDescriptor(Length, Block));
    ZwClose(Handle);
    CHECK_STATUS(
        ZwQuerySecurityObject(NULL, DACL_SECURITY_INFORMATION, Block, sizeof(Block), &Length),
        STATUS_INVALID_HANDLE);
}
