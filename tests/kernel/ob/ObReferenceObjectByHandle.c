/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ObReferenceObjectByHandle - the object of a handle, if type and access are right.
 */
#include "ob_test.h"

TEST(ObReferenceObjectByHandle, GivesTheSameObjectEachTime)
{
    HANDLE Handle = ObTestEvent(EVENT_ALL_ACCESS, NotificationEvent, FALSE, OBJ_KERNEL_HANDLE);
    PVOID First = NULL, Second = NULL;

    CHECK_STATUS(ObReferenceObjectByHandle(Handle, EVENT_MODIFY_STATE, OB_TEST_EVENT, KernelMode,
                                           &First, NULL), STATUS_SUCCESS);
    CHECK_STATUS(
        ObReferenceObjectByHandle(Handle, 0, NULL, KernelMode, &Second, NULL), STATUS_SUCCESS);
    CHECK(First != NULL);
    CHECK_PTR(First, Second);
    if (First != NULL) {
        KeSetEvent(First, IO_NO_INCREMENT, FALSE);
        CHECK_STATUS(ObTestPoll(Handle), STATUS_SUCCESS);
        ObDereferenceObject(First);
    }
    if (Second != NULL)
        ObDereferenceObject(Second);
    ZwClose(Handle);
}

TEST(ObReferenceObjectByHandle, KeepsTheObjectBeyondItsHandle)
{
    HANDLE Handle = ObTestEvent(EVENT_ALL_ACCESS, NotificationEvent, TRUE, OBJ_KERNEL_HANDLE);
    PVOID Event = NULL;

    CHECK_STATUS(ObReferenceObjectByHandle(Handle, 0, OB_TEST_EVENT, KernelMode, &Event, NULL),
                 STATUS_SUCCESS);
    ZwClose(Handle);
    if (Event != NULL) {
        CHECK(KeReadStateEvent(Event) != 0);
        ObDereferenceObject(Event);
    }
}

TEST(ObReferenceObjectByHandle, RefusesAnotherType)
{
    HANDLE Handle = ObTestEvent(EVENT_ALL_ACCESS, NotificationEvent, FALSE, OBJ_KERNEL_HANDLE);
    PVOID Object;

    CHECK_STATUS(ObReferenceObjectByHandle(Handle, 0, OB_TEST_SEMAPHORE, KernelMode, &Object, NULL),
                 STATUS_OBJECT_TYPE_MISMATCH);
    ZwClose(Handle);
}

TEST(ObReferenceObjectByHandle, AsksUserModeForTheAccess)
{
    HANDLE Handle = ObTestEvent(SYNCHRONIZE, NotificationEvent, FALSE, 0);
    OBJECT_HANDLE_INFORMATION Information = {0, 0};
    PVOID Object;

    CHECK_STATUS(ObReferenceObjectByHandle(Handle, EVENT_MODIFY_STATE, OB_TEST_EVENT, UserMode,
                                           &Object, NULL), STATUS_ACCESS_DENIED);
    if (CHECK_STATUS(ObReferenceObjectByHandle(Handle, SYNCHRONIZE, OB_TEST_EVENT, UserMode,
                                               &Object, NULL), STATUS_SUCCESS))
        ObDereferenceObject(Object);
    if (CHECK_STATUS(ObReferenceObjectByHandle(Handle, EVENT_MODIFY_STATE, OB_TEST_EVENT,
                         KernelMode, &Object, &Information),
            STATUS_SUCCESS))
        ObDereferenceObject(Object);
    CHECK_EQ(Information.GrantedAccess, SYNCHRONIZE);
    ZwClose(Handle);
}

TEST_FORBIDDEN(ObReferenceObjectByHandle, RefusesWhatIsNoHandle)
{
    HANDLE Kernel = ObTestEvent(EVENT_ALL_ACCESS, NotificationEvent, FALSE, OBJ_KERNEL_HANDLE);
    PVOID Object;

    CHECK_STATUS(ObReferenceObjectByHandle(NULL, 0, NULL, KernelMode, &Object, NULL),
                 STATUS_INVALID_HANDLE);
    CHECK_STATUS(ObReferenceObjectByHandle(Kernel, 0, OB_TEST_EVENT, UserMode, &Object, NULL),
                 STATUS_INVALID_HANDLE);
    ZwClose(Kernel);
}

TEST(ObReferenceObjectByHandle, KnowsTheCurrentThreadAndProcess)
{
    PVOID Object;

    if (CHECK_STATUS(
            ObReferenceObjectByHandle(NtCurrentThread(), 0, NULL, KernelMode, &Object, NULL),
            STATUS_SUCCESS)) {
        CHECK_PTR(Object, KeGetCurrentThread());
        ObDereferenceObject(Object);
    }
    if (CHECK_STATUS(
            ObReferenceObjectByHandle(NtCurrentProcess(), 0, NULL, KernelMode, &Object, NULL),
            STATUS_SUCCESS)) {
        CHECK_PTR(Object, PsGetCurrentProcess());
        ObDereferenceObject(Object);
    }
}
