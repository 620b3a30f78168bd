/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwTerminateProcess - wants a handle to a process.
 */
#include "pstest.h"

NTSTATUS NTAPI ZwCreateEvent(PHANDLE Event, ACCESS_MASK Access, POBJECT_ATTRIBUTES Attributes,
                             EVENT_TYPE Type, BOOLEAN State);

TEST(ZwTerminateProcess, RefusesABadHandle)
{
    CHECK_STATUS(ZwTerminateProcess((HANDLE)(ULONG_PTR)0x7FFFFFFC, 0), STATUS_INVALID_HANDLE);
}

TEST(ZwTerminateProcess, RefusesAnEvent)
{
    HANDLE Event;
    OBJECT_ATTRIBUTES Attributes;

    InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    if (!CHECK_STATUS(
            ZwCreateEvent(&Event, EVENT_ALL_ACCESS, &Attributes, NotificationEvent, FALSE),
            STATUS_SUCCESS))
        return;
    CHECK_STATUS(ZwTerminateProcess(Event, 0), STATUS_OBJECT_TYPE_MISMATCH);
    ZwClose(Event);
}
