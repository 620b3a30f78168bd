/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoCreateNotificationEvent - a named event, signalled when new; it stays signalled.
 */
#include "ob_test.h"

TEST(IoCreateNotificationEvent, IsSignalledAndSharedByName)
{
    UNICODE_STRING Name;
    HANDLE First = NULL, Second = NULL;
    PKEVENT Event, Same;

    RtlInitUnicodeString(&Name, OB_TEST_FOLDER L"DotsysNotificationEvent");
    Event = IoCreateNotificationEvent(&Name, &First);
    if (!CHECK(Event != NULL))
        return;
    CHECK(KeReadStateEvent(Event) != 0);
    CHECK_STATUS(ObTestPoll(First), STATUS_SUCCESS);
    CHECK_STATUS(ObTestPoll(First), STATUS_SUCCESS);
    Same = IoCreateNotificationEvent(&Name, &Second);
    CHECK_PTR(Same, Event);
    CHECK(First != Second);
    ZwClose(First);
    KeSetEvent(Event, IO_NO_INCREMENT, FALSE);
    CHECK_STATUS(ObTestPoll(Second), STATUS_SUCCESS);
    ZwClose(Second);
}
