/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ObOpenObjectByPointer - a handle to an object one has a reference on.
 */
#include "ob_test.h"

TEST(ObOpenObjectByPointer, MakesAHandleToTheObject)
{
    HANDLE Handle = ObTestEvent(EVENT_ALL_ACCESS, NotificationEvent, FALSE, OBJ_KERNEL_HANDLE);
    HANDLE Second = NULL;
    PVOID Event, Again;

    if (!CHECK_STATUS(
            ObReferenceObjectByHandle(Handle, 0, NULL, KernelMode, &Event, NULL), STATUS_SUCCESS))
        return;
    CHECK_STATUS(ObOpenObjectByPointer(Event, OBJ_KERNEL_HANDLE, NULL, SYNCHRONIZE, OB_TEST_EVENT,
                                       KernelMode, &Second), STATUS_SUCCESS);
    CHECK(Second != NULL && Second != Handle);
    CHECK_EQ(ObTestGranted(Second), SYNCHRONIZE);
    ZwClose(Handle);
    if (CHECK_STATUS(
            ObReferenceObjectByHandle(Second, 0, NULL, KernelMode, &Again, NULL), STATUS_SUCCESS)) {
        CHECK_PTR(Again, Event);
        ObDereferenceObject(Again);
    }
    ZwClose(Second);
    ObDereferenceObject(Event);
}

TEST(ObOpenObjectByPointer, MapsGenericRights)
{
    HANDLE Handle = ObTestEvent(EVENT_ALL_ACCESS, NotificationEvent, FALSE, OBJ_KERNEL_HANDLE);
    HANDLE Second = NULL;
    PVOID Event;

    if (!CHECK_STATUS(
            ObReferenceObjectByHandle(Handle, 0, NULL, KernelMode, &Event, NULL), STATUS_SUCCESS))
        return;
    CHECK_STATUS(ObOpenObjectByPointer(Event, OBJ_KERNEL_HANDLE, NULL, GENERIC_ALL, OB_TEST_EVENT,
                                       KernelMode, &Second), STATUS_SUCCESS);
    CHECK_EQ(ObTestGranted(Second), EVENT_ALL_ACCESS);
    ZwClose(Second);
    ZwClose(Handle);
    ObDereferenceObject(Event);
}

TEST(ObOpenObjectByPointer, RefusesAnotherTypeFromUserMode)
{
    HANDLE Handle = ObTestEvent(EVENT_ALL_ACCESS, NotificationEvent, FALSE, OBJ_KERNEL_HANDLE);
    HANDLE Second = NULL;
    PVOID Event;

    if (!CHECK_STATUS(
            ObReferenceObjectByHandle(Handle, 0, NULL, KernelMode, &Event, NULL), STATUS_SUCCESS))
        return;
    CHECK_STATUS(ObOpenObjectByPointer(Event, 0, NULL, SYNCHRONIZE, OB_TEST_SEMAPHORE, UserMode,
                                       &Second), STATUS_OBJECT_TYPE_MISMATCH);
    CHECK_PTR(Second, NULL);
    ZwClose(Handle);
    ObDereferenceObject(Event);
}
