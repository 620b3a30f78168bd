/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ObReferenceObjectByPointer - a reference, if the type is the one.
 */
#include "ob_test.h"

TEST(ObReferenceObjectByPointer, ChecksTheTypeForUserMode)
{
    HANDLE Handle = ObTestEvent(EVENT_ALL_ACCESS, NotificationEvent, FALSE, OBJ_KERNEL_HANDLE);
    PVOID Event;

    if (!CHECK_STATUS(
            ObReferenceObjectByHandle(Handle, 0, NULL, KernelMode, &Event, NULL), STATUS_SUCCESS))
        return;
    CHECK_STATUS(ObReferenceObjectByPointer(Event, 0, OB_TEST_SEMAPHORE, UserMode),
                 STATUS_OBJECT_TYPE_MISMATCH);
    CHECK_STATUS(ObReferenceObjectByPointer(Event, 0, OB_TEST_EVENT, UserMode), STATUS_SUCCESS);
    CHECK_STATUS(ObReferenceObjectByPointer(Event, 0, NULL, KernelMode), STATUS_SUCCESS);
    ObDereferenceObject(Event);
    ObDereferenceObject(Event);
    ZwClose(Handle);
    CHECK(KeReadStateEvent(Event) == 0);
    ObDereferenceObject(Event);
}
