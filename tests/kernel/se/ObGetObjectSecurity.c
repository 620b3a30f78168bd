/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ObGetObjectSecurity - by pointer.
 */
#include "se_test.h"

TEST(ObGetObjectSecurity, GivesAValidDescriptor)
{
    PSECURITY_DESCRIPTOR Descriptor = NULL;
    OBJECT_ATTRIBUTES Attributes;
    BOOLEAN Allocated = FALSE;
    UNICODE_STRING Name;
    HANDLE Handle;
    PVOID Event;

    RtlInitUnicodeString(&Name, L"\\BaseNamedObjects\\DotsysGetSecurity");
    InitializeObjectAttributes(&Attributes, &Name, OBJ_KERNEL_HANDLE, NULL, NULL);
    if (!CHECK_STATUS(
            ZwCreateEvent(&Handle, EVENT_ALL_ACCESS, &Attributes, NotificationEvent, FALSE),
            STATUS_SUCCESS))
        return;
    if (CHECK_STATUS(
            ObReferenceObjectByHandle(Handle, 0, NULL, KernelMode, &Event, NULL), STATUS_SUCCESS)) {
        CHECK_STATUS(ObGetObjectSecurity(Event, &Descriptor, &Allocated), STATUS_SUCCESS);
        if (CHECK(Descriptor != NULL))
            CHECK(RtlValidSecurityDescriptor(Descriptor));
        ObReleaseObjectSecurity(Descriptor, Allocated);
        ObDereferenceObject(Event);
    }
    ZwClose(Handle);
}
