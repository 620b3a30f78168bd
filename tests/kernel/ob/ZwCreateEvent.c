/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwCreateEvent - by name and without, new and existing.
 */
#include "ob_test.h"

TEST(ZwCreateEvent, HasTypeAndState)
{
    HANDLE Handle = ObTestEvent(EVENT_ALL_ACCESS, NotificationEvent, TRUE, OBJ_KERNEL_HANDLE);

    CHECK_STATUS(ObTestPoll(Handle), STATUS_SUCCESS);
    CHECK_STATUS(ObTestPoll(Handle), STATUS_SUCCESS);
    ZwClose(Handle);
    Handle = ObTestEvent(EVENT_ALL_ACCESS, SynchronizationEvent, TRUE, OBJ_KERNEL_HANDLE);
    CHECK_STATUS(ObTestPoll(Handle), STATUS_SUCCESS);
    CHECK_STATUS(ObTestPoll(Handle), STATUS_TIMEOUT);
    ZwClose(Handle);
    Handle = ObTestEvent(EVENT_ALL_ACCESS, SynchronizationEvent, FALSE, OBJ_KERNEL_HANDLE);
    CHECK_STATUS(ObTestPoll(Handle), STATUS_TIMEOUT);
    ZwClose(Handle);
}

TEST(ZwCreateEvent, CollidesOrOpens)
{
    OB_TEST_NAME Name;
    HANDLE First, Second;

    ObTestName(&Name, OB_TEST_FOLDER L"DotsysCreateEvent", 0);
    if (!CHECK_STATUS(
            ZwCreateEvent(&First, EVENT_ALL_ACCESS, &Name.Attributes, NotificationEvent, FALSE),
            STATUS_SUCCESS))
        return;
    CHECK_STATUS(
        ZwCreateEvent(&Second, EVENT_ALL_ACCESS, &Name.Attributes, NotificationEvent, FALSE),
        STATUS_OBJECT_NAME_COLLISION);
    Name.Attributes.Attributes |= OBJ_OPENIF;
    if (CHECK_STATUS(
            ZwCreateEvent(&Second, EVENT_ALL_ACCESS, &Name.Attributes, NotificationEvent, TRUE),
            STATUS_OBJECT_NAME_EXISTS)) {
        CHECK_STATUS(ObTestPoll(Second), STATUS_TIMEOUT);
        ZwSetEvent(First, NULL);
        CHECK_STATUS(ObTestPoll(Second), STATUS_SUCCESS);
        ZwClose(Second);
    }
    ZwClose(First);
}

TEST(ZwCreateEvent, NeedsAGoodPath)
{
    OB_TEST_NAME Name;
    HANDLE Handle;

    ObTestName(&Name, L"DotsysNoBackslash", 0);
    CHECK_STATUS(
        ZwCreateEvent(&Handle, EVENT_ALL_ACCESS, &Name.Attributes, NotificationEvent, FALSE),
        STATUS_OBJECT_PATH_SYNTAX_BAD);
    ObTestName(&Name, OB_TEST_FOLDER L"DotsysNoFolder\\Event", 0);
    CHECK_STATUS(
        ZwCreateEvent(&Handle, EVENT_ALL_ACCESS, &Name.Attributes, NotificationEvent, FALSE),
        STATUS_OBJECT_PATH_NOT_FOUND);
    CHECK_STATUS(ZwCreateEvent(&Handle, EVENT_ALL_ACCESS, NULL, (EVENT_TYPE)2, FALSE),
                 STATUS_INVALID_PARAMETER);
}
