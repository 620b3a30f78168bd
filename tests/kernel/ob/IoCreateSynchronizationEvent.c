/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoCreateSynchronizationEvent - a named event, signalled when new; it is taken by a wait.
 */
#include "ob_test.h"

TEST(IoCreateSynchronizationEvent, IsSignalledAndSharedByName)
{
    UNICODE_STRING Name;
    HANDLE First = NULL, Second = NULL;
    PKEVENT Event, Same;

    RtlInitUnicodeString(&Name, OB_TEST_FOLDER L"DotsysSynchronizationEvent");
    Event = IoCreateSynchronizationEvent(&Name, &First);
    if (!CHECK(Event != NULL))
        return;
    CHECK(KeReadStateEvent(Event) != 0);
    CHECK_STATUS(ObTestPoll(First), STATUS_SUCCESS);
    CHECK_STATUS(ObTestPoll(First), STATUS_TIMEOUT);
    Same = IoCreateSynchronizationEvent(&Name, &Second);
    CHECK_PTR(Same, Event);
    CHECK(First != Second);
    ZwClose(First);
    KeSetEvent(Event, IO_NO_INCREMENT, FALSE);
    CHECK_STATUS(ObTestPoll(Second), STATUS_SUCCESS);
    ZwClose(Second);
}
